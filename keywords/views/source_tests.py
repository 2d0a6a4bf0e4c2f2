"""`Test this source`: one keyword asked of it, by a worker if there is one, and what came back, live."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jobs import stats
from jobs.audit import record
from jobs.models import Job
from jobs.states import FINISHED
from keywords.breaking import close_breaker
from keywords.check_jobs import ask_test
from keywords.direct_check import CannotCheck, check_directly
from keywords.models import Source
from keywords.people import name_of
from keywords.source_checks import SourceCheck
from keywords.views.access import SignedInRequest, see_other, signed_in
from keywords.views.sources import asked_sources, checks_for, may_test, permissions
from keywords.views.wording import explain

# A second press within this time shows the test that is under way.
SAME = timedelta(seconds=3)


class KeywordForm(forms.Form):
    keyword = forms.CharField(max_length=200, label="Keyword")


@require_POST
@signed_in
def ask_source(request: SignedInRequest, name: str) -> HttpResponse:
    source = get_object_or_404(asked_sources().select_related("queue"), name=name)
    if not may_test(request, source):
        raise Http404
    form = KeywordForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A test needs a keyword."))
        return see_other("source", name)
    try:
        check = start_check(request, source, form.cleaned_data["keyword"])
    except CannotCheck as problem:
        messages.error(request, str(problem))
        return see_other("source", name)
    return see_other("source-check", check.pk)


def start_check(request: SignedInRequest, source: Source, keyword: str) -> SourceCheck:
    """Raises CannotCheck."""
    recent = SourceCheck.objects.filter(
        source=source,
        owner=request.user.pk,
        keyword=keyword,
        created_at__gt=timezone.now() - SAME,
    )
    if check := recent.first():
        return check
    by, owner = name_of(request.user), request.user.pk
    if not source.enabled:
        raise CannotCheck(_("The source is switched off: switch it on first."))
    record("test source", by=by, queue=source.queue.name, after={"keyword": keyword})
    if stats.living_nodes():
        return ask_test(source, keyword, by=by, owner=owner)
    return check_directly(source, keyword, by=by, owner=owner)


@require_safe
@signed_in
def show_check(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole page, or the part of it that changes."""
    check = get_object_or_404(checks_for(request).select_related("source__queue"), pk=pk)
    template = "source_check_live.html" if request.htmx else "source_check.html"
    return render(request, f"keywords/{template}", describe_check(check))


def describe_check(check: SourceCheck) -> dict[str, object]:
    queue, now = check.source.queue, timezone.now()
    job = Job.objects.filter(pk=check.job_id).first() if check.job_id else None
    is_lost = check.finished_at is None and (job is None or job.state in FINISHED)
    return {
        "check": check,
        "meaning": explain(check.outcome),
        "job": job,
        "is_lost": is_lost,
        "is_waiting": check.finished_at is None and not is_lost,
        "holds": queue if queue.is_cooling(now) or queue.is_paused(now) else None,
    }


@require_POST
@signed_in
def close_now(request: SignedInRequest, name: str) -> HttpResponse:
    """An operator ends the rest of a source that refused."""
    source = get_object_or_404(asked_sources().select_related("queue"), name=name)
    if not permissions(request)["may_operate"]:
        raise Http404
    close_breaker(source, by=name_of(request.user))
    messages.success(request, _("%(name)s is asked again from now on.") % {"name": source.name})
    return see_other("source", name)
