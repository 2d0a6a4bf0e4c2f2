"""A question's answer in numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict, TypeVar

from django.db.models import Count, Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from keywords.link_search.limits import Deadline, TooSlow, limited_time
from keywords.link_search.question import LinkQuestion, QuestionMistake
from keywords.link_search.scope import Scope, within_days
from keywords.models import Keyword, KeywordQuerySet, ResultLink, Search
from serp.types import GOOD_OUTCOMES

T = TypeVar("T")

# For everything; and, where that was not enough, for the newest keywords alone.
SECONDS = 1.0
AGAIN = 4.0
# For those who said that they would wait.
PATIENCE = 30.0
TOO_SLOW = gettext_lazy("This takes too long. Ask something simpler, or one list alone.")


@dataclass(frozen=True, slots=True)
class Counts:
    """`keyword_total` counts the keywords that were asked. `link_count` is None where no links are asked for."""

    link_count: int | None
    keyword_count: int
    keyword_total: int


@dataclass(frozen=True, slots=True)
class Answer(Counts):
    """`scope` is the one that was asked in the end; `all_keywords` those that would have been, None if it was all."""

    scope: Scope
    all_keywords: int | None


def answer(question: LinkQuestion, scope: Scope, *, patient: bool = False) -> Answer:
    """Exact, or bounded to the newest keywords. Raises QuestionMistake."""
    return answer_with(lambda _: None, question, scope, patient=patient)[0]


def answer_with(
    take: Callable[[Scope], T], question: LinkQuestion, scope: Scope, *, patient: bool = False
) -> tuple[Answer, T]:
    """And the rows that `take` fetches, of the same keywords and within the same time. Raises QuestionMistake."""
    question.check()

    def ask(asked: Scope, deadline: Deadline) -> tuple[Counts, T]:
        counts = count_all(question, asked, deadline)
        deadline.share()
        return counts, take(asked)

    (counts, rows), asked = within_time(ask, scope, patient=patient, **limits_of(question))
    found = Answer(
        link_count=counts.link_count,
        keyword_count=counts.keyword_count,
        keyword_total=counts.keyword_total,
        scope=asked,
        all_keywords=scope.keywords().count() if asked.first else None,
    )
    return found, rows


class Limits(TypedDict):
    """How long the newest keywords may take, and what is said where even they take longer."""

    again: float
    complaint: str | Promise


def limits_of(question: LinkQuestion) -> Limits:
    """A pattern that is too slow for a few keywords will not do: two seconds are its limit. All else may be the
    machine's fault, which has much to do."""
    if question.match == "regex":
        return {
            "again": SECONDS,
            "complaint": gettext_lazy("This pattern is too slow. Make it simpler."),
        }
    return {"again": AGAIN, "complaint": TOO_SLOW}


def within_time(
    ask: Callable[[Scope, Deadline], T],
    scope: Scope,
    *,
    patient: bool = False,
    again: float = AGAIN,
    complaint: str | Promise = TOO_SLOW,
) -> tuple[T, Scope]:
    """What `ask` finds, and the scope in which it did. Raises QuestionMistake."""
    scope = scope.sized()
    if not scope.first:
        try:
            seconds = PATIENCE if patient else SECONDS
            with limited_time(seconds, by_index=scope.is_small) as deadline:
                return ask(scope, deadline), scope
        except TooSlow:
            scope = scope.bounded()
    try:
        with limited_time(again, by_index=scope.is_small) as deadline:
            return ask(scope, deadline), scope
    except TooSlow:
        raise QuestionMistake(str(complaint)) from None


def count_all(question: LinkQuestion, scope: Scope, deadline: Deadline) -> Counts:
    total = scope.keywords().count()
    deadline.share()
    if question.without or question.where == "keyword":
        found = select_keywords(question, scope).count()
        if question.without:
            return Counts(None, found, total)
        deadline.share()
        return Counts(scope.links(question).count(), found, total)
    numbers = scope.links(question).aggregate(
        links=Count("pk"), keywords=Count(keyword_path(question), distinct=True)
    )
    return Counts(numbers["links"], numbers["keywords"], total)


def keyword_path(question: LinkQuestion) -> str:
    """What stands for a link's keyword: each has one latest good search, so that saves a join."""
    return "search" if question.runs == "latest" else "search__keyword"


def select_keywords(question: LinkQuestion, scope: Scope) -> KeywordQuerySet:
    """Those that the answer counts."""
    keywords = scope.keywords()
    if question.where == "keyword":
        return question.narrow_keywords(keywords)
    if question.without:
        return select_keywords_without(question, keywords)
    return Keyword.objects.filter(
        pk__in=scope.links(question).order_by().values("search__keyword_id")
    )


def select_keywords_without(question: LinkQuestion, keywords: KeywordQuerySet) -> KeywordQuerySet:
    """Where no run was made in the time that is asked for, nothing is known."""
    if question.runs == "latest":
        links = ResultLink.objects.filter(search=OuterRef("latest_good_search_id"))
        return keywords.exclude(Exists(question.narrow_links(links)))
    runs = Search.objects.filter(keyword=OuterRef("pk"), outcome__in=GOOD_OUTCOMES)
    links = ResultLink.objects.filter(search__keyword=OuterRef("pk"))
    links = question.narrow_links(links.filter(within_days(question, "search__fetched_at")))
    known = keywords.filter(Exists(runs.filter(within_days(question, "fetched_at"))))
    return known.exclude(Exists(links))
