# ruff: noqa: RUF001 (texts as walls write them)
"""Walls as they stand before any engine, in any language, and pages that only look like them."""

import pytest

from serp.engines.registry import get_engine
from serp.types import Outcome, Query
from tests.serp.engines.test_listings import FRAMES, PAGES
from tests.serp.pages import answer

WALLS = {
    "cloudflare's block": '<title>Access denied | search.example used Cloudflare to restrict access</title><h1>Error 1020</h1>',
    "cloudflare's challenge in German": "<title>Nur einen Moment…</title><noscript>Enable JavaScript</noscript><script>window._cf_chl_opt={}</script>",
    "datadome": '<title>search.example</title><p>Please enable JS and disable any ad blocker</p><script src="https://ct.captcha-delivery.com/c.js"></script>',
    "imperva": '<iframe src="/_Incapsula_Resource?x=1">Request unsuccessful.</iframe>',
    "an interruption": "<title>Pardon Our Interruption</title><p>Something about your browser made us think you were a bot.</p>",
    "amazon": '<title></title><script>window.gokuProps = {"key":"x"};</script><div id="root"></div>',
    "vercel": "<title>Vercel Security Checkpoint</title><p>We're verifying your browser</p>",
    "ddos-guard": "<title>DDoS-Guard</title><h1>Checking your browser before accessing search.example</h1>",
    "anubis in German": '<title>Wir stellen sicher, dass Sie kein Bot sind!</title><script src="/.within.website/x/cmd/anubis/static/js/main.mjs"></script>',
    "a widget under another name": '<title>Search</title><form><div class="abc" data-sitekey="10000000-ffff"></div></form>',
    "nginx": "<title>403 Forbidden</title><h1>403 Forbidden</h1>",
    "a limit": "<h1>Rate limit exceeded</h1><p>Slow down.</p>",
    "Dutch": "<title>Sorry...</title><p>Onze systemen hebben ongebruikelijk verkeer vanaf uw computernetwerk gedetecteerd.</p>",
    "Polish": "<title>Sorry...</title><p>Nasze systemy wykryły nietypowy ruch pochodzący z Twojej sieci.</p>",
    "Turkish": "<p>Sistemlerimiz, bilgisayar ağınızdan gelen olağan dışı bir trafik algıladı.</p>",
    "Japanese": "<p>お使いのコンピュータ ネットワークから通常と異なるトラフィックが検出されました。</p>",
    "Korean": "<p>시스템이 컴퓨터 네트워크에서 비정상적인 트래픽을 감지했습니다.</p>",
    "Russian": "<title>Вы не робот?</title><p>Доступ к нашему сервису временно запрещён</p>",
    "Chinese": "<title>百度</title><p>网络不给力，请稍后重试</p>",
    "a stub that was not followed": '<title>302 Moved</title>The document has moved <a href="https://www.google.com/sorry/index?continue=x">here</a>.',
}  # fmt: skip
# One of each kind of engine: Google's own parser, a table of marks, and a self-hosted one.
ENGINES = {"google": "https://www.google.com/search?q=kettle", "bing": PAGES["bing"].address, "searxng": "https://searx.example/search?q=kettle"}  # fmt: skip


def outcome_of(name: str, html: str, query: str = "kettle") -> Outcome:
    address = ENGINES.get(name) or PAGES[name].address
    page = answer(f"<html><body>{html}</body></html>".encode(), url=address)
    return get_engine(name).read(page, Query(text=query)).verdict.outcome


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("wall", WALLS)
def test_a_wall_is_a_refusal(engine: str, wall: str) -> None:
    assert outcome_of(engine, WALLS[wall]) is Outcome.BLOCKED


@pytest.mark.parametrize("host", ["consent.google.com", "consent.google.de"])
def test_a_stub_may_lead_to_consent_too(host: str) -> None:
    stub = f'302 Moved <a href="https://{host}/ml?continue=x">here</a>'
    assert outcome_of("google", stub) is Outcome.CONSENT


def test_the_consent_of_yahoo() -> None:
    form = (
        '<title>Yahoo ist Teil der Markenfamilie</title><form action="/v2/collectConsent?x"></form>'
    )
    assert outcome_of("yahoo", form) is Outcome.CONSENT


def test_google_asks_for_another_browser() -> None:
    page = "<title>Google Search</title><h1>Update your browser</h1><p>Your browser isn't supported anymore.</p>"
    assert outcome_of("google", page) is Outcome.JS_REQUIRED


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize(
    "query", ["captcha solver", "403 forbidden", "unusual traffic", "firewall"]
)
def test_words_that_were_searched_for_make_no_refusal(name: str, query: str) -> None:
    """A page that repeats them, in its title and in its text, and found nothing or changed."""
    before, after = FRAMES[name]
    page = (
        f"<title>{query} - Search</title>{before}<p>Something about {query} that is new.</p>{after}"
    )
    assert outcome_of(name, page, query) is Outcome.LAYOUT_CHANGED


def test_a_captcha_with_429_is_a_captcha_and_a_mere_429_is_none() -> None:
    for html, wanted in (
        ("<title>429 Too Many Requests</title>", Outcome.RATE_LIMITED),
        ('<div data-sitekey="x"></div>', Outcome.BLOCKED),
    ):
        page = answer(html.encode(), url=ENGINES["bing"], status=429)
        assert get_engine("bing").read(page, Query(text="x")).verdict.outcome is wanted
