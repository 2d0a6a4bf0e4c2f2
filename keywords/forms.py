"""The form of a new list. What is typed wrong is told beside its field, in one plain sentence."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keywords.drafts.changing import Upload
from keywords.drafts.options import DraftOptions
from keywords.models import Source
from keywords.uploads.checking import BadCell, check_country, check_language, check_tags

Clean = Callable[[str], str]
NOW, LATER, HELD = "now", "later", "hold"
FILE, PASTE = "file", "paste"
# As <input type=datetime-local> sends it.
CLOCK = "%Y-%m-%dT%H:%M"


class NewListForm(forms.Form):
    """A file or pasted text, and how it is searched. `has_input`: a draft has a file already.

    `way` is the tab that was shown: what lies hidden under the other one was not meant."""

    way = forms.ChoiceField(
        label=gettext_lazy("How the keywords come"),
        required=False,
        choices=[(FILE, gettext_lazy("File")), (PASTE, gettext_lazy("Paste"))],
    )
    file = forms.FileField(
        label=gettext_lazy("File"), required=False, allow_empty_file=True, max_length=None
    )
    text = forms.CharField(
        label=gettext_lazy("Keywords, one a line"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 9, "class": "mono", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the list"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Left empty, the file's name."),
    )
    source = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Source"),
        queryset=Source.objects.none(),
        error_messages={
            "required": gettext_lazy("Choose where the keywords are searched."),
            "invalid_choice": gettext_lazy("This source is not there or switched off."),
            "invalid_pk_value": gettext_lazy("This source is not there or switched off."),
        },
    )
    country = forms.CharField(
        label=gettext_lazy("Country"),
        required=False,
        max_length=2,
        help_text=gettext_lazy("Two letters, such as us or de."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 4}),
    )
    language = forms.CharField(
        label=gettext_lazy("Language"),
        required=False,
        max_length=35,
        help_text=gettext_lazy("A code such as en or pt-BR."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    device = forms.ChoiceField(
        label=gettext_lazy("Device"),
        required=False,
        choices=[("desktop", gettext_lazy("Desktop")), ("mobile", gettext_lazy("Mobile"))],
        initial="desktop",
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Of every keyword, separated by commas."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"),
        required=False,
        min_value=0,
        max_value=9,
        initial=5,
        help_text=gettext_lazy("0 is searched first, 9 last."),
    )
    start = forms.ChoiceField(
        label=gettext_lazy("Start"),
        required=False,
        initial=NOW,
        choices=[
            (NOW, gettext_lazy("At once")),
            (LATER, gettext_lazy("At the time below")),
            (HELD, gettext_lazy("When I say so: hold it")),
        ],
    )
    start_at = forms.DateTimeField(
        label=gettext_lazy("Not before"),
        required=False,
        input_formats=[CLOCK, f"{CLOCK}:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=CLOCK),
    )

    def __init__(
        self, *args: Any, has_input: bool = False, may_prefer: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.has_input = has_input
        enabled = Source.objects.filter(enabled=True).select_related("queue")
        source: Any = self.fields["source"]
        source.queryset = enabled.order_by("-is_default", "name")
        self.fields["start_at"].help_text = timezone.get_current_timezone_name()
        if not may_prefer:
            del self.fields["priority"]

    def clean_file(self) -> "File[bytes] | None":
        file: File[bytes] | None = self.cleaned_data["file"]
        if file and file.size and file.size > settings.MAX_UPLOAD_BYTES:
            sizes = {
                "size": filesizeformat(file.size),
                "limit": filesizeformat(settings.MAX_UPLOAD_BYTES),
            }
            raise ValidationError(_("The file has %(size)s, the limit is %(limit)s.") % sizes)
        return file

    def clean_country(self) -> str:
        return self.check("country", check_country)

    def clean_language(self) -> str:
        return self.check("language", check_language)

    def clean_tags(self) -> tuple[str, ...]:
        try:
            return check_tags(self.cleaned_data["tags"])
        except BadCell as problem:
            raise ValidationError(str(problem)) from None

    def check(self, field: str, clean: Clean) -> str:
        try:
            return clean(self.cleaned_data[field].strip())
        except BadCell as problem:
            raise ValidationError(str(problem)) from None

    def clean_start_at(self) -> datetime | None:
        start_at: datetime | None = self.cleaned_data["start_at"]
        if self.cleaned_data.get("start") != LATER:
            return None
        if start_at is None:
            raise ValidationError(_("Say when it starts."))
        if start_at <= timezone.now():
            raise ValidationError(_("This time has passed."))
        return start_at

    def clean(self) -> dict[str, Any]:
        way = self.cleaned_data.get("way", "")
        if way == PASTE:
            self.cleaned_data["file"] = None
            self.errors.pop("file", None)
        elif way == FILE:
            self.cleaned_data["text"] = ""
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if "file" in self.errors:
            return self.cleaned_data
        if file and text.strip():
            self.add_error("text", _("Give a file or text, not both."))
        elif not file and not text.strip() and not self.has_input:
            where = "text" if way == PASTE else "file"
            self.add_error(where, _("Choose a file, or paste keywords."))
        return self.cleaned_data

    def read_upload(self) -> Upload | None:
        """None where the draft keeps what it has."""
        if file := self.cleaned_data["file"]:
            return Upload("file", file.name or "", file.read())
        text = self.cleaned_data["text"]
        return Upload("paste", "", text.encode(errors="surrogatepass")) if text.strip() else None

    def read_options(self) -> DraftOptions:
        data = self.cleaned_data
        start_at, priority = data["start_at"], data.get("priority")
        return DraftOptions(
            name=data["name"],
            sources=tuple(source.pk for source in data["source"]),
            country=data["country"],
            language=data["language"],
            device=data["device"] or "desktop",
            tags=data["tags"],
            priority=5 if priority is None else priority,
            start_at=start_at.isoformat() if start_at else "",
            hold=data["start"] == HELD,
        )


def fill_form(options: DraftOptions) -> dict[str, Any]:
    """What the form shows when somebody comes back to it."""
    start = HELD if options.hold else LATER if options.start_at else NOW
    return {
        "name": options.name,
        "source": list(options.sources),
        "country": options.country,
        "language": options.language,
        "device": options.device,
        "tags": ", ".join(options.tags),
        "priority": options.priority,
        "start": start,
        "start_at": options.start_time,
    }
