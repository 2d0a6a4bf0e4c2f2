"""The questions that people ask most, as buttons that fill the form."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keywords.link_search.question import Group, LinkQuestion


@dataclass(frozen=True, slots=True)
class Preset:
    """`hint` says what to type; "" where nothing need be."""

    label: str | Promise
    icon: str
    question: LinkQuestion
    group: Group = "keyword"
    hint: str | Promise = ""


PRESETS = [
    Preset(
        _("Keywords with an ad URL containing …"),
        "megaphone",
        LinkQuestion(where="ad"),
        hint=_("a part of the address, such as technology"),
    ),
    Preset(
        _("How often does this URL appear"),
        "repeat",
        LinkQuestion(match="exact"),
        group="url",
        hint=_("the whole address, as it was found"),
    ),
    Preset(
        _("URLs with at least n of “/”"),
        "slash",
        LinkQuestion(match="count", value="/", n=4),
        group="url",
    ),
    Preset(
        _("Domains advertising on most keywords"),
        "trophy",
        LinkQuestion(where="ad"),
        group="domain",
    ),
    Preset(_("Keywords with no ads"), "circle-slash", LinkQuestion(where="ad", without=True)),
    Preset(
        _("Keywords where X ranks in the top 3"),
        "arrow-up-narrow-wide",
        LinkQuestion(where="organic", match="domain", top=3),
        hint=_("a domain, such as example.com"),
    ),
]
