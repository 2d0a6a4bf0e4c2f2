"""What an owner does to a list: run it again, cancel what waits, delete it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from keywords.lists import cancel_list, delete_list, rerun
from keywords.models import Keyword, KeywordList, KeywordQuerySet
from keywords.statuses import Status, count_statuses
from keywords.views.access import SignedInRequest, see_other, signed_in
from keywords.views.finding import find_list


@require_POST
@signed_in
def rerun_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """`which`: "failed" for those that failed or were cancelled, else all."""
    keyword_list = find_list(request, pk)
    started = rerun(choose_runs(keyword_list, request.POST.get("which", "")), by=request.user)
    tell_runs(request, started)
    return see_other("list", pk)


def choose_runs(keyword_list: KeywordList, which: str) -> KeywordQuerySet:
    keywords = Keyword.objects.filter(keyword_list=keyword_list)
    if which == "failed":
        is_failed = {"status__in": (Status.FAILED, Status.CANCELLED)}
        return keywords.filter(pk__in=keywords.with_status().filter(**is_failed).values("pk"))
    return keywords


def tell_runs(request: SignedInRequest, started: int) -> None:
    if not started:
        messages.warning(
            request,
            _("Nothing to run again: the keywords are on their way, or their source is off."),
        )
        return
    text = ngettext("%(n)s keyword is run again.", "%(n)s keywords are run again.", started)
    messages.success(request, text % {"n": f"{started:,}"})


@require_POST
@signed_in
def cancel_waiting(request: SignedInRequest, pk: int) -> HttpResponse:
    cancelled = cancel_list(find_list(request, pk), by=request.user)
    text = ngettext("%(n)s search cancelled.", "%(n)s searches cancelled.", cancelled)
    messages.success(request, text % {"n": f"{cancelled:,}"})
    return see_other("list", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks first: what is deleted is gone."""
    keyword_list = find_list(request, pk)
    if request.method != "POST":
        context = {"list": keyword_list, "counts": count_statuses(keyword_list)}
        return render(request, "keywords/delete_list.html", context)
    delete_list(keyword_list, by=request.user)
    messages.success(request, _("The list “%(name)s” is deleted.") % {"name": keyword_list.name})
    return see_other("home")
