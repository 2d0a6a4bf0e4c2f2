"""What of results is asked for in an address: the question, its scope, and how the answer is shown."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import QueryDict

from keywords.link_search.question import GROUPS, MATCHES, RUNS, WHERE, Group, LinkQuestion
from keywords.link_search.scope import Scope

SIZES = (50, 100, 200)
MOST_N = 10_000
MOST_ID = 2**63 - 1
T = TypeVar("T", bound=str)


@dataclass(frozen=True)
class SearchRequest:
    """`is_asked` is False while the form is only filled in."""

    question: LinkQuestion = field(default_factory=LinkQuestion)
    list_id: int | None = None
    tag: str = ""
    group: Group = "keyword"
    size: int = SIZES[0]
    after: str = ""
    patient: bool = False
    is_asked: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> "SearchRequest":
        return cls(
            question=read_question(query),
            list_id=read_number(query, "list", MOST_ID) or None,
            tag=query.get("tag", "").strip()[:50],
            group=choose(query, "group", GROUPS),
            size=read_number(query, "size", SIZES[-1]) or SIZES[0],
            after=query.get("after", ""),
            patient=query.get("all") == "1",
            is_asked="value" in query,
        )

    def scope(self, user: User) -> Scope:
        return Scope(user, self.list_id, self.tag)

    def but(self, **changes: Any) -> "SearchRequest":
        """Shown otherwise, from the first page on."""
        return replace(self, **{"after": "", **changes})

    def asking(self, **changes: Any) -> "SearchRequest":
        """Another question, shown the same way."""
        return self.but(question=self.question.but(**changes))

    def describe(self) -> dict[str, object]:
        """As the API takes it too. What is as it is without saying is left out."""
        question = self.question
        values = {
            "where": question.where,
            "match": question.match,
            "value": question.value,
            "n": question.n if question.match == "count" else "",
            "top": question.top or "",
            "without": "1" if question.without else "",
            "runs": question.runs if question.runs != "latest" else "",
            "since": question.since if question.runs == "range" else "",
            "until": question.until if question.runs == "range" else "",
            "list": self.list_id or "",
            "tag": self.tag,
            "group": self.group,
            "all": "1" if self.patient else "",
        }
        return {key: value for key, value in values.items() if value or key == "value"}

    def link(self) -> str:
        """The part of the address after the question mark, with it."""
        shown = {"size": self.size if self.size != SIZES[0] else "", "after": self.after}
        return f"?{urlencode({**self.describe(), **{k: v for k, v in shown.items() if v}})}"

    @property
    def to_fill_in(self) -> str:
        """The form with this question in it, and no answer yet."""
        values = {key: value for key, value in self.describe().items() if key != "value"}
        return f"?{urlencode(values)}"


def read_question(query: QueryDict) -> LinkQuestion:
    return LinkQuestion(
        where=choose(query, "where", WHERE, "any"),
        match=choose(query, "match", MATCHES),
        value=query.get("value", "").strip(),
        n=read_number(query, "n", MOST_N) or 1,
        top=read_number(query, "top", 100),
        without=query.get("without") == "1",
        runs=choose(query, "runs", RUNS),
        since=read_day(query, "since"),
        until=read_day(query, "until"),
    )


def choose(query: QueryDict, name: str, choices: tuple[T, ...], default: T | None = None) -> T:
    """The first choice, or the default, for what is none."""
    text = query.get(name, "")
    return next((each for each in choices if each == text), default or choices[0])


def read_number(query: QueryDict, name: str, most: int) -> int:
    """0 for what is no number."""
    text = query.get(name, "")
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    return min(int(text), most) if is_number else 0


def read_day(query: QueryDict, name: str) -> date | None:
    try:
        return date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None
