"""Searches that went through the whole way, with a reading as an older parser might have left it."""

from keywords.models import Keyword, ResultLink, Search
from tests.keywords.rows import make_list
from tests.keywords.work import work_off


def search_for(*texts: str) -> list[Search]:
    """Really searched, at the practice engine."""
    keyword_list = make_list(*texts)
    work_off()
    keywords = Keyword.objects.filter(keyword_list=keyword_list).order_by("pk")
    return list(Search.objects.filter(pk__in=keywords.values("latest_search")).order_by("pk"))


def age(search: Search) -> None:
    """The older parser saw other titles, and missed the last organic result."""
    Search.objects.filter(pk=search.pk).update(
        parser_version="practice-0", organic_total=(search.organic_total or 0) - 1
    )
    links = ResultLink.objects.filter(search=search, block="organic")
    last = links.order_by("-rank").first()
    assert last is not None
    last.delete()
    links.update(title="A title cut sh")


def refuse(search: Search) -> None:
    """The older parser took the page for a refusal."""
    Search.objects.filter(pk=search.pk).update(
        parser_version="practice-0",
        outcome="blocked",
        reason="The engine answered with a captcha.",
        organic_total=None,
        ads_total=None,
        links_total=None,
    )
    ResultLink.objects.filter(search=search).delete()
    Keyword.objects.filter(pk=search.keyword_id).update(latest_good_search=None)


def empty(search: Search) -> None:
    """What is stored can no longer be understood."""
    from keywords.saved_pages import save_page

    page = save_page(b"<html><body><p>Something else altogether</p></body></html>", "text/html")
    Search.objects.filter(pk=search.pk).update(parser_version="practice-0", page=page)
