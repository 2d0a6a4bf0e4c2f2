"""The ads and the results of one run, against those of another, and what else stood on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keywords.comparison import Compared, Comparison, compare
from keywords.models import ResultLink, Search
from serp.features import BOX_NAMES

AD_BLOCKS = [str(block) for block in ResultLink.AD_BLOCKS]
ORGANIC = [str(ResultLink.Block.ORGANIC)]
# How long the page waits to learn where else its results stand.
PATIENCE_MS = 250

BOX_TITLES: dict[str, str | Promise] = {
    "ai_overview": _("AI overview"),
    "featured_snippet": _("Featured snippet"),
    "knowledge_panel": _("Knowledge panel"),
    "shopping": _("Shopping ads"),
    "local_services": _("Local service ads"),
    "local_pack": _("Local pack"),
    "news": _("News"),
    "videos": _("Videos"),
    "images": _("Images"),
    "people_also_ask": _("People also ask"),
    "spelling": _("Searched for instead"),
    "other": _("Other boxes"),
}


@dataclass(frozen=True)
class Result:
    """An organic result. `others`: how many more keywords of the owner have it; None where that is
    not known."""

    compared: Compared
    date: str
    sitelinks: Sequence[Mapping[str, str]]
    others: int | None

    @property
    def link(self) -> ResultLink:
        return self.compared.link


@dataclass(frozen=True)
class Box:
    name: str
    title: str | Promise
    content: Mapping[str, Any]


def find_links(search: Search, blocks: list[str]) -> list[ResultLink]:
    return list(
        search.result_links.filter(block__in=blocks).order_by("absolute_rank", "rank", "pk")
    )


def compare_runs(search: Search, base: Search | None, blocks: list[str]) -> Comparison:
    """Without another run nothing is new and nothing has moved."""
    links = find_links(search, blocks)
    return compare(links, find_links(base, blocks) if base else links)


def describe_organic(search: Search, base: Search | None, owner_id: int) -> dict[str, Any]:
    comparison = compare_runs(search, base, ORGANIC)
    found = search.features.get("results", {}) if isinstance(search.features, dict) else {}
    others = find_others([row.link for row in comparison.rows], owner_id)
    return {
        "comparison": comparison,
        "results": [build_result(row, found, others) for row in comparison.rows],
        "boxes": find_boxes(search),
    }


def build_result(
    row: Compared, details: Mapping[str, Any], others: Mapping[str, int] | None
) -> Result:
    told = details.get(str(row.link.rank), {})
    more = None if others is None else max(others.get(row.link.url, 1) - 1, 0)
    return Result(row, told.get("date", ""), told.get("sitelinks", []), more)


def find_boxes(search: Search) -> list[Box]:
    """What the page shows besides, the known boxes first; related searches stand in a column of their own."""
    features = search.features if isinstance(search.features, dict) else {}
    boxes = [
        Box(name, BOX_TITLES.get(name, name), features[name])
        for name in BOX_NAMES
        if isinstance(features.get(name), dict) and name != "people_also_ask"
    ]
    questions = features.get("people_also_ask")
    if not isinstance(questions, dict) and search.people_also_ask:
        questions = {"items": [{"title": question} for question in search.people_also_ask]}
    if isinstance(questions, dict):
        boxes.append(Box("people_also_ask", BOX_TITLES["people_also_ask"], questions))
    return boxes


def find_others(links: Sequence[ResultLink], owner_id: int) -> Mapping[str, int] | None:
    """address -> keywords of the owner whose latest good result has it; None where it takes too long
    to say, since some domains stand everywhere."""
    urls = [link.url for link in links if link.url]
    if not urls:
        return {}
    domains = sorted({link.domain for link in links})
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{PATIENCE_MS}ms"])
            cursor.execute(OTHERS, {"urls": urls, "domains": domains, "owner": owner_id})
            found = dict(cursor.fetchall())
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
            return found
    except DatabaseError:
        return None


# By keywords_link_of_domain.
OTHERS = """
SELECT l.url, count(DISTINCT k.id)
FROM keywords_resultlink l
JOIN keywords_search s ON s.id = l.search_id
JOIN keywords_keyword k ON k.id = s.keyword_id AND k.latest_good_search_id = s.id
JOIN keywords_keywordlist kl ON kl.id = k.keyword_list_id
WHERE l.domain = ANY(%(domains)s) AND NOT l.block = 'other' AND l.block = 'organic'
    AND l.url = ANY(%(urls)s) AND kl.owner_id = %(owner)s
GROUP BY l.url
"""
