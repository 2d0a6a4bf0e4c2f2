"""The filter of a list: read from an address or from what somebody typed, applied to keywords, written back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from keywords.filtering.parsing import parse_terms
from keywords.filtering.terms import ChoiceTerm, Problem, Term
from keywords.models import KeywordQuerySet

# Two hundred chosen keywords fit.
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class ListFilter:
    """`q` is the language of keywords.filtering.fields; `outcome` and `status` are the chips beside it.

    A filter with problems matches nothing: neither a page nor a bulk act may touch more than was meant.
    """

    q: str = ""
    outcome: str = ""
    status: str = ""
    terms: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, query: QueryDict) -> Self:
        """Of `?q=&outcome=&status=`; anything else in the address is another's."""
        return cls.build(
            q=query.get("q", ""), outcome=query.get("outcome", ""), status=query.get("status", "")
        )

    @classmethod
    def read(cls, query_string: str) -> Self:
        """The reverse of `query_string`, with or without its question mark."""
        return cls.parse(QueryDict(query_string.removeprefix("?")))

    @classmethod
    def build(cls, *, q: str = "", outcome: str = "", status: str = "") -> Self:
        q = q.replace("\x00", "").strip()[:LONGEST_TEXT]
        chips = [f"{name}:{value}" for name, value in (("outcome", outcome), ("status", status))]
        chosen = " ".join(chip for chip in chips if not chip.endswith(":"))
        of_chips, wrong_chips = parse_terms(chosen)
        of_text, wrong_text = parse_terms(q)
        return cls(q, outcome, status, (*of_chips, *of_text), (*wrong_chips, *wrong_text))

    @property
    def is_narrow(self) -> bool:
        return bool(self.terms or self.problems)

    def apply(self, keywords: KeywordQuerySet) -> KeywordQuerySet:
        """Nothing where there are problems."""
        if self.problems:
            return keywords.none()
        for term in self.terms:
            keywords = keywords.filter(term.condition())
        return keywords

    def only(self, **changes: str) -> Self:
        """The same but for these of q, outcome and status."""
        values = {"q": self.q, "outcome": self.outcome, "status": self.status, **changes}
        return type(self).build(**values)

    def without(self, term: Term) -> Self:
        """The same less one term."""
        if isinstance(term, ChoiceTerm) and not term.is_negated:
            for name in ("outcome", "status"):
                if term.name == name and getattr(self, name) == ",".join(term.values):
                    return self.only(**{name: ""})
        kept = parse_terms(self.q)[0]
        return self.only(q=" ".join(each.typed() for each in kept if each != term))

    def parameters(self) -> dict[str, str]:
        values = {"q": self.q, "outcome": self.outcome, "status": self.status}
        return {name: value for name, value in values.items() if value}

    def query_string(self, **more: object) -> str:
        """The part of the address after the question mark, without it. Empty values are left out."""
        filled = {name: value for name, value in more.items() if value not in {None, ""}}
        return urlencode({**self.parameters(), **filled})

    def in_words(self) -> str:
        """ "all keywords", or "keywords with …, and …"."""
        if not self.terms:
            return _("all keywords")
        return _("keywords: %(terms)s") % {"terms": self.terms_in_words()}

    def terms_in_words(self) -> str:
        """ "" for all keywords."""
        return join(term.in_words() for term in self.terms)


def join(words: Iterable[Any]) -> str:
    return _(", and ").join(str(word) for word in words)
