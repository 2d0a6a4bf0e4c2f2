"""What a filter is made of. Each term knows its condition on keywords, how it is typed, and how it is said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Protocol

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext

from jobs.states import State
from keywords.filtering.fields import AGES, CHOICES, NUMBERS, Words
from keywords.filtering.tokens import quote
from keywords.models import ResultLink
from keywords.statuses import DONE_OUTCOMES, RETRYING, STANDING_UNFINISHED, Status
from keywords.templatetags.figures import grouped
from serp.types import Outcome

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LOOKUPS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "=": "exact"}
SIGN_WORDS: dict[str, Words] = {
    ">": gettext_lazy("more than"),
    ">=": gettext_lazy("at least"),
    "<": gettext_lazy("fewer than"),
    "<=": gettext_lazy("at most"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was typed and is not understood. `suggestion` is what may have been meant: the
    whole filter, mended; "" where nobody knows."""

    raw: str
    message: str
    suggestion: str = ""


class Term(Protocol):
    def condition(self) -> Q: ...

    def typed(self) -> str: ...

    def in_words(self) -> str: ...


@dataclass(frozen=True, slots=True)
class TextTerm:
    text: str
    is_negated: bool = False

    def condition(self) -> Q:
        return turn(Q(text__icontains=self.text), is_negated=self.is_negated)

    def typed(self) -> str:
        # A colon inside would be read as a field the next time.
        plain = quote(self.text) if ":" not in self.text else f'"{self.text}"'
        return f"-{plain}" if self.is_negated else plain

    def in_words(self) -> str:
        words = _("without “%(text)s”") if self.is_negated else _("with “%(text)s”")
        return words % {"text": self.text}


@dataclass(frozen=True, slots=True)
class NumberTerm:
    name: str
    sign: str
    number: int
    is_negated: bool = False

    def condition(self) -> Q:
        path = NUMBERS[self.name].path
        found = Q(**{f"{path}__{LOOKUPS[self.sign]}": self.number})
        return ~found & Q(**{f"{path}__isnull": False}) if self.is_negated else found

    def typed(self) -> str:
        return f"{'-' if self.is_negated else ''}{self.name}{self.sign}{self.number}"

    def in_words(self) -> str:
        sign = SIGN_WORDS.get(self.sign, _("exactly"))
        words = f"{sign} {grouped(self.number)} {NUMBERS[self.name].label}"
        return _("not %(words)s") % {"words": words} if self.is_negated else words


@dataclass(frozen=True, slots=True)
class AgeTerm:
    """`fetched>7d`: the latest answer is older than that; what was never fetched matches nothing."""

    sign: str
    number: int
    unit: str
    name: str = "fetched"

    def condition(self) -> Q:
        moment = timezone.now() - timedelta(**{UNITS[self.unit]: self.number})
        lookup = "lt" if self.sign in {">", ">="} else "gt"
        return Q(**{f"latest_search__fetched_at__{lookup}": moment})

    def typed(self) -> str:
        return f"{self.name}{self.sign}{self.number}{self.unit}"

    def in_words(self) -> str:
        age = describe_age(self.number, self.unit)
        words = _("%(label)s more than %(age)s ago")
        if self.sign in {"<", "<="}:
            words = _("%(label)s less than %(age)s ago")
        return words % {"label": AGES[self.name], "age": age}


@dataclass(frozen=True, slots=True)
class ChoiceTerm:
    """One of some values of a field."""

    name: str
    values: tuple[str, ...]
    is_negated: bool = False

    def condition(self) -> Q:
        return turn(CONDITIONS[self.name](self.values), is_negated=self.is_negated)

    def typed(self) -> str:
        minus = "-" if self.is_negated else ""
        return f"{minus}{self.name}:{quote(','.join(self.values))}"

    def in_words(self) -> str:
        if self.name == "id" and not self.is_negated:
            count = len(self.values)
            return ngettext("%(n)d chosen one", "%(n)d chosen ones", count) % {"n": count}
        label: Words = CHOICES[self.name].label
        values = _(" or ").join(self.values)
        words = _("%(label)s not %(values)s") if self.is_negated else _("%(label)s %(values)s")
        return words % {"label": label, "values": values}


def describe_age(number: int, unit: str) -> str:
    texts = {
        "m": npgettext("fetched more than", "%(n)s minute", "%(n)s minutes", number),
        "h": npgettext("fetched more than", "%(n)s hour", "%(n)s hours", number),
        "d": npgettext("fetched more than", "%(n)s day", "%(n)s days", number),
        "w": npgettext("fetched more than", "%(n)s week", "%(n)s weeks", number),
    }
    return texts[unit] % {"n": grouped(number)}


def turn(condition: Q, *, is_negated: bool) -> Q:
    return ~condition if is_negated else condition


def of_outcome(values: Sequence[str]) -> Q:
    return Q(standing__in=values)


def of_status(values: Sequence[str]) -> Q:
    return reduce(or_, (STATUSES[value] for value in values))


def of_tag(values: Sequence[str]) -> Q:
    return Q(tags__overlap=list(values))


def of_domain(values: Sequence[str]) -> Q:
    return link_exists(Q(domain__in=values) & ~Q(block=ResultLink.Block.OTHER))


def of_advertiser(values: Sequence[str]) -> Q:
    return link_exists(Q(domain__in=values, block__in=ResultLink.AD_BLOCKS))


def link_exists(condition: Q) -> Q:
    """In the latest good result."""
    links = ResultLink.objects.filter(condition, search=OuterRef("latest_good_search"))
    return Q(Exists(links))


UNFINISHED = Q(standing="")
RUNNING = UNFINISHED & Q(latest_search__job__state=State.RUNNING)
STATUSES: dict[str, Q] = {
    Status.WAITING: UNFINISHED & ~Q(latest_search__job__state=State.RUNNING),
    Status.RUNNING: RUNNING,
    Status.RETRYING: Q(standing=RETRYING),
    Status.DONE: Q(standing__in=DONE_OUTCOMES),
    Status.CANCELLED: Q(standing=Outcome.CANCELLED),
    Status.FAILED: ~Q(standing__in=[*STANDING_UNFINISHED, *DONE_OUTCOMES, Outcome.CANCELLED]),
}
CONDITIONS: dict[str, Callable[[Sequence[str]], Q]] = {
    "outcome": of_outcome,
    "status": of_status,
    "source": lambda values: Q(source__name__in=values),
    "country": lambda values: Q(country__in=values),
    "language": lambda values: Q(language__in=values),
    "device": lambda values: Q(device__in=values),
    "tag": of_tag,
    "domain": of_domain,
    "advertiser": of_advertiser,
    "id": lambda values: Q(pk__in=[int(value) for value in values]),
}
