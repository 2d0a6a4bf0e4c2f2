"""What can be asked, and as which condition it is asked."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, get_args

from django.db.models import F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Length, Replace
from django.utils.translation import gettext as _

from keywords.models import KeywordQuerySet, ResultLink
from serp.urls import domain_of_host

Block = ResultLink.Block
Where = Literal["ad", "organic", "any", "title", "snippet", "domain", "keyword"]
Match = Literal["contains", "exact", "starts", "domain", "regex", "count"]
Runs = Literal["latest", "any", "range"]
Group = Literal["keyword", "url", "domain", "link"]
WHERE: tuple[Where, ...] = get_args(Where)
MATCHES: tuple[Match, ...] = get_args(Match)
RUNS: tuple[Runs, ...] = get_args(Runs)
GROUPS: tuple[Group, ...] = get_args(Group)

RESULTS = [*ResultLink.AD_BLOCKS, Block.ORGANIC]
BLOCKS: dict[str, list[Block]] = {
    "ad": list(ResultLink.AD_BLOCKS),
    "organic": [Block.ORGANIC],
    "any": list(Block),
}
FIELDS = {"title": "title", "snippet": "snippet", "domain": "domain", "keyword": "text"}
URLS = ("ad", "organic", "any")
LONGEST_REGEX = 200
LONGEST_VALUE = 2000


class QuestionMistake(ValueError):
    """The question cannot be answered; str(e) is one plain sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkQuestion:
    """`match` says what `value` is: a part of the text, the whole of it, its beginning, a domain (subdomains
    included), a regular expression, or something that occurs in it at least `n` times. `top` keeps ranks up to it,
    0 all. `without` turns the question round: the keywords that have no such link."""

    where: Where = "any"
    match: Match = "contains"
    value: str = ""
    n: int = 1
    top: int = 0
    without: bool = False
    runs: Runs = "latest"
    since: date | None = None
    until: date | None = None

    def check(self) -> None:
        """Raises QuestionMistake."""
        if mistake := find_mistake(self):
            raise QuestionMistake(mistake)

    @property
    def field(self) -> str:
        return FIELDS.get(self.where, "url")

    @property
    def blocks(self) -> list[Block]:
        return BLOCKS.get(self.where, RESULTS)

    def but(self, **changes: Any) -> "LinkQuestion":
        return replace(self, **changes)

    def narrow_links(self, links: QuerySet[ResultLink]) -> QuerySet[ResultLink]:
        """Keeps those that are asked for; of which keywords and runs is another matter."""
        if self.where != "any":
            links = links.filter(block__in=self.blocks)
        if self.top:
            links = links.filter(rank__lte=self.top)
        return links if self.where == "keyword" else narrow(links, self)

    def narrow_keywords(self, keywords: KeywordQuerySet) -> KeywordQuerySet:
        """By the keyword's own text, where that is asked for."""
        if self.where != "keyword":
            return keywords
        if not self.without:
            narrowed: KeywordQuerySet = narrow(keywords, self)
            return narrowed
        return keywords.exclude(pk__in=narrow(keywords, self).values("pk"))


def find_mistake(question: LinkQuestion) -> str:
    match, value = question.match, question.value
    checks = [
        ("\x00" in value, _("A text has no NUL characters.")),
        (
            len(value) > LONGEST_VALUE,
            _("A text has at most %(n)d characters.") % {"n": LONGEST_VALUE},
        ),
        (
            match == "regex" and len(value) > LONGEST_REGEX,
            _("A pattern has at most %(n)d characters.") % {"n": LONGEST_REGEX},
        ),
        (match == "count" and not value, _("Say which text to count.")),
        (
            match == "domain" and question.where in {"title", "snippet", "keyword"},
            _("Only addresses have a domain: look in URLs, or in the domain."),
        ),
        (match == "domain" and not read_host(value), _("Say which domain, such as example.com.")),
    ]
    return next((sentence for is_mistake, sentence in checks if is_mistake), "")


def narrow(rows: Any, question: LinkQuestion) -> Any:
    field, value = question.field, question.value
    if question.match == "count":
        # How much shorter it is without.
        less = Length(Replace(field, Value(value), Value("")), output_field=IntegerField())
        return rows.alias(removed=Length(F(field)) - less).filter(
            removed__gte=question.n * len(value)
        )
    return rows.filter(make_condition(question.match, field, value))


def make_condition(match: Match, field: str, value: str) -> Q:
    if match == "domain":
        return is_at_domain(value)
    if not value:
        return Q()
    if match == "starts" and field == "url":
        return starts_url(value)
    # An address is exact to the letter; words are the same in capitals.
    lookups = {"contains": "icontains", "starts": "istartswith", "regex": "regex"}
    return Q(**{f"{field}__{lookups.get(match, 'exact' if field == 'url' else 'iexact')}": value})


def starts_url(value: str) -> Q:
    """People leave out what every address begins with."""
    if "://" in value:
        return Q(url__istartswith=value)
    beginnings = ("https://", "https://www.", "http://", "http://www.")
    return Q(*(Q(url__istartswith=beginning + value) for beginning in beginnings), _connector=Q.OR)


def is_at_domain(value: str) -> Q:
    """Links keep their registrable domain; a name below it is read off the address."""
    host = read_host(value)
    registrable = domain_of_host(host) or host
    if host == registrable:
        return Q(domain=registrable)
    return Q(domain=registrable, url__iregex=rf"^[a-z]+://([^/?#]*\.)?{re.escape(host)}([:/?#]|$)")


def read_host(value: str) -> str:
    """The host of an address, or of what somebody typed for one; "" if there is none."""
    host = value.strip().lower().partition("://")[2] or value.strip().lower()
    return re.split(r"[/?#:]", host, maxsplit=1)[0].removeprefix("www.").strip(".")
