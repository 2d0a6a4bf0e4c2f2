"""Marks on pages: at the right place, each once, and nothing that could act."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serp.marking import Mark, MarkedPage, mark_page

PAGE = """<!doctype html><html><body>
<div id="ads"><div class="box"><span>Sponsored</span><h3><a href="/click?to=a">Buy shoes</a></h3><p>Now</p></div>
<div class="box"><h3><a href="/click?to=b">Cheap shoes</a></h3></div></div>
<nav><a href="https://wiki.example/">Wiki</a></nav>
<ol><li><a href="https://wiki.example/"><br><h3>All about shoes</h3><cite>wiki.example</cite></a></li>
<li><h2><a href="https://shop.example/">A shop</a></h2><a href="https://shop.example/">again</a></li>
<li data-target="https://far.example/"><h2>Far away</h2></li></ol></body></html>"""
AD = Mark(kind="ad", label="Ad 1", title="Buy shoes", href="/click?to=a")
AD_TOO = Mark(kind="ad", label="Ad 2", title="Cheap shoes", href="/click?to=b")
WIKI = Mark(kind="organic", label="1", title="All about shoes", href="https://wiki.example/")
SHOP = Mark(kind="organic", label="2", title="A shop", href="https://shop.example/")
FAR = Mark(kind="organic", label="3", title="Far away", href="https://far.example/")
GONE = Mark(kind="organic", label="4", title="Not there", href="https://gone.example/")


def mark(page: str, *marks: Mark) -> MarkedPage:
    return mark_page(page.encode(), "text/html; charset=utf-8", marks)


def badges(marked: MarkedPage) -> list[tuple[str, str]]:
    """(what a badge says, what follows it)"""
    found = re.findall(r"<b [^>]*data-mark[^>]*>([^<]*)</b>([^<]*)", marked.html.decode())
    return [(label, after) for label, after in found]


class TestBadges:
    def test_stand_before_the_titles_that_the_parser_saw(self) -> None:
        marked = mark(PAGE, AD, AD_TOO, WIKI, SHOP, FAR)
        assert badges(marked) == [
            ("Ad 1", "Buy shoes"),
            ("Ad 2", "Cheap shoes"),
            ("1", "All about shoes"),
            ("2", "A shop"),
            ("3", "Far away"),
        ]
        assert marked.missing == ()

    def test_that_have_no_place_are_told(self) -> None:
        marked = mark(PAGE, WIKI, GONE)
        assert badges(marked) == [("1", "All about shoes")]
        assert marked.missing == (GONE,)

    def test_take_no_place_twice(self) -> None:
        twice = Mark(kind="organic", label="2", title="A shop", href="https://shop.example/")
        third = Mark(kind="organic", label="3", title="again", href="https://shop.example/")
        assert badges(mark(PAGE, twice, third)) == [("2", "A shop"), ("3", "again")]

    def test_show_their_label_and_no_markup_of_it(self) -> None:
        evil = Mark(kind="organic", label="<script>1</script>", title="A shop", href="")
        assert b"<script" not in mark(PAGE, evil).html


class TestFrames:
    def test_hold_one_ad_each(self) -> None:
        html = mark(PAGE, AD, AD_TOO, WIKI).html.decode()
        assert html.count("outline:3px") == 2
        assert re.findall(r'<div class="box" style="outline', html)

    def test_leave_the_style_that_is_there(self) -> None:
        page = '<body><p>x</p><div style="color: red;"><a href="/a">Ad</a></div><p>y</p></body>'
        ad = Mark(kind="ad", label="Ad 1", title="Ad", href="/a")
        assert 'style="color: red;outline:3px' in mark(page, ad).html.decode()


class TestDisarming:
    @pytest.mark.parametrize(
        "page",
        [
            "<script>alert(1)</script>",
            "<svg><script>alert(1)</script></svg>",
            "<noscript><script>alert(1)</script></noscript>",
            "<body onload=alert(1)>",
            "<img src=https://evil.example/x onerror=alert(1)>",
            "<img srcset='https://evil.example/x 2x'>",
            "<a href='javascript:alert(1)'>x</a>",
            "<a href=https://evil.example target=_top ping=https://evil.example/p>x</a>",
            "<base href=https://evil.example target=_top>",
            "<meta http-equiv=refresh content='0; url=https://evil.example'>",
            "<link rel=stylesheet href=https://evil.example/x.css>",
            "<iframe src=https://evil.example></iframe><object data=x></object><embed src=x>",
            "<form action=https://evil.example><button formaction=https://evil.example>x</button></form>",
            "<video src=https://evil.example poster=https://evil.example></video>",
            "<svg><image xlink:href=https://evil.example /></svg>",
            "<table background=https://evil.example>",
        ],
    )
    def test_leaves_nothing_that_acts(self, page: str) -> None:
        html = re.sub(r'title="[^"]*"', "", mark(page, WIKI).html.decode()).lower()
        for danger in (
            "<script",
            "alert",
            "evil.example",
            "<iframe",
            "<base",
            "refresh",
            "target=",
        ):
            assert danger not in html, danger

    def test_keeps_pictures_that_are_in_the_page(self) -> None:
        assert b"data:image/png;base64,AAAA" in mark("<img src='data:image/png;base64,AAAA'>").html

    def test_tells_where_a_link_would_lead(self) -> None:
        html = mark('<a href="https://far.example/?a=1">far</a>').html
        assert b'href="#"' in html
        assert b'title="https://far.example/?a=1"' in html


class TestAnyPage:
    def test_keeps_the_kind_of_page(self) -> None:
        assert mark(PAGE).html.startswith(b"<!doctype html>\n")
        assert not mark("<p>old</p>").html.startswith(b"<!doctype")

    def test_speaks_utf8_whatever_it_was(self) -> None:
        marked = mark_page("<p>Größe</p>".encode("latin-1"), "text/html; charset=latin-1", [])
        assert "Größe" in marked.html.decode()

    def test_says_where_it_was_cut(self) -> None:
        assert mark("<i>x</i>" * 20_000).cut

    @settings(max_examples=60, deadline=None)
    @given(st.text(alphabet="<>/='\" aAbhref123&;#\0\u2028", max_size=200), st.text(max_size=20))
    def test_never_fails(self, page: str, title: str) -> None:
        mark(page, Mark(kind="ad", label="Ad 1", title=title, href=page[:10]), WIKI)
