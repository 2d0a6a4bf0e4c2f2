"""Where nothing was found: the same question a little wider, and only such as do find something."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Max, Value
from django.db.models.functions import Length, Replace

from keywords.link_search.answering import select_keywords
from keywords.link_search.limits import TooSlow, limited_time
from keywords.link_search.question import (
    URLS,
    LinkQuestion,
    Match,
    QuestionMistake,
    read_host,
)
from keywords.link_search.scope import Scope

MOST = 3
# For all of them together.
SECONDS = 0.8
# More than this need not be counted to be worth a look.
COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Broader:
    """`keyword_count` is at most COUNTED."""

    question: LinkQuestion
    scope: Scope
    keyword_count: int


def find_broader(question: LinkQuestion, scope: Scope) -> list[Broader]:
    """The closest first. Fewer where there is no time for more."""
    found: list[Broader] = []
    try:
        with limited_time(SECONDS) as deadline:
            for wider, wider_scope in widen(question, scope):
                deadline.share()
                if count := count_keywords(wider, wider_scope):
                    found.append(Broader(wider, wider_scope, count))
                if len(found) == MOST:
                    break
    except (TooSlow, QuestionMistake):
        pass
    return found


def count_keywords(question: LinkQuestion, scope: Scope) -> int:
    return select_keywords(question, scope).order_by()[:COUNTED].count()


def widen(question: LinkQuestion, scope: Scope) -> Iterator[tuple[LinkQuestion, Scope]]:
    """From the closest to the widest."""
    if question.top:
        yield question.but(top=0), scope
    if question.match == "count" and question.n > 1 and (most := find_most(question, scope)):
        yield question.but(n=most), scope
    yield from ((question.but(match=match), scope) for match in looser_matches(question))
    if scope.list_id is not None or scope.tag:
        yield question, replace(scope, list_id=None, tag="")
    if question.where in {"ad", "organic"}:
        yield question.but(where="any"), scope
    if question.runs != "any":
        yield question.but(runs="any"), scope
    for part in shorter_values(question):
        yield question.but(match="contains", value=part), scope
        if question.where in {"ad", "organic", "domain"}:
            yield question.but(match="contains", value=part, where="any"), scope


def looser_matches(question: LinkQuestion) -> list[Match]:
    looser: dict[str, list[Match]] = {
        "exact": ["starts", "contains"],
        "starts": ["contains"],
        "domain": ["contains"],
    }
    return looser.get(question.match, [])


def find_most(question: LinkQuestion, scope: Scope) -> int:
    """How often the text occurs in the address that has the most of it, if that is not often enough."""
    less = Length(Replace(question.field, Value(question.value), Value("")))
    links = scope.links(question.but(match="contains"))
    removed = links.aggregate(most=Max(Length(question.field) - less))["most"] or 0
    return int(removed // len(question.value))


def shorter_values(question: LinkQuestion) -> list[str]:
    """Of an address its host; of words each by itself, the longest first."""
    value = question.value
    if question.match in {"regex", "count"}:
        return []
    if question.where in URLS and "." in (host := read_host(value)):
        parts = [host, host.split(".")[-2]]
    else:
        parts = sorted(value.split(), key=len, reverse=True)
    return [part for part in dict.fromkeys(parts) if len(part) > 2 and part != value][:3]
