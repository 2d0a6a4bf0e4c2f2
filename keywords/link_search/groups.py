"""The rows of an answer, page by page: by keyword in the order of their lists, by URL or domain with the most keywords
first, or every link by itself."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from keywords.link_search.answering import keyword_path, select_keywords
from keywords.link_search.cursors import Key, write_cursor
from keywords.link_search.question import Group, LinkQuestion
from keywords.link_search.scope import Scope
from keywords.models import Keyword, ResultLink

# How many of a keyword's links stand beside it.
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class KeywordGroup:
    """`link_count` is None where the question is which keywords there are, not which links."""

    keyword: Keyword
    link_count: int | None = None
    examples: Sequence[ResultLink] = ()


@dataclass(frozen=True, slots=True)
class NameGroup:
    """A URL or a domain. The ranks are organic ones; None where it is only in ads."""

    name: str
    link_count: int
    keyword_count: int


@dataclass(frozen=True, slots=True)
class GroupPage:
    rows: Sequence[Any] = field(default_factory=list)
    next_cursor: str = ""


def take_groups(
    question: LinkQuestion, scope: Scope, group: Group, after: Key | None, size: int
) -> GroupPage:
    if question.without or (question.where == "keyword" and group == "keyword"):
        return take_plain_keywords(question, scope, after, size)
    if group == "keyword":
        return take_keywords(question, scope, after, size)
    if group == "link":
        return take_links(question, scope, after, size)
    return take_names(question, scope, group, after, size)


def take_plain_keywords(
    question: LinkQuestion, scope: Scope, after: Key | None, size: int
) -> GroupPage:
    keywords = select_keywords(question, scope).filter(pk__gt=after[0] if after else 0)
    rows = list(
        keywords.select_related("keyword_list", "latest_good_search").order_by("pk")[: size + 1]
    )
    return cut_page([KeywordGroup(each) for each in rows], size, lambda row: (row.keyword.pk, ""))


def take_keywords(question: LinkQuestion, scope: Scope, after: Key | None, size: int) -> GroupPage:
    links = scope.links(question).filter(search__keyword_id__gt=after[0] if after else 0)
    counted = (
        links.order_by()
        .values_list("search__keyword_id")
        .annotate(links=Count("pk"))
        .order_by("search__keyword_id")
    )
    counts = dict(counted[: size + 1])
    keywords = Keyword.objects.select_related("keyword_list").in_bulk(list(counts))
    examples = find_examples(scope.links(question), list(counts))
    rows = [
        KeywordGroup(keywords[pk], n, examples[pk]) for pk, n in counts.items() if pk in keywords
    ]
    return cut_page(rows, size, lambda row: (row.keyword.pk, ""))


def find_examples(
    links: QuerySet[ResultLink], keyword_ids: Sequence[int]
) -> dict[int, list[ResultLink]]:
    """The first links of each keyword."""
    examples: dict[int, list[ResultLink]] = defaultdict(list)
    found = links.filter(search__keyword__in=keyword_ids).select_related("search").order_by("pk")
    for link in found[: len(keyword_ids) * EXAMPLES * 4]:
        if len(examples[link.search.keyword_id]) < EXAMPLES:
            examples[link.search.keyword_id].append(link)
    return examples


def take_links(question: LinkQuestion, scope: Scope, after: Key | None, size: int) -> GroupPage:
    links = scope.links(question).filter(pk__gt=after[0] if after else 0)
    found = links.select_related("search__keyword__keyword_list").order_by("pk")
    return cut_page(list(found[: size + 1]), size, lambda link: (link.pk, ""))


def take_names(
    question: LinkQuestion, scope: Scope, group: Group, after: Key | None, size: int
) -> GroupPage:
    links = scope.links(question).exclude(**{group: ""}).order_by()
    counted = links.values_list(group).annotate(
        links=Count("pk"), keywords=Count(keyword_path(question), distinct=True)
    )
    if after:
        number, name = after
        counted = counted.filter(
            Q(keywords__lt=number) | Q(keywords=number, **{f"{group}__gt": name})
        )
    rows = [NameGroup(*row) for row in counted.order_by("-keywords", group)[: size + 1]]
    return cut_page(rows, size, lambda row: (row.keyword_count, row.name))


def cut_page(rows: list[Any], size: int, key: Any) -> GroupPage:
    """`rows` has one more than the page where there is a further one."""
    if len(rows) <= size:
        return GroupPage(rows)
    return GroupPage(rows[:size], write_cursor(key(rows[size - 1])))
