"""The words of the filter language: what each field looks at, and how it is said."""

from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keywords.statuses import NO_OUTCOME, Status
from serp.types import Outcome

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Number:
    """A figure of the latest good result. Where it is not known it matches nothing, not even `<1`."""

    path: str
    label: Words


@dataclass(frozen=True, slots=True)
class Choice:
    label: Words
    values: tuple[str, ...] = ()  # empty: anything goes


NUMBERS = {
    "ads": Number("latest_good_search__ads_total", _("ads")),
    "top": Number("latest_good_search__ads_top", _("top ads")),
    "organic": Number("latest_good_search__organic_total", _("organic results")),
    "links": Number("latest_good_search__links_total", _("links")),
    "results": Number("latest_good_search__total_results", _("results in all")),
}
CHOICES = {
    "outcome": Choice(_("outcome"), (*(str(each) for each in Outcome), NO_OUTCOME)),
    "status": Choice(_("status"), tuple(str(each) for each in Status)),
    "source": Choice(_("source")),
    "country": Choice(_("country")),
    "language": Choice(_("language")),
    "device": Choice(_("device"), ("desktop", "mobile")),
    "tag": Choice(_("tag")),
    "domain": Choice(_("domain")),
    "advertiser": Choice(_("advertiser")),
    "id": Choice(_("keyword")),
}
AGES = {"fetched": _("fetched")}
FIELDS = (*NUMBERS, *CHOICES, *AGES)
# What people type for them.
ALIASES = {
    "ad": "ads",
    "ads_total": "ads",
    "ads_top": "top",
    "link": "links",
    "state": "status",
    "lang": "language",
    "tags": "tag",
    "site": "domain",
    "age": "fetched",
    "is": "outcome",
}


def find_name(name: str) -> str:
    """ "" for a word that is no field."""
    name = ALIASES.get(name, name)
    return name if name in FIELDS else ""


def suggest_name(name: str) -> str:
    """The field that was probably meant, or ""."""
    close = get_close_matches(name, [*FIELDS, *ALIASES], n=1, cutoff=0.6)
    return find_name(close[0]) if close else ""


def suggest_value(name: str, value: str) -> str:
    close = get_close_matches(value, CHOICES[name].values, n=1, cutoff=0.5)
    return close[0] if close else ""
