"""Questions and answers in words. Each sentence is split where its numbers stand, since these are links."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from keywords.link_search.question import LinkQuestion

Words = str | Promise

WHERE_WORDS: dict[str, Words] = {
    "ad": gettext_lazy("ad URL"),
    "organic": gettext_lazy("organic URL"),
    "any": gettext_lazy("any link"),
    "title": gettext_lazy("title"),
    "snippet": gettext_lazy("snippet"),
    "domain": gettext_lazy("domain"),
    "keyword": gettext_lazy("keyword"),
}
MATCH_WORDS: dict[str, Words] = {
    "contains": gettext_lazy("contains"),
    "exact": gettext_lazy("is exactly"),
    "starts": gettext_lazy("starts with"),
    "domain": gettext_lazy("domain is"),
    "count": gettext_lazy("has at least n of"),
    "regex": gettext_lazy("matches the pattern"),
}
RUNS_WORDS: dict[str, Words] = {
    "latest": gettext_lazy("the latest run only"),
    "any": gettext_lazy("any run"),
    "range": gettext_lazy("runs between two days"),
}
GROUP_WORDS: dict[str, Words] = {
    "keyword": gettext_lazy("Keyword"),
    "url": gettext_lazy("URL"),
    "domain": gettext_lazy("Domain"),
    "link": gettext_lazy("Each link"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """`before` the first number, and `after` the last: “technology” is in | 37 ad URLs of 21 keywords (of 931) | ."""

    before: str
    after: str


def name_links(question: LinkQuestion, count: int) -> str:
    match question.where:
        case "ad":
            return ngettext("ad URL", "ad URLs", count)
        case "organic":
            return ngettext("organic URL", "organic URLs", count)
        case "title":
            return ngettext("title", "titles", count)
        case "snippet":
            return ngettext("snippet", "snippets", count)
        case "domain" | "keyword":
            return ngettext("result", "results", count)
        case _:
            return ngettext("link", "links", count)


TAILS: dict[str, Words] = {
    "exact": gettext_lazy("read exactly %(value)s"),
    "starts": gettext_lazy("start with %(value)s"),
    "domain": gettext_lazy("lead to %(value)s"),
    "count": gettext_lazy("have at least %(n)d of %(value)s"),
    "regex": gettext_lazy("match the pattern %(value)s"),
}


def phrase_answer(question: LinkQuestion) -> Sentence:
    """Around the numbers: how many links of how many keywords."""
    shown = {"value": quote(question.value), "n": question.n, "top": question.top}
    tail = [_("in the top %(top)d") % shown] if question.top else []
    before = ""
    if question.value and question.match == "contains":
        before = _("%(value)s is in") % shown
    elif question.value:
        tail.append(str(TAILS[question.match]) % shown)
    return Sentence(before, " ".join(tail))


def phrase_absence(question: LinkQuestion) -> str:
    """Behind “21 keywords (of 931)”."""
    if question.where == "keyword":
        return _("are none where: %(question)s") % {"question": describe(question)}
    shown = {"what": name_links(question, 1), "value": quote(question.value)}
    if question.match == "contains" and question.value:
        words = _("have no %(what)s with %(value)s") % shown
    elif question.value:
        words = _("are without: %(question)s") % {"question": describe(question.but(top=0))}
    else:
        words = _("have no %(what)s") % shown
    return f"{words} {phrase_answer(question.but(value='')).after}".strip()


def describe(question: LinkQuestion) -> str:
    """In a few words, for a link to it: “shoes” in any link."""
    words = f"{WHERE_WORDS[question.where]} {MATCH_WORDS[question.match]}"
    if question.match == "count":
        words = _("%(where)s with at least %(n)d of") % {
            "where": WHERE_WORDS[question.where],
            "n": question.n,
        }
    elif question.match == "domain":
        words = _("%(where)s at the domain") % {"where": WHERE_WORDS[question.where]}
    parts = [words, quote(question.value)]
    if question.top:
        parts.append(_("in the top %(top)d") % {"top": question.top})
    if question.runs != "latest":
        parts.append(_("in %(runs)s") % {"runs": RUNS_WORDS[question.runs]})
    return " ".join(parts)


def quote(text: str) -> str:
    return _("“%(text)s”") % {"text": text if len(text) <= 80 else f"{text[:79]}…"}
