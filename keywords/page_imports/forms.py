"""What a user says of the pages that are to be imported."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keywords.page_imports.holding import Choice, find_chosen, list_choices
from serp.engines.registry import ENGINE_MODULES

MOST_BYTES = 64 * 1024 * 1024
MOST_FILES = 100


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Its value is a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(each, initial) for each in files or [None]]


class ImportPagesForm(forms.Form):
    pages = ManyFilesField(
        label=gettext_lazy("Files"),
        allow_empty_file=True,
        max_length=None,
        error_messages={"required": gettext_lazy("Choose the files to import.")},
        widget=ManyFilesInput(
            attrs={"accept": ".html,.htm,.xhtml,.mhtml,.mht,.har,.http,.json,.txt,.zip"}
        ),
    )
    read_as = forms.ChoiceField(
        label=gettext_lazy("Whose pages they are"),
        required=False,
        help_text=gettext_lazy("Choose the engine where the pages do not tell it themselves."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the list"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Left empty, the file's name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices: list[Choice] = list_choices()
        field = self.fields["read_as"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(choice.value, choice.label) for choice in self.choices]

    def clean_pages(self) -> list[UploadedFile[bytes]]:
        files: list[UploadedFile[bytes]] = self.cleaned_data["pages"]
        size = sum(file.size or 0 for file in files)
        if size > MOST_BYTES:
            sizes = {"size": filesizeformat(size), "limit": filesizeformat(MOST_BYTES)}
            raise ValidationError(_("The files have %(size)s, the limit is %(limit)s.") % sizes)
        if len(files) > MOST_FILES:
            raise ValidationError(
                _("%(n)d files at most: put more of them into a zip.") % {"n": MOST_FILES}
            )
        return files

    def options(self) -> dict[str, Any]:
        """For `import_files`."""
        chosen = self.cleaned_data["read_as"]
        return {
            "engine": chosen if chosen in ENGINE_MODULES else "",
            "source": find_chosen(chosen),
            "name": self.cleaned_data["name"],
        }
