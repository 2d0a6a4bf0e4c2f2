"""What a source of one's own declares, field by field. The JSON behind it can be written instead."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from keywords.models import Source
from serp.engines.custom.declaration import LAST_PAGE, SELECTORS, read_declaration
from serp.errors import BadQuery
from serp.types import EngineOptions

SELECTOR_HELP = {
    "frame": "The part of the page that holds all results, such as #results. Helps to tell a changed layout.",
    "result": "The box of one result, such as li.hit. The only one that is needed.",
    "title": "Inside the box. Empty: the first heading or link.",
    "url": "The link inside the box. a.more@data-href takes the address from another attribute. Empty: the title's link.",
    "snippet": "Inside the box. Empty: the text that is left.",
    "display_url": "Inside the box: the address as it is shown.",
    "ad": "The box of one ad.",
    "stats": "Where the page says how many results there are.",
    "related": "Each related search.",
    "empty": "What is there only when nothing was found.",
}
PAGING = ("parameter", "first", "step", "last")
TEXTS = ("search_url", "empty_text", "key_header", "key_param")


class CustomSourceForm(forms.Form):
    name = forms.SlugField(max_length=100, help_text="Letters, digits, hyphens and underscores.")
    search_url = forms.CharField(
        label="Search address",
        max_length=2000,
        help_text="With {query} where the keyword goes; {page}, {language} and {country} may stand there too.",
        widget=forms.TextInput(
            attrs={
                "class": "vLargeTextField",
                "placeholder": "https://docs.example.org/search?q={query}",
            }
        ),
    )
    allow_private = forms.BooleanField(
        required=False, label="It may be on this machine or in this network"
    )
    empty_text = forms.CharField(
        required=False, max_length=200, help_text="What the page says when it found nothing."
    )
    paging_parameter = forms.CharField(
        required=False,
        max_length=50,
        label="Paging parameter",
        help_text="Such as start or page. Empty: one page only.",
    )
    paging_first = forms.IntegerField(
        required=False, min_value=0, max_value=1000, label="Its value for page 1"
    )
    paging_step = forms.IntegerField(
        required=False, min_value=1, max_value=1000, label="More for each page"
    )
    paging_last = forms.IntegerField(
        required=False, min_value=1, max_value=LAST_PAGE, label="Last page"
    )
    key_header = forms.CharField(
        required=False, max_length=100, help_text="Name of the header for the credential api_key."
    )
    key_param = forms.CharField(
        required=False, max_length=100, help_text="Or the parameter for it."
    )
    as_json = forms.BooleanField(
        required=False, label="Take the JSON below instead of the fields above"
    )
    json = forms.CharField(
        required=False,
        label="JSON",
        widget=forms.Textarea(
            attrs={"rows": 12, "class": "vLargeTextField", "spellcheck": "false"}
        ),
    )

    # What it is tried on.
    keyword = forms.CharField(required=False, max_length=255, initial="test")
    page = forms.CharField(
        required=False,
        strip=False,
        label="HTML of a results page",
        widget=forms.Textarea(
            attrs={"rows": 10, "class": "vLargeTextField", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, source: Source | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        for name in SELECTORS:
            self.fields[f"selector_{name}"] = forms.CharField(
                required=False,
                max_length=500,
                label=name.replace("_", " ").capitalize(),
                help_text=SELECTOR_HELP[name],
                widget=forms.TextInput(attrs={"class": "vTextField", "spellcheck": "false"}),
            )
        if source is not None:
            self.fields["name"].disabled = True
        # Browsers hold back what they find missing, also where the JSON counts.
        self.use_required_attribute = False
        if self.data.get("as_json"):
            self.fields["search_url"].required = False

    @property
    def selectors(self) -> Iterator[forms.BoundField]:
        return (self[f"selector_{name}"] for name in SELECTORS)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        taken = Source.objects.filter(name=name).first()
        if taken is not None and (self.source is None or taken.pk != self.source.pk):
            raise ValidationError("There is a source of that name already.")
        return name

    def clean_json(self) -> dict[str, Any]:
        text: str = self.cleaned_data["json"]
        if not text.strip() or not self.data.get("as_json"):
            return {}
        try:
            values = json.loads(text)
        except ValueError as error:
            raise ValidationError(f"This is no JSON: {error}") from None
        if not isinstance(values, dict):
            raise ValidationError("The settings of a source are a JSON object.")
        return values

    def clean(self) -> dict[str, Any]:
        """Each selector is checked by itself, so that each mistake stands beside its field."""
        if not self.errors:
            self.check_selectors()
        if not self.errors:
            try:
                read_declaration(self.options())
            except BadQuery as mistake:
                self.add_error("json" if self.cleaned_data["as_json"] else None, str(mistake))
        return self.cleaned_data

    def check_selectors(self) -> None:
        if self.cleaned_data["as_json"]:
            return
        for name in SELECTORS:
            selector = self.cleaned_data[f"selector_{name}"]
            if name == "result" and not selector:
                self.add_error(
                    "selector_result", "This one is needed: the box of one result, such as li.hit."
                )
            elif selector and (mistake := find_mistake(name, selector)):
                self.add_error(f"selector_{name}", mistake)

    def settings(self) -> dict[str, Any]:
        """What the source keeps: also what this form knows nothing of."""
        data = self.cleaned_data
        if data["as_json"]:
            return dict(data["json"])
        kept = dict(self.source.settings) if self.source else {}
        values = {
            **{name: data[name] for name in TEXTS},
            "selectors": {
                name: data[f"selector_{name}"] for name in SELECTORS if data[f"selector_{name}"]
            },
            "paging": read_paging(data),
        }
        return {
            **{k: v for k, v in kept.items() if k not in values},
            **{k: v for k, v in values.items() if v},
        }

    def options(self) -> EngineOptions:
        base_url = self.source.base_url if self.source else ""
        return EngineOptions(base_url=base_url, settings=self.settings())


def read_paging(data: Mapping[str, Any]) -> dict[str, Any]:
    """{} without a parameter."""
    if not data["paging_parameter"]:
        return {}
    values = {name: data[f"paging_{name}"] for name in PAGING}
    return {name: value for name, value in values.items() if value not in {None, ""}}


def find_mistake(name: str, selector: str) -> str:
    settings = {
        "search_url": "https://example.org/?q={query}",
        "selectors": {"result": "li", name: selector},
    }
    try:
        read_declaration(EngineOptions(settings=settings))
    except BadQuery as mistake:
        return str(mistake)
    return ""


def initial_of(source: Source) -> dict[str, Any]:
    settings: Mapping[str, Any] = source.settings
    paging, selectors = settings.get("paging") or {}, settings.get("selectors") or {}
    return {
        "name": source.name,
        "allow_private": source.allow_private,
        "json": json.dumps(settings, indent=2, ensure_ascii=False),
        **{name: settings.get(name, "") for name in TEXTS},
        **{f"paging_{name}": paging.get(name) for name in PAGING},
        **{f"selector_{name}": selectors.get(name, "") for name in SELECTORS},
    }
