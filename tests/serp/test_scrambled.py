"""Engines give their classes and ids new names; the results must stand it, or the verdict say so."""

from dataclasses import replace
from functools import cache
from urllib.parse import quote

import pytest

from serp.corpus.pages import SavedPage, corpus_folder, read_pages
from serp.encoding import decode_page
from serp.engines.registry import get_engine
from serp.types import Exchange, Outcome, Query, Reading
from tests.serp.engines.test_listings import PAGES
from tests.serp.pages import FOLDER, answer, page_body
from tests.serp.scrambling import scramble_names
from tests.serp.test_corpus import needs_corpus

SITES = ("red", "blue", "green", "old", "tall")
# One result, then what stands around all of them. {site} and {url} differ, the rest is as engines write.
RESULTS = {
    "google": (
        '<div class="MjjYud"><div><a href="{url}"><h3>{site} kettles</h3><cite>{site}.example</cite></a></div><div>{text}</div></div>',
        '<form><textarea name="q">kettle</textarea></form><div id="search"><div id="rso">{results}</div></div>',
    ),
    "bing": (
        '<li class="b_algo"><h2><a href="{url}">{site} kettles</a></h2><cite>{site}.example</cite><div class="b_caption"><p>{text}</p></div></li>',
        '<form><input name="q" value="kettle"></form><ol id="b_results">{results}</ol>',
    ),
    "duckduckgo": (
        '<div class="result web-result"><h2><a class="result__a" href="//duckduckgo.com/l/?uddg={quoted}">{site} kettles</a></h2><a class="result__snippet" href="//duckduckgo.com/l/?uddg={quoted}">{text}</a></div>',
        '<form action="/html/"><input name="q" value="kettle"></form><div id="links">{results}</div>',
    ),
    "duckduckgo lite": (
        '<tr><td>1.</td><td><a class="result-link" href="{url}">{site} kettles</a></td></tr><tr><td></td><td class="result-snippet">{text}</td></tr><tr><td></td><td><span class="link-text">{site}.example</span></td></tr>',
        '<form action="/lite/"><input name="q" value="kettle"></form><table>{results}</table>',
    ),
    "brave": (
        '<div class="snippet" data-type="web"><div><a href="{url}"><div><div>{site}</div><cite>{site}.example</cite></div><div class="title">{site} kettles</div></a><div class="generic-snippet"><div class="content">{text}</div></div></div></div>',
        '<title>kettle - Brave Search</title><a href="/search?q=kettle&offset=1">2</a><a href="/search?q=kettle&offset=2">3</a><div id="results">{results}</div>',
    ),
    "yahoo": (
        '<li><div class="algo"><div class="compTitle"><a href="https://r.search.yahoo.com/_ylt=A/RU={quoted}/RK=2/RS=x-"><h3>{site} kettles</h3></a></div><div class="compText">{text}</div></div></li>',
        '<form><input name="p" value="kettle"></form><div id="web"><ol>{results}</ol></div>',
    ),
    "mojeek": (
        '<li><h2><a class="title" href="{url}">{site} kettles</a></h2><p class="s">{text}</p></li>',
        '<form><input name="q" value="kettle"></form><div class="results"><ul class="results-standard">{results}</ul></div>',
    ),
    "startpage": (
        '<div class="result"><a class="result-title" href="{url}"><h2>{site} kettles</h2></a><p class="description">{text}</p></div>',
        '<form><input name="query" value="kettle"></form><section id="main"><div class="w-gl">{results}</div></section>',
    ),
    "ecosia": (
        '<article class="result web-result"><a class="result__link" href="{url}"><h2>{site} kettles</h2></a><div class="web-result__description">{text}</div></article>',
        '<form><input name="q" value="kettle"></form><section class="mainline">{results}</section>',
    ),
    "yandex": (
        '<li class="serp-item"><div class="Organic"><a href="{url}"><h2 class="OrganicTitle-LinkText">{site} kettles</h2></a><span class="OrganicTextContentSpan">{text}</span></div></li>',
        '<form><input name="text" value="kettle"></form><ul class="serp-list">{results}</ul>',
    ),
    "baidu": (
        '<div class="result c-container"><h3><a href="{url}">{site} kettles</a></h3><div class="c-abstract">{text}</div></div>',
        '<form><input name="wd" value="kettle"></form><div id="content_left">{results}</div>',
    ),
}  # fmt: skip
ENGINES = pytest.mark.parametrize("name", RESULTS)
IDS = pytest.mark.parametrize("ids", [False, True], ids=["classes", "classes and ids"])
ADDRESSES = {name: pages.address for name, pages in PAGES.items()}
REFUSALS = ["captcha", "captcha_image", "shell", "consent", "soft_block", "home"]


def make_page(name: str) -> bytes:
    item, frame = RESULTS[name]
    results = "".join(
        item.format(
            site=site,
            url=f"https://{site}.example/kettles",
            quoted=quote(f"https://{site}.example/kettles", safe=""),
            text=f"All that there is to know about {site} kettles and where they are made.",
        )
        for site in SITES
    )
    return f"<html><body><nav><a href='/images'>Images</a></nav>{frame.format(results=results)}</body></html>".encode()


def read(name: str, body: bytes) -> Reading:
    engine = name.partition(" ")[0]
    url = ADDRESSES.get(engine, "https://www.google.com/search?q=kettle")
    return get_engine(engine).read(answer(body, url=url), Query(text="kettle"))


def found_in(reading: Reading) -> list[tuple[str, str | None]]:
    return (
        [(result.title, result.target.url) for result in reading.serp.organic]
        if reading.serp
        else []
    )


class TestOwnPages:
    @ENGINES
    @IDS
    def test_new_names_lose_no_result(self, name: str, ids: bool) -> None:
        wanted = [(f"{site} kettles", f"https://{site}.example/kettles") for site in SITES]
        body = make_page(name)
        assert found_in(read(name, body)) == wanted
        reading = read(name, scramble_names(body, ids=ids))
        assert found_in(reading) == wanted

    @ENGINES
    def test_what_stands_under_a_title_is_found_too(self, name: str) -> None:
        serp = read(name, scramble_names(make_page(name))).serp
        assert serp is not None
        assert [result.snippet for result in serp.organic] == [
            f"All that there is to know about {site} kettles and where they are made."
            for site in SITES
        ]

    @IDS
    @pytest.mark.parametrize("name", PAGES)
    def test_nothing_found_and_refused_stay_no_results(self, name: str, ids: bool) -> None:
        for body in (PAGES[name].empty, PAGES[name].refused):
            reading = read(name, scramble_names(body.encode(), ids=ids))
            assert reading.verdict.outcome is not Outcome.OK

    @IDS
    @pytest.mark.parametrize("name", REFUSALS)
    def test_refusals_of_google_stay_no_results(self, name: str, ids: bool) -> None:
        reading = read("google", scramble_names(page_body(f"google/{name}.html"), ids=ids))
        assert reading.verdict.outcome not in {Outcome.OK, Outcome.EMPTY}

    @pytest.mark.parametrize(
        "page", sorted(path.stem for path in (FOLDER / "google").glob("*.html"))
    )
    def test_no_page_of_ours_becomes_empty(self, page: str) -> None:
        body = page_body(f"google/{page}.html")
        if read("google", body).verdict.outcome is not Outcome.EMPTY:
            reading = read("google", scramble_names(body))
            assert reading.verdict.outcome is not Outcome.EMPTY

    @IDS
    def test_ads_are_told_by_where_their_titles_lead(self, ids: bool) -> None:
        ad = '<li class="b_ad"><ul><li><h2><a href="https://www.bing.com/aclick?ld={n}">Sale {n}</a></h2><cite>sale{n}.example</cite><ul><li><h3><a href="https://www.bing.com/aclick?ld=9">More</a></h3></li></ul></li></ul></li>'
        body = make_page("bing").decode()
        body = body.replace('<ol id="b_results">', f'<ol id="b_results">{ad.format(n=1)}')
        body = body.replace("</ol>", f"{ad.format(n=2)}</ol>")
        serp = read("bing", scramble_names(body.encode(), ids=ids)).serp
        assert serp is not None
        assert [(each.block, each.title, each.display_url) for each in serp.ads] == [
            ("top", "Sale 1", "sale1.example"),
            ("bottom", "Sale 2", "sale2.example"),
        ]
        assert len(serp.organic) == len(SITES)

    def test_a_page_that_repeats_no_query_is_no_page_of_results(self) -> None:
        for name in ("bing", "google"):
            body = make_page(name).replace(b'value="kettle"', b"").replace(b">kettle<", b"><")
            reading = read(name, scramble_names(body))
            assert reading.verdict.outcome is Outcome.LAYOUT_CHANGED

    def test_a_menu_of_links_is_no_list_of_results(self) -> None:
        links = "".join(f'<li><a href="https://{site}.example/">{site}</a></li>' for site in SITES)
        page = f'<form><input name="q" value="kettle"></form><ul>{links}</ul>'
        assert read("bing", page.encode()).verdict.outcome is Outcome.LAYOUT_CHANGED


@cache
def readings(ids: bool) -> list[tuple[SavedPage, Reading, Reading]]:
    """Each saved page with its reading, and that of the same page under new names."""
    found = []
    for page in read_pages(corpus_folder())[1::3]:
        if page.kind in {
            "results",
            "no_results",
            "captcha",
            "js_required",
        } and page.engine in ADDRESSES | {"google": ""}:
            engine, exchange = get_engine(page.engine), page.as_exchange()
            before = engine.read(exchange, Query(text=page.query))
            found.append(
                (page, before, engine.read(scrambled(exchange, ids), Query(text=page.query)))
            )
    return found


def scrambled(exchange: Exchange, ids: bool) -> Exchange:
    text = decode_page(exchange.body, exchange.headers.get("content-type", ""))
    body = scramble_names(text.encode("utf-8", "replace"), ids=ids)
    return replace(exchange, body=body, headers={"content-type": "text/html; charset=utf-8"})


@pytest.mark.corpus
@needs_corpus
class TestRealPages:
    def test_no_refusal_becomes_a_result_and_no_result_page_empty(self) -> None:
        for page, _, after in readings(True):
            if page.kind in {"captcha", "js_required"}:
                assert after.verdict.outcome not in {Outcome.OK, Outcome.EMPTY}, page.file
            if page.kind == "results":
                allowed = {Outcome.OK, Outcome.LAYOUT_CHANGED, Outcome.EMPTY}
                assert after.verdict.outcome in allowed, page.file

    def test_without_its_classes_nearly_every_page_is_read_the_same(self) -> None:
        # In the sanitized ones all links lead to one address, which tells no two results apart.
        pages = [
            each
            for each in readings(False)
            if each[1].verdict.outcome is Outcome.OK and "sanitized" not in each[0].layout
        ]
        same = [page for page, before, after in pages if found_in(before) == found_in(after)]
        assert len(same) >= 0.85 * len(pages)
