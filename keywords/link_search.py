"""Questions to the links of all results: where a text, a domain or so many slashes stand.

Asked are the links of each keyword's latest good search.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DataError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Length, Replace

from keywords.models import KeywordQuerySet, ResultLink

Block = ResultLink.Block
WHERE = {
    "ad": list(ResultLink.AD_BLOCKS),
    "organic": [Block.ORGANIC],
    "any": list(Block),
}
MATCHES = ("contains", "exact", "domain", "regex", "count")
LONGEST_REGEX = 200
REGEX_SECONDS = 2


class QuestionMistake(ValueError):
    """The question cannot be answered; str(e) is one plain sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkQuestion:
    """`match` says what `value` is: a part of the URL, the whole of it, its domain (subdomains
    included), a regular expression, or a text that occurs in it at least `n` times."""

    where: str = "any"
    match: str = "contains"
    value: str = ""
    n: int = 1

    def check(self) -> None:
        """Raises QuestionMistake."""
        if self.where not in WHERE or self.match not in MATCHES:
            raise QuestionMistake("There is no such question.")
        if self.match == "count" and not self.value:
            raise QuestionMistake("Say which text to count.")
        if self.match == "regex" and len(self.value) > LONGEST_REGEX:
            raise QuestionMistake(f"A pattern has at most {LONGEST_REGEX} characters.")

    def links(self, keywords: KeywordQuerySet) -> QuerySet[ResultLink]:
        """Raises QuestionMistake."""
        self.check()
        searches = keywords.order_by().values("latest_good_search_id")
        links = ResultLink.objects.filter(search__in=searches, block__in=WHERE[self.where])
        return self.narrow(links)

    def narrow(self, links: QuerySet[ResultLink]) -> QuerySet[ResultLink]:
        value = self.value
        match self.match:
            case "exact":
                return links.filter(url=value)
            case "domain":
                domain = value.lower().removeprefix("www.").strip(".")
                return links.filter(Q(domain=domain) | Q(domain__endswith=f".{domain}"))
            case "regex":
                return links.filter(url__regex=value)
            case "count":
                less = Length(Replace("url", Value(value), Value("")))
                counted = links.alias(removed=Length("url") - less)
                return counted.filter(removed__gte=self.n * len(value))
            case _:
                return links.filter(url__icontains=value) if value else links


@contextmanager
def limited_time() -> Iterator[None]:
    """Patterns can take for ever: what is asked in here ends after two seconds. Raises
    QuestionMistake."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = '{REGEX_SECONDS}s'")
            yield
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise QuestionMistake("This pattern is too slow. Make it simpler.") from None
    except DataError as error:
        raise QuestionMistake(f"This pattern is not right: {str(error).splitlines()[0]}.") from None
