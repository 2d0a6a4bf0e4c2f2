"""Results of several keywords, for questions across them."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.utils import timezone

from keywords.models import Keyword, KeywordList, ResultLink, Search
from tests.keywords.rows import MANY, analyze, make_list

# block, rank, url, domain
Row = tuple[str, int, str, str]

TWO_KEYWORDS: dict[str, Sequence[Row]] = {
    "one": [
        ("ad_top", 1, "https://shop.test/Technology", "shop.test"),
        ("organic", 2, "https://www.example.com/", "example.com"),
        ("organic", 3, "https://www.example.com/a/b", "example.com"),
        ("ad_bottom", 1, "https://www.example.com/a/b/c", "example.com"),
    ],
    "two": [
        ("ad_bottom", 1, "https://technology.test/", "technology.test"),
        ("organic", 4, "https://www.example.com/", "example.com"),
        ("other", 1, "https://example.org/technology", "example.org"),
    ],
}


def make_found(
    found: Mapping[str, Sequence[Row]], *, owner: User | None = None, name: str = "Found"
) -> KeywordList:
    """A list whose keywords have these links in their latest good search, in this order."""
    keyword_list = make_list(*found, owner=owner, name=name)
    keywords = keyword_list.keywords.select_related("latest_search")
    give_links({k.latest_search: found[k.text] for k in keywords if k.latest_search})
    return keyword_list


def give_links(found: Mapping[Search, Sequence[Row]]) -> None:
    """In a few statements, however many searches they are."""
    for search, rows in found.items():
        search.outcome = "ok"
        search.fetched_at = timezone.now()
        search.ads_total = sum(row[0].startswith("ad") for row in rows)
    Search.objects.bulk_update(found, ["outcome", "fetched_at", "ads_total"], batch_size=1000)
    keywords = [
        Keyword(pk=search.keyword_id, latest_search=search, latest_good_search=search)
        for search in found
    ]
    Keyword.objects.bulk_update(keywords, ["latest_search", "latest_good_search"], batch_size=1000)
    ResultLink.objects.bulk_create(
        make_link(search, row) for search, rows in found.items() for row in rows
    )
    if len(found) >= MANY:
        analyze()


def make_link(search: Search, row: Row) -> ResultLink:
    block, rank, url, domain = row
    return ResultLink(
        search=search,
        block=block,
        rank=rank,
        title=f"Title of {domain}",
        snippet=f"Words of {url}",
        url=url,
        href_raw=url,
        domain=domain,
    )


def run_again(keyword: Keyword, rows: Sequence[Row]) -> Search:
    """A newer good search."""
    search = Search.objects.create(keyword=keyword)
    give_links({search: rows})
    return search
