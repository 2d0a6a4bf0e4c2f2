"""`/lists/ID/schedule`: when a list is searched again, and who is told of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jobs.schedules import Schedule
from keywords.models import KeywordList
from keywords.notifications.forms import ListNotificationsForm
from keywords.notifications.records import ListNotifications
from keywords.notifications.rules import settings_of
from keywords.schedule_form import ScheduleForm, fill_schedule_form
from keywords.schedules import (
    build_schedule,
    delete_schedule,
    find_schedule,
    save_schedule,
    switch_schedule,
)
from keywords.views.access import SignedInRequest, see_other, signed_in
from keywords.views.finding import find_list


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def list_schedule(request: SignedInRequest, pk: int) -> HttpResponse:
    """A POST with `do=preview` shows when it would run, and keeps nothing."""
    keyword_list = find_list(request, pk)
    if request.method != "POST":
        return show(request, keyword_list)
    form = ScheduleForm(request.POST)
    schedule = read_schedule(keyword_list, form) if form.is_valid() else None
    if schedule is None or request.POST.get("do") == "preview":
        return show(request, keyword_list, form=form, preview=schedule)
    save_schedule(schedule, by=request.user)
    messages.success(request, _("It runs %(when)s.") % {"when": schedule.in_words()})
    return see_other("list-schedule", pk)


def read_schedule(keyword_list: KeywordList, form: ScheduleForm) -> Schedule | None:
    """None where it cannot be so; the form says why then."""
    data = form.cleaned_data
    try:
        return build_schedule(
            keyword_list, cron=form.read_cron(), time_zone=data["time_zone"], missed=data["missed"]
        )
    except ValidationError as problem:
        form.add_error(None, problem.messages)
        return None


@require_POST
@signed_in
def switch_list_schedule(request: SignedInRequest, pk: int) -> HttpResponse:
    """`do`: pause, resume or remove."""
    keyword_list = find_list(request, pk)
    match request.POST.get("do"):
        case "pause":
            switch_schedule(keyword_list, enabled=False, by=request.user)
            messages.success(request, _("The schedule is paused."))
        case "resume":
            switch_schedule(keyword_list, enabled=True, by=request.user)
            messages.success(request, _("The schedule goes on."))
        case "remove":
            delete_schedule(keyword_list.pk)
            messages.success(request, _("The schedule is removed."))
    return see_other("list-schedule", pk)


@require_POST
@signed_in
def list_notifications(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword_list = find_list(request, pk)
    own = find_own(keyword_list)
    form = ListNotificationsForm(request.POST, instance=own)
    if not form.is_valid():
        return show(request, keyword_list, telling=form)
    form.save()
    messages.success(request, _("Saved."))
    return see_other("list-schedule", pk)


def find_own(keyword_list: KeywordList) -> ListNotifications:
    found = ListNotifications.objects.filter(keyword_list=keyword_list).first()
    return found or ListNotifications(keyword_list=keyword_list)


def show(
    request: SignedInRequest,
    keyword_list: KeywordList,
    *,
    form: ScheduleForm | None = None,
    preview: Schedule | None = None,
    telling: ListNotificationsForm | None = None,
) -> HttpResponse:
    schedule = find_schedule(keyword_list)
    shown = preview or schedule
    context: dict[str, Any] = {
        "list": keyword_list,
        "schedule": schedule,
        "is_preview": preview is not None,
        "words": shown.in_words() if shown else "",
        "coming": shown.coming() if shown and (preview or shown.enabled) else [],
        "zone": shown.time_zone if shown else "",
        "form": form or ScheduleForm(initial=fill_schedule_form(schedule)),
        "telling": telling or ListNotificationsForm(instance=find_own(keyword_list)),
        "account": settings_of(request.user.pk),
    }
    return render(request, "keywords/list_schedule.html", context)
