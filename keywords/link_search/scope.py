"""Whose results are asked: all keywords of somebody, of a list or with a tag; and where they are too many, the newest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, QuerySet, Value

from keywords.link_search.question import LinkQuestion
from keywords.models import Keyword, KeywordList, KeywordQuerySet, Owner, ResultLink

# As many as can be asked anything within a second.
MOST_KEYWORDS = 20_000


@dataclass(frozen=True, slots=True)
class Scope:
    """`first` is the oldest keyword that is asked, where not all of them are. `is_small` where there are so few that
    their links are best looked up search by search."""

    user: Owner
    list_id: int | None = None
    tag: str = ""
    first: int = 0
    is_small: bool = False

    def keywords(self) -> KeywordQuerySet:
        """Only those that have a result: of the others nothing is known, which is not the same as nothing."""
        lists = KeywordList.objects.for_user(self.user)
        if self.list_id is not None:
            lists = lists.filter(pk=self.list_id)
        keywords = Keyword.objects.filter(
            keyword_list__in=list(lists.values_list("pk", flat=True)),
            latest_good_search__isnull=False,
        )
        if self.tag:
            keywords = keywords.filter(tags__contains=[self.tag])
        return keywords.filter(pk__gte=self.first) if self.first else keywords

    def sized(self) -> "Scope":
        """Knowing whether it is small."""
        if self.is_small or self.find_cut():
            return self
        return replace(self, is_small=True)

    def bounded(self) -> "Scope":
        """The newest keywords. The same where there are no more than that."""
        cut = self.find_cut()
        return replace(self, first=cut, is_small=True) if cut else self

    def find_cut(self) -> int | None:
        newest = self.keywords().order_by("-pk").values_list("pk", flat=True)
        return newest[MOST_KEYWORDS - 1 : MOST_KEYWORDS].first()

    def links(self, question: LinkQuestion) -> QuerySet[ResultLink]:
        """Those that are asked for."""
        keywords = question.narrow_keywords(self.keywords())
        return question.narrow_links(self.select_links(keywords, question))

    def select_links(
        self, keywords: KeywordQuerySet, question: LinkQuestion
    ) -> QuerySet[ResultLink]:
        if question.runs != "latest":
            return select_links_of_runs(keywords, question)
        searches = keywords.values_list("latest_good_search_id", flat=True)
        if self.is_small:
            return ResultLink.objects.filter(is_any_of("search_id", list(searches)))
        return ResultLink.objects.filter(search__in=searches)


def is_any_of(field: str, ids: Sequence[int]) -> Func:
    """As an array the ids are looked up in the index, and before anything else is asked of the row."""
    array = Value(list(ids), output_field=ArrayField(BigIntegerField()))
    return Func(
        F(field),
        array,
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def select_links_of_runs(keywords: KeywordQuerySet, question: LinkQuestion) -> QuerySet[ResultLink]:
    links = ResultLink.objects.filter(search__keyword__in=keywords.values("pk"))
    return links.filter(within_days(question, "search__fetched_at"))


def within_days(question: LinkQuestion, field: str) -> Q:
    condition = Q()
    if question.runs == "range" and question.since:
        condition &= Q(**{f"{field}__date__gte": question.since})
    if question.runs == "range" and question.until:
        condition &= Q(**{f"{field}__date__lte": question.until})
    return condition
