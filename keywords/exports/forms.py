"""What an export shall hold: a shape, its columns, a format."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from keywords.exports.formats import FORMATS
from keywords.exports.shapes import KEYWORD_COLUMNS, LATEST, LINK_COLUMNS, RUNS, choose_shape


class ExportForm(forms.Form):
    """Every column is chosen at first. Results and links have the same columns."""

    shape = forms.ChoiceField(choices=[(shape.name, shape.label) for shape in LATEST.values()])
    runs = forms.ChoiceField(choices=[(each, each) for each in RUNS], required=False)
    written_as = forms.ChoiceField(choices=[(each.name, each.label) for each in FORMATS.values()])
    keyword_columns = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Columns of keywords"),
        choices=[(name, name) for name in KEYWORD_COLUMNS],
        initial=list(KEYWORD_COLUMNS),
        widget=forms.CheckboxSelectMultiple,
    )
    link_columns = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Columns of results and links"),
        choices=[(name, name) for name in LINK_COLUMNS],
        initial=list(LINK_COLUMNS),
        widget=forms.CheckboxSelectMultiple,
    )

    def options(self) -> dict[str, Any]:
        """For a Wish."""
        data = self.cleaned_data
        group = "keyword_columns" if data["shape"] == "keywords" else "link_columns"
        return {
            "shape": choose_shape(data["shape"], data["runs"] or RUNS[0]),
            "written_as": data["written_as"],
            "columns": tuple(data[group]),
        }
