"""Which redirects are followed, and where secrets go along."""

import pytest

from serp.fetchers.redirects import is_to_be_followed, same_origin
from serp.fetchers.watch import FetchStopped
from serp.types import Request

ASKED = "https://www.google.co.uk/search?q=x"


class TestIsToBeFollowed:
    @pytest.mark.parametrize(
        "location",
        [
            "https://www.google.co.uk/search?q=x&sei=1",
            "https://google.co.uk/",
            "https://ipv4.google.co.uk:8443/",
        ],
    )
    def test_within_the_registrable_domain(self, location: str) -> None:
        assert is_to_be_followed(Request(url=ASKED), ASKED, location)

    def test_from_http_to_https(self) -> None:
        asked = "http://a.example/"
        assert is_to_be_followed(Request(url=asked), asked, "https://a.example/")

    @pytest.mark.parametrize(
        "location",
        [
            "https://other.co.uk/",
            "https://www.google.com/",
            "https://google.co.uk.evil.example/",
            "https://evil.example/?www.google.co.uk",
            "http://www.google.co.uk/",
            "https://www.google.co.uk@evil.example/",
        ],
    )
    def test_nowhere_else(self, location: str) -> None:
        with pytest.raises(FetchStopped):
            is_to_be_followed(Request(url=ASKED), ASKED, location)

    @pytest.mark.parametrize("host", ["consent.google.com", "de.consent.google.com"])
    def test_not_to_a_refusal(self, host: str) -> None:
        request = Request(url=ASKED, refusal_hosts=frozenset({"consent.google.com"}))
        assert not is_to_be_followed(request, ASKED, f"https://{host}/ml")

    def test_one_address_is_not_the_neighbour_of_another(self) -> None:
        asked = "http://10.1.2.3/"
        with pytest.raises(FetchStopped):
            is_to_be_followed(Request(url=asked), asked, "http://9.1.2.3/")


class TestSameOrigin:
    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("http://a.example/x", "http://a.example/y", True),
            ("http://a.example/x", "https://a.example/y", True),
            ("https://a.example/x", "http://a.example/y", False),
            ("http://a.example/x", "https://b.a.example/y", False),
            ("http://a.example:81/x", "https://a.example/y", False),
            ("https://a.example/x", "https://a.example:444/y", False),
        ],
    )
    def test_decides_about_secrets(self, one: str, other: str, same: bool) -> None:
        assert same_origin(one, other) is same
