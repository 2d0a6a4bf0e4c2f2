"""Results of several keywords, for questions across them."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.utils import timezone

from keywords.models import Keyword, KeywordList, ResultLink, Search
from tests.keywords.rows import make_list

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
    for keyword in keyword_list.keywords.all():
        if keyword.latest_search and found[keyword.text] is not None:
            give_links(keyword, keyword.latest_search, found[keyword.text])
    return keyword_list


def give_links(keyword: Keyword, search: Search, rows: Sequence[Row]) -> None:
    search.outcome = "ok"
    search.fetched_at = timezone.now()
    search.ads_total = sum(row[0].startswith("ad") for row in rows)
    search.save()
    Keyword.objects.filter(pk=keyword.pk).update(latest_search=search, latest_good_search=search)
    ResultLink.objects.bulk_create(
        ResultLink(
            search=search,
            block=block,
            rank=rank,
            title=f"Title of {domain}",
            snippet=f"Words of {url}",
            url=url,
            href_raw=url,
            domain=domain,
        )
        for block, rank, url, domain in rows
    )


def run_again(keyword: Keyword, rows: Sequence[Row]) -> Search:
    """A newer good search."""
    search = Search.objects.create(keyword=keyword)
    give_links(keyword, search, rows)
    return search
