"""The form of a source in the admin: its settings, its queue's limits, its secrets (written, never shown)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from jobs import control
from keywords.check_jobs import MINUTES
from keywords.models import Source
from keywords.proxy_settings import ProxyMistake, label_of, read_proxy_lines
from keywords.source_rules import SourceMistake, check_name, check_source
from keywords.sources import default_pace
from keywords.vault import Unreadable, unseal
from serp.engines.registry import ENGINE_MODULES, get_engine

FIELDS = (
    *("engine", "base_url", "enabled", "is_default", "expectation", "country", "language"),
    *("budget_day", "budget_month", "canary_keyword", "canary_minutes", "users_may_test"),
    *("allow_private", "user_agent", "settings"),
)
# Empty is a value of its own for these.
NULLABLE = ("budget_day", "budget_month")
LIMIT_HELP = "Empty for a new source: what its engine is known to bear."


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    engine = forms.ChoiceField(choices=list)
    base_url = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="https",
        label="Base URL",
        help_text="Empty: the engine's own address.",
    )
    canary_minutes = forms.TypedChoiceField(
        coerce=int,
        initial=60,
        choices=[(minutes, f"{minutes} minutes") for minutes in MINUTES],
        label="Canary every",
    )
    rate_limit = forms.IntegerField(
        required=False, min_value=1, max_value=10_000, label="Rate", help_text=LIMIT_HELP
    )
    rate_period = forms.FloatField(
        required=False, min_value=0.1, label="per seconds", help_text="60 where it is empty."
    )
    burst = forms.IntegerField(
        required=False, min_value=1, help_text="Requests that may follow one another after a pause."
    )
    max_running = forms.IntegerField(
        required=False, min_value=1, label="Concurrency", help_text="Requests under way at once."
    )
    max_running_per_node = forms.IntegerField(
        required=False, min_value=1, label="Concurrency of one machine"
    )
    new_credentials = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        label="Credentials",
    )
    forget_credentials = forms.BooleanField(required=False, label="Forget the saved credentials")
    add_proxies = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text="One a line, as http://user:password@host:port. They are saved encrypted, and"
        " shown without their passwords below. With proxies, the source is asked through them only.",
    )

    class Meta:
        model = Source
        fields = ("name", *FIELDS)
        labels = {
            "is_default": "Chosen where nobody chooses",
            "budget_day": "Budget of a day",
            "budget_month": "Budget of a month",
            "expectation": "What to expect",
            "users_may_test": "Everybody may test it",
            "allow_private": "Private addresses",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "engine" in self.fields:  # readers of the page have no fields
            self._fill()

    def _fill(self) -> None:
        engine = self.fields["engine"]
        assert isinstance(engine, forms.ChoiceField)
        engine.choices = [(name, get_engine(name).title) for name in sorted(ENGINE_MODULES)]
        if self.instance.pk:
            for name in control.LIMITS:
                self.fields[name].initial = getattr(self.instance.queue, name)
                self.fields[name].help_text = self.fields[name].help_text.replace(LIMIT_HELP, "")
            self.fields["rate_limit"].help_text = "Requests in the period; empty: no limit."
        self.fields["new_credentials"].help_text = describe_saved(self.instance)

    def clean_new_credentials(self) -> dict[str, str] | None:
        """None: nothing was entered."""
        text = self.cleaned_data["new_credentials"].strip()
        return read_credentials(text) if text else None

    def clean_add_proxies(self) -> list[str]:
        urls = read_proxy_lines(self.cleaned_data["add_proxies"])
        try:
            for url in urls:
                label_of(url)
        except ProxyMistake as mistake:
            raise ValidationError(str(mistake)) from None
        return urls

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            check_name(self.instance.name or cleaned.get("name", ""))
            check_source(self._build(cleaned))
        except SourceMistake as mistake:
            raise ValidationError(str(mistake)) from None
        return cleaned

    def _build(self, cleaned: Mapping[str, Any]) -> Source:
        source = Source(name=self.instance.name or cleaned["name"])
        for field in FIELDS:
            setattr(source, field, cleaned[field])
        return source

    def read_limits(self) -> dict[str, Any]:
        """What was changed; of a new source what was entered, the rest as the engine bears it."""
        cleaned = self.cleaned_data
        if self.instance.queue_id:
            changed = {name: cleaned[name] for name in control.LIMITS if name in self.changed_data}
            return fill_gaps(changed)
        entered = {name: cleaned[name] for name in control.LIMITS if cleaned[name] is not None}
        return {**default_limits(cleaned), **entered} if entered else {}


def fill_gaps(limits: dict[str, Any]) -> dict[str, Any]:
    """A period and a burst are needed."""
    needed = {"rate_period": 60.0, "burst": 1}
    return {name: needed.get(name) if value is None else value for name, value in limits.items()}


def default_limits(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    pace = default_pace(cleaned["engine"], cleaned["base_url"])
    return {
        "rate_limit": pace.rate_limit,
        "rate_period": pace.rate_period,
        "burst": pace.burst,
        "max_running": pace.max_running,
    }


def read_credentials(text: str) -> dict[str, str]:
    """Lines of `name: value`. Raises ValidationError, which repeats nothing of what was entered."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not value.strip():
            raise ValidationError("Write each credential on a line of its own, as name: value.")
        found[name.strip()] = value.strip()
    return found


def describe_saved(source: Source) -> str:
    entry = "Write each on a line of its own, such as api_key: …; they replace those saved."
    if not source.credentials:
        return f"None are saved. {entry}"
    try:
        names = ", ".join(sorted(unseal(source.credentials)))
    except Unreadable as problem:
        return f"{problem} Enter them again."
    return f"Saved, and never shown: {names}. {entry}"
