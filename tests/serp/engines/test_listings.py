# ruff: noqa: RUF001 (texts as engines write them)
"""The engines whose pages are a table of selectors: what each must read, on pages written by us."""

import base64
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest

from serp.engines.registry import get_engine
from serp.errors import BadQuery
from serp.types import EngineOptions, Outcome, Query, Serp
from tests.serp.pages import answer

WRAPPED = base64.urlsafe_b64encode(b"https://kettles.example/red").decode().rstrip("=")


@dataclass(frozen=True)
class Pages:
    """Each results page holds https://kettles.example/red, "Red kettles", "All about red kettles.\""""

    results: str
    empty: str
    refused: str
    address: str


PAGES = {
    "bing": Pages(
        results=f"""<div id="b_tween"><span class="sb_count">16.900.000 results</span></div><ol id="b_results">
<li class="b_ad"><ul><li><div class="sb_add"><h2><a href="https://www.bing.com/aclick?ld=1&u=aHR0cHMlM2ElMmYlMmZzYWxlLmV4YW1wbGUlMmY">Sale</a></h2>
<cite>https://sale.example</cite><ul><li><h3><a href="https://www.bing.com/aclick?ld=2">More</a></h3></li></ul></div></li></ul></li>
<li class="b_algo"><h2><a href="https://www.bing.com/ck/a?!&&p=1&u=a1{WRAPPED}&ntb=1">Red kettles</a></h2><cite>https://kettles.example</cite>
<div class="b_caption"><p>All about red kettles.</p></div><ul><li><h3><a href="https://kettles.example/deep">Deep</a></h3></li></ul></li>
<li class="b_ans"><div class="b_rs"><a href="/search?q=blue">blue kettle</a></div></li>
<li class="b_ad b_adBottom"><ul><li><div class="sb_add"><h2><a href="https://www.bing.com/aclick?ld=3">Below</a></h2><cite>below.example</cite></div></li></ul></li></ol>""",
        empty='<ol id="b_results"><li class="b_no"><h1>There are no results for zxqv</h1></li></ol>',
        refused='<div class="captcha"><div class="captcha_header">One last step</div></div>',
        address="https://www.bing.com/search?q=kettle",
    ),
    "duckduckgo": Pages(
        results="""<div id="links"><div class="result web-result"><h2><a class="result__a"
href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fkettles.example%2Fred&rut=1">Red kettles</a></h2><a class="result__url">kettles.example/red</a>
<a class="result__snippet" href="x">All about red kettles.</a></div>
<div class="result result--ad web-result"><h2><a class="result__a" href="https://duckduckgo.com/y.js?ad_domain=sale.example">Sale</a></h2></div></div>""",
        empty='<div id="links"><div class="no-results">No results.</div></div>',
        refused='<form id="challenge-form" action="//duckduckgo.com/anomaly.js?sv=html"><div class="anomaly-modal__title">x</div></form>',
        address="https://html.duckduckgo.com/html/?q=kettle",
    ),
    "brave": Pages(
        results="""<div id="results"><div class="snippet" data-type="web"><a href="https://kettles.example/red"><cite>kettles.example › red</cite>
<div class="title">Red kettles</div></a><div class="generic-snippet"><div class="content">All about red kettles.</div></div></div>
<div id="faq"><details><summary>Why red?</summary></details></div></div>""",
        empty='<div id="results"><p>No results found for zxqv</p></div>',
        refused='<div id="pow-captcha"></div>',
        address="https://search.brave.com/search?q=kettle",
    ),
    "yahoo": Pages(
        results="""<div id="web"><ol><li><div class="algo"><div class="compTitle">
<a href="https://r.search.yahoo.com/_ylt=A/RU=https%3a%2f%2fkettles.example%2fred/RK=2/RS=x-"><h3>Red kettles</h3></a></div>
<div class="compText">All about red kettles.</div></div></li></ol></div>""",
        empty='<div id="web"><p>We did not find results for: zxqv.</p></div>',
        refused="<h1>Access denied</h1>",
        address="https://search.yahoo.com/search?p=kettle",
    ),
    "mojeek": Pages(
        results="""<div class="serp-results"><p>Results 1 to 10 from 5,280,016 in 0.37s</p><ul class="results-standard">
<li><h2><a class="title" href="https://kettles.example/red">Red kettles</a></h2><p class="s">All about red kettles.</p></li></ul></div>""",
        empty='<div class="serp-results"><p>No pages found matching zxqv</p></div>',
        refused="<title>403 - Forbidden</title><p>automated queries</p>",
        address="https://www.mojeek.com/search?q=kettle",
    ),
    "startpage": Pages(
        results="""<section id="main"><div class="w-gl"><div class="result"><a class="result-title" href="https://kettles.example/red"><h2>Red kettles</h2></a>
<p class="description">All about red kettles.</p></div></div></section>""",
        empty='<section id="main"><p>No web results found.</p></section>',
        refused="<title>Making sure you're not a bot!</title>",
        address="https://www.startpage.com/sp/search?query=kettle",
    ),
    "ecosia": Pages(
        results="""<section class="mainline"><article class="result web-result"><a class="result__link" href="https://kettles.example/red">
<h2>Red kettles</h2></a><div class="web-result__description">All about red kettles.</div></article></section>""",
        empty='<main id="main"><div class="no-results">Unfortunately</div></main>',
        refused='<title>Just a moment...</title><input name="cf-turnstile-response">',
        address="https://www.ecosia.org/search?q=kettle",
    ),
    "yandex": Pages(
        results="""<ul class="serp-list"><li class="serp-item"><div class="Organic"><h2><a href="https://yabs.yandex.ru/count/abc">Sale</a></h2></div></li>
<li class="serp-item"><div class="Organic"><a href="https://kettles.example/red"><h2 class="OrganicTitle-LinkText">Red kettles</h2></a>
<span class="OrganicTextContentSpan">All about red kettles.</span></div></li></ul>""",
        empty='<div class="main__content"><div class="EmptySearchResults">Ничего не нашли</div></div>',
        refused='<form action="/checkcaptcha?key=1"><div class="CheckboxCaptcha"></div></form>',
        address="https://yandex.com/search/?text=kettle",
    ),
    "baidu": Pages(
        results="""<div id="content_left"><div class="result c-container" mu="https://kettles.example/red"><h3>
<a href="http://www.baidu.com/link?url=abc">Red kettles</a></h3><div class="c-abstract">All about red kettles.</div></div></div>""",
        empty='<div id="container"><div class="content_none">抱歉，未找到相关结果。</div></div>',
        refused="<title>百度安全验证</title>",
        address="https://www.baidu.com/s?wd=kettle",
    ),
}
FRAMES = {
    "bing": ('<ol id="b_results"><li>', "</li></ol>"),
    "duckduckgo": ('<div id="links">', "</div>"),
    "brave": ('<div id="results">', "</div>"),
    "yahoo": ('<div id="web">', "</div>"),
    "mojeek": ('<div class="results">', "</div>"),
    "startpage": ('<section id="main">', "</section>"),
    "ecosia": ('<main id="main">', "</main>"),
    "yandex": ('<div class="main__content">', "</div>"),
    "baidu": ('<div id="content_left">', "</div>"),
}
WORDS_OF_NOTHING = (
    "No results found for, no web results found, did not match any, no pages found,"
    " we did not find results for, nothing found, couldn't find any, ничего не найдено, 没有找到与"
)
ENGINES = pytest.mark.parametrize("name", PAGES)


def read_serp(name: str) -> Serp:
    pages = PAGES[name]
    serp = (
        get_engine(name)
        .read(answer(pages.results.encode(), url=pages.address), Query(text="kettle"))
        .serp
    )
    assert serp is not None
    return serp


class TestEveryEngine:
    @ENGINES
    def test_reads_its_results(self, name: str) -> None:
        [result] = read_serp(name).organic
        assert result.title == "Red kettles"
        assert result.target.url == "https://kettles.example/red"
        assert result.target.domain == "kettles.example"
        assert result.snippet == "All about red kettles."

    @ENGINES
    def test_tells_no_results_from_refusals(self, name: str) -> None:
        engine, pages = get_engine(name), PAGES[name]
        empty = engine.read(answer(pages.empty.encode(), url=pages.address), Query(text="x"))
        refused = engine.read(answer(pages.refused.encode(), url=pages.address), Query(text="x"))
        assert empty.verdict.outcome is Outcome.EMPTY
        assert refused.verdict.outcome is Outcome.BLOCKED

    @ENGINES
    def test_another_page_is_a_changed_layout(self, name: str) -> None:
        reading = get_engine(name).read(
            answer(b"<h1>Welcome</h1><a href=/x>x</a>"), Query(text="x")
        )
        assert reading.verdict.outcome is Outcome.LAYOUT_CHANGED

    @ENGINES
    def test_words_in_results_not_recognised_do_not_make_the_page_empty(self, name: str) -> None:
        pages = PAGES[name]
        links = "".join(f'<a href="https://a{n}.example/">no results {n}</a>' for n in range(9))
        page = f"<div>{WORDS_OF_NOTHING} {links}</div>".join(FRAMES[name])
        reading = get_engine(name).read(answer(page.encode(), url=pages.address), Query(text="x"))
        assert reading.verdict.outcome is Outcome.LAYOUT_CHANGED

    @pytest.mark.parametrize("name", ["ecosia", "yandex", "baidu", "bing", "duckduckgo"])
    def test_a_hidden_box_for_no_results_does_not_make_the_page_empty(self, name: str) -> None:
        page = f'<div style="display: none">{PAGES[name].empty}</div>'
        reading = get_engine(name).read(
            answer(page.encode(), url=PAGES[name].address), Query(text="x")
        )
        assert reading.verdict.outcome is not Outcome.EMPTY

    # The others have frames known by a class, or titles that are no headings.
    @pytest.mark.parametrize("name", ["bing", "duckduckgo", "yahoo", "startpage", "baidu"])
    def test_new_class_names_alone_do_not_lose_the_results(self, name: str) -> None:
        page = PAGES[name].results
        for old in ("b_algo", "web-result", "algo", "result c-container", 'class="result"'):
            page = page.replace(old, "zzz")
        serp = (
            get_engine(name)
            .read(answer(page.encode(), url=PAGES[name].address), Query(text="x"))
            .serp
        )
        assert serp is not None
        assert "Red kettles" in [result.title for result in serp.organic]

    @ENGINES
    def test_asks_for_text_and_page(self, name: str) -> None:
        request = get_engine(name).build(
            Query(text="röd kettle"), EngineOptions(base_url="http://127.0.0.1:9")
        )
        parts = urlsplit(request.url)
        assert parts.netloc == "127.0.0.1:9"
        assert ["röd kettle"] in parse_qs(parts.query).values()
        with pytest.raises(BadQuery):
            get_engine(name).build(Query(text=""), EngineOptions())
        with pytest.raises(BadQuery):
            get_engine(name).build(Query(text="x", page=1000), EngineOptions())


class TestParticulars:
    def test_bing_ads_stats_and_related(self) -> None:
        serp = read_serp("bing")
        assert [(ad.block, ad.title, ad.target.url, ad.display_url) for ad in serp.ads] == [
            ("top", "Sale", "https://sale.example/", "https://sale.example"),
            ("bottom", "Below", None, "below.example"),
        ]
        assert serp.ads[1].target.domain == "below.example"
        assert serp.total_results == 16_900_000
        assert serp.related_searches == ("blue kettle",)
        assert [result.absolute_rank for result in serp.organic] == [2]

    def test_a_link_over_the_ad_counter_makes_an_ad(self) -> None:
        assert [ad.title for ad in read_serp("yandex").ads] == ["Sale"]
        assert [ad.target.opaque for ad in read_serp("duckduckgo").ads] == [True]

    def test_lite_is_a_table_without_boxes(self) -> None:
        page = """<form action="/lite/"></form><table><tr><td>1.</td><td><a class="result-link" href="https://a.example/">A</a></td></tr>
<tr><td class="result-snippet">About A.</td></tr><tr><td><span class="link-text">a.example</span></td></tr>
<tr><td>2.</td><td><a class="result-link" href="https://b.example/">B</a></td></tr><tr><td class="result-snippet">About B.</td></tr></table>"""
        serp = get_engine("duckduckgo").read(answer(page.encode()), Query(text="x")).serp
        assert serp is not None
        found = [(result.title, result.snippet, result.display_url) for result in serp.organic]
        assert found == [("A", "About A.", "a.example"), ("B", "About B.", "")]

    def test_questions_of_brave(self) -> None:
        assert read_serp("brave").people_also_ask == ("Why red?",)

    def test_the_link_of_baidu_is_kept_beside_the_target_told(self) -> None:
        [result] = read_serp("baidu").organic
        assert result.target.href_raw == "http://www.baidu.com/link?url=abc"

    @pytest.mark.parametrize(
        ("name", "query", "wanted"),
        [
            (
                "bing",
                Query(text="x", language="de", country="at", page=2),
                {"mkt": ["de-AT"], "first": ["11"]},
            ),
            ("bing", Query(text="x", country="at"), {"cc": ["at"]}),
            ("duckduckgo", Query(text="x", language="de", country="at"), {"kl": ["at-de"]}),
            ("brave", Query(text="x", page=3), {"offset": ["2"], "source": ["web"]}),
            ("yahoo", Query(text="x", language="de", page=2), {"vl": ["lang_de"], "b": ["8"]}),
            ("mojeek", Query(text="x", page=2), {"s": ["11"]}),
            ("yandex", Query(text="x", page=2), {"p": ["1"]}),
            ("baidu", Query(text="x", page=2), {"pn": ["10"]}),
            ("startpage", Query(text="x", language="de"), {"language": ["deutsch"]}),
            ("ecosia", Query(text="x", page=3), {"p": ["2"]}),
        ],
    )
    def test_parameters(self, name: str, query: Query, wanted: dict[str, list[str]]) -> None:
        parameters = parse_qs(urlsplit(get_engine(name).build(query, EngineOptions()).url).query)
        assert {key: parameters.get(key) for key in wanted} == wanted

    @pytest.mark.parametrize("name", ["startpage", "ecosia", "baidu"])
    def test_language_and_country_as_browsers_say_them(self, name: str) -> None:
        request = get_engine(name).build(
            Query(text="x", language="de", country="at"), EngineOptions()
        )
        assert request.headers["Accept-Language"] == "de-AT"
        assert (
            "Accept-Language"
            not in get_engine(name).build(Query(text="x"), EngineOptions()).headers
        )

    def test_variants_of_duckduckgo(self) -> None:
        lite = get_engine("duckduckgo").build(
            Query(text="x"), EngineOptions(settings={"variant": "lite"})
        )
        assert lite.url.startswith("https://lite.duckduckgo.com/lite/?q=x")
        with pytest.raises(BadQuery):
            get_engine("duckduckgo").build(
                Query(text="x"), EngineOptions(settings={"variant": "z"})
            )

    def test_brave_is_told_a_country_by_its_own_cookie_only_when_one_is_wanted(self) -> None:
        assert get_engine("brave").build(Query(text="x"), EngineOptions()).headers == {}
        request = get_engine("brave").build(Query(text="x", country="de"), EngineOptions())
        assert request.headers == {"Cookie": "country=de"}
