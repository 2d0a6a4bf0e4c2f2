# ruff: noqa: RUF001 (texts as engines write them)
import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serp.urls import is_engine_host, read_target, registrable_domain, shown_domain

GOOGLE = "https://www.google.com/search?q=x"


def bing(url: str) -> str:
    wrapped = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    return f"https://www.bing.com/ck/a?!&&p=3f&ptn=3&u=a1{wrapped}&ntb=1"


class TestReadTarget:
    @pytest.mark.parametrize(
        ("href", "url"),
        [
            ("https://a.example/x#:~:text=y", "https://a.example/x#:~:text=y"),
            ("//a.example/x", "https://a.example/x"),
            ("/url?q=https://a.example/%3Fb%3D1&sa=U&ved=2", "https://a.example/?b=1"),
            ("/url?sa=t&url=https%3A%2F%2Fa.example%2F&usg=1", "https://a.example/"),
            ("/url?q=/search%3Fq%3Dx&sa=U", "https://www.google.com/url?q=/search%3Fq%3Dx&sa=U"),
            ("https://www.google.de/url?q=http://a.example/", "http://a.example/"),
            (
                "/aclk?sa=l&ai=1&adurl=http://a.example/%3Fb%3D1%26c%3D2",
                "http://a.example/?b=1&c=2",
            ),
            ("/aclk?sa=l&adurl=https://a.example/?b=1&c=2", "https://a.example/?b=1&c=2"),
            (
                "https://www.googleadservices.com/pagead/aclk?ai=1&adurl=https://a.example/",
                "https://a.example/",
            ),
            ("https://www.google.com/amp/s/a.example/x", "https://a.example/x"),
            ("/imgres?imgurl=x&imgrefurl=https://a.example/p", "https://a.example/p"),
            (
                "//duckduckgo.com/l/?uddg=https%3A%2F%2Fa.example%2F%3Fb%3D1&rut=2",
                "https://a.example/?b=1",
            ),
            (bing("https://a.example/ü?b=1"), "https://a.example/ü?b=1"),
            (
                "https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU=https%3a%2f%2fa.example%2fx/RK=2/RS=z-",
                "https://a.example/x",
            ),
            (
                "https://yandex.ru/clck/jsredir?from=y&url=https%3A%2F%2Fa.example%2F",
                "https://a.example/",
            ),
            (
                "https://notgoogle.example/url?q=https://a.example/",
                "https://notgoogle.example/url?q=https://a.example/",
            ),
        ],
    )
    def test_takes_the_redirect_off(self, href: str, url: str) -> None:
        target = read_target(href, GOOGLE)
        assert target.url == url
        assert not target.opaque
        assert target.href_raw == href

    @pytest.mark.parametrize(
        "href",
        [
            "/goto?url=CAESaQHW9ZbQ",
            "https://www.google.com/goto?url=CAESaQHW9ZbQ",
            "/aclk?sa=l&ai=1&adurl=",
            "/aclk?sa=l&ai=1",
            "https://duckduckgo.com/y.js?ad_domain=a.example&ad_provider=b",
            "https://www.bing.com/ck/a?!&&p=only",
            "https://www.bing.com/aclick?ld=e8&u=%%%",
            "http://www.baidu.com/link?url=abc",
            "https://yabs.yandex.ru/count/abc",
        ],
    )
    def test_says_where_only_the_engine_knows(self, href: str) -> None:
        target = read_target(href, GOOGLE, shown_domain="a.example")
        assert target.opaque
        assert target.url is None
        assert target.domain == "a.example"

    @pytest.mark.parametrize(
        "href",
        [
            "",
            "javascript:void(0)",
            "mailto:a@b.example",
            "data:text/html,x",
            "http://[::1",
            "tel:1",
            "#",
        ],
    )
    def test_other_links_lead_to_no_page(self, href: str) -> None:
        target = read_target(href, "file:///tmp/page.html")
        assert target.url is None
        assert not target.opaque

    @given(st.text(max_size=200), st.text(max_size=50))
    @settings(deadline=None)
    def test_never_raises(self, href: str, base: str) -> None:
        read_target(href, base)
        read_target(f"https://www.google.com/url?q={href}", base)
        read_target(f"https://www.bing.com/ck/a?u=a1{href}", base)


class TestDomains:
    @pytest.mark.parametrize(
        ("url", "domain"),
        [
            ("https://www.bbc.co.uk/news", "bbc.co.uk"),
            ("http://a.b.example.com:8080/", "example.com"),
            ("https://WWW.Example.ORG", "example.org"),
            ("http://192.0.2.7/x", "192.0.2.7"),
            ("http://[2001:db8::1]/", "2001:db8::1"),
            ("http://intranet/x", "intranet"),
            ("http://[", ""),
            ("nothing", ""),
        ],
    )
    def test_registrable_domain(self, url: str, domain: str) -> None:
        assert registrable_domain(url) == domain

    @pytest.mark.parametrize(
        ("shown", "domain"),
        [
            ("https://www.bbc.co.uk › news", "bbc.co.uk"),
            ("de.wikipedia.org/wiki/Kessel", "wikipedia.org"),
            ("YouTube · 3 days ago", ""),
        ],
    )
    def test_shown_domain(self, shown: str, domain: str) -> None:
        assert shown_domain(shown) == domain

    def test_an_engine_is_known_in_every_country(self) -> None:
        assert is_engine_host("www.google.co.uk", "google")
        assert is_engine_host("google.com", "google")
        assert not is_engine_host("google.example.com", "google")
