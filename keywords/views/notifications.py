"""`/account/notifications`: what an account wants to be told, and what it was told."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keywords.notifications.forms import AccountNotificationsForm
from keywords.notifications.records import Notification, NotificationSettings
from keywords.notifications.rules import settings_of
from keywords.notifications.secrets import read_secret, renew_secret
from keywords.notifications.telling import tell_test
from keywords.notifications.webhooks import find_mistake
from keywords.views.access import SignedInRequest, see_other, signed_in

LATEST = 12


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def notifications(request: SignedInRequest) -> HttpResponse:
    account = settings_of(request.user.pk)
    if request.method != "POST":
        return show(request, AccountNotificationsForm(instance=account), account)
    form = AccountNotificationsForm(request.POST, instance=account)
    if not form.is_valid():
        return show(request, form, settings_of(request.user.pk))
    changed = form.save(commit=False)
    if changed.webhook_url and not read_secret(changed):
        renew_secret(changed)
    changed.save()
    messages.success(request, _("Saved."))
    return see_other("notifications")


@require_POST
@signed_in
def renew_webhook_secret(request: SignedInRequest) -> HttpResponse:
    account = settings_of(request.user.pk)
    renew_secret(account)
    account.save()
    messages.success(request, _("There is a new secret. The old one signs nothing any more."))
    return see_other("notifications")


@require_POST
@signed_in
def send_test(request: SignedInRequest) -> HttpResponse:
    """`channel`: mail or webhook; sent as every notification is, by a job."""
    account = settings_of(request.user.pk)
    is_mail = request.POST.get("channel") == Notification.Channel.MAIL
    target = request.user.email if is_mail else account.webhook_url
    if not target or (not is_mail and find_mistake(target)):
        messages.error(request, _("There is no address to send it to: save one first."))
        return see_other("notifications")
    channel = Notification.Channel.MAIL if is_mail else Notification.Channel.WEBHOOK
    tell_test(request.user, channel, target)
    messages.success(request, _("A test is on its way to %(to)s.") % {"to": target})
    return see_other("notifications")


def show(
    request: SignedInRequest, form: AccountNotificationsForm, account: NotificationSettings
) -> HttpResponse:
    latest = Notification.objects.filter(owner=request.user).select_related("keyword_list")
    context: dict[str, Any] = {
        "form": form,
        "account": account,
        "secret": read_secret(account),
        "latest": latest.order_by("-pk")[:LATEST],
    }
    return render(request, "keywords/notifications.html", context)
