"""What is asked of people who want to be told."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keywords.notifications.records import ListNotifications, NotificationSettings, When
from keywords.notifications.webhooks import find_mistake

URL_WIDGET = forms.URLInput(
    attrs={"placeholder": "https://example.org/hook", "autocomplete": "off"}
)


def clean_url(url: str) -> str:
    if url and (mistake := find_mistake(url)):
        raise ValidationError(mistake)
    return url


class AccountNotificationsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = NotificationSettings
        fields = ("mail_when", "webhook_when", "webhook_url", "refused_percent")
        labels = {
            "mail_when": _("A mail"),
            "webhook_when": _("A webhook"),
            "webhook_url": _("Address of the webhook"),
            "refused_percent": _("“Most” is at least (%)"),
        }
        help_texts = {
            "refused_percent": _("Of the keywords of a run, so many were refused by the source.")
        }
        widgets = {"webhook_url": URL_WIDGET}

    def clean_webhook_url(self) -> str:
        return clean_url(self.cleaned_data["webhook_url"])

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        wants = data.get("webhook_when", When.NEVER) != When.NEVER
        if wants and not data.get("webhook_url") and "webhook_url" not in self.errors:
            self.add_error("webhook_url", _("Say where it goes."))
        return data


class ListNotificationsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ListNotifications
        fields = ("mail_when", "webhook_when", "webhook_url")
        labels = {
            "mail_when": _("A mail"),
            "webhook_when": _("A webhook"),
            "webhook_url": _("Another address for the webhook"),
        }
        widgets = {"webhook_url": URL_WIDGET}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("mail_when", "webhook_when"):
            choices = [("", _("As in your account")), *When.choices]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_webhook_url(self) -> str:
        return clean_url(self.cleaned_data["webhook_url"])
