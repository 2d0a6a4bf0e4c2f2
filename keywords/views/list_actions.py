"""What an owner does to a list: rename it, run it again, cancel what waits, follow a domain, delete it."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keywords.bulk.acting import start_act
from keywords.bulk.records import BulkAct
from keywords.filtering import ListFilter
from keywords.lists import delete_list
from keywords.models import KeywordList
from keywords.statuses import count_statuses
from keywords.tracked_domains.ranks import NotADomain, track
from keywords.uploads.cleaning import make_showable
from keywords.views.access import SignedInRequest, see_other, signed_in
from keywords.views.bulk import tell_done
from keywords.views.finding import find_list

# What "Run again" offers, as filters.
CHOICES = {
    "failed": ListFilter.build(q="status:failed,cancelled"),
    "stale": ListFilter.build(q="fetched>7d"),
}
UNFINISHED = ListFilter.build(q="status:waiting,running,retrying")


@require_POST
@signed_in
def rerun_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """`which`: "failed" for those that failed or were cancelled, "stale" for those that were fetched
    more than a week ago, else all."""
    which = CHOICES.get(request.POST.get("which", ""), ListFilter())
    return act_on_list(request, find_list(request, pk), which, BulkAct.Act.RERUN)


@require_POST
@signed_in
def cancel_waiting(request: SignedInRequest, pk: int) -> HttpResponse:
    """All that has not finished."""
    return act_on_list(request, find_list(request, pk), UNFINISHED, BulkAct.Act.CANCEL)


def act_on_list(
    request: SignedInRequest, keyword_list: KeywordList, which: ListFilter, act: BulkAct.Act
) -> HttpResponse:
    """A long list is a job's work, and its progress is shown."""
    bulk_act = start_act(keyword_list, which, act, by=request.user)
    if not bulk_act.finished_at:
        url = reverse("list-act", args=[keyword_list.pk, bulk_act.pk])
        return HttpResponseRedirect(url, status=303)
    tell_done(request, bulk_act)
    return see_other("list", keyword_list.pk)


@require_POST
@signed_in
def rename_list(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword_list = find_list(request, pk)
    name = make_showable(request.POST.get("name", "").strip())[:200].strip()
    if name:
        keyword_list.name = name
        keyword_list.save(update_fields=["name"])
    else:
        messages.warning(request, _("A list needs a name; it keeps the one it has."))
    return see_other("list", pk)


@require_POST
@signed_in
def track_domain(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword_list = find_list(request, pk)
    try:
        domain = track(keyword_list, request.POST.get("domain", "")).domain
        messages.success(request, _("The list follows %(domain)s.") % {"domain": domain})
    except NotADomain as wrong:
        messages.error(request, str(wrong))
    return see_other("list", pk)


@require_POST
@signed_in
def untrack_domain(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword_list = find_list(request, pk)
    keyword_list.tracked_domains.filter(domain=request.POST.get("domain", "")).delete()
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
