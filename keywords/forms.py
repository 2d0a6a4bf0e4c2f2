"""The forms of the pages. What is typed wrong is told beside its field, in one plain sentence."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keywords.models import Source
from keywords.uploads import Import, UploadError, read_file, read_text
from keywords.uploads.checking import BadCell, check_country, check_language

Clean = Callable[[str], str]


class NewListForm(forms.Form):
    """A file or pasted text, and how it is searched. After `is_valid`, `imported` is what was read."""

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
    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"),
        queryset=Source.objects.none(),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose where the keywords are searched."),
            "invalid_choice": gettext_lazy("This source is not there or switched off."),
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
    start_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)

    imported: Import

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = Source.objects.filter(enabled=True).order_by(  # type: ignore[attr-defined]
            "-is_default", "name"
        )
        self.initial.setdefault("start_key", uuid4().hex)

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

    def check(self, field: str, clean: Clean) -> str:
        try:
            return clean(self.cleaned_data[field].strip())
        except BadCell as problem:
            raise ValidationError(str(problem)) from None

    def clean(self) -> dict[str, Any]:
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if "file" not in self.errors:
            self.check_input(file, text)
        return self.cleaned_data

    def check_input(self, file: "File[bytes] | None", text: str) -> None:
        if file and text.strip():
            self.add_error("text", _("Give a file or text, not both."))
        elif not file and not text.strip():
            self.add_error("file", _("Choose a file, or paste keywords below."))
        else:
            self.read("file" if file else "text", file, text)

    def read(self, field: str, file: "File[bytes] | None", text: str) -> None:
        limit = settings.MAX_KEYWORDS
        try:
            if file:
                self.imported = read_file(file.read(), file.name or "", max_keywords=limit)
            else:
                self.imported = read_text(text, max_keywords=limit)
        except UploadError as problem:
            self.add_error(field, str(problem))
        else:
            if not self.imported.accepted:
                self.add_error(field, _("None of its rows can be searched; see below why."))
