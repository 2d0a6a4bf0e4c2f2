"""The filter language: what is understood, and what is said where it is not."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from keywords.filtering import ListFilter


def typed(q: str) -> list[str]:
    return [term.typed() for term in ListFilter.build(q=q).terms]


class TestParse:
    @pytest.mark.parametrize(
        ("q", "terms"),
        [
            ("", []),
            ("red shoes", ["red", "shoes"]),
            ('"red shoes"', ['"red shoes"']),
            ("ads>2", ["ads>2"]),
            ("ads:>2 top:<=3", ["ads>2", "top<=3"]),
            ("organic=10 links!=5", ["organic=10", "-links=5"]),
            ("results>=1,000,000", ["results>=1000000"]),
            ("outcome:Blocked,ok", ["outcome:blocked,ok"]),
            ("-outcome:ok", ["-outcome:ok"]),
            ("domain:www.Amazon.co.uk", ["domain:amazon.co.uk"]),
            ("domain:https://shop.example.com/a?b", ["domain:example.com"]),
            ('tag:"black friday" -tag:Brand', ['tag:"black friday"', "-tag:Brand"]),
            ("fetched>7d", ["fetched>7d"]),
            ("age:<2hours", ["fetched<2h"]),
            ("-shoes", ["-shoes"]),
            ("https://example.com", ['"https://example.com"']),
            ("-", ["-"]),
        ],
    )
    def test_understands(self, q: str, terms: list[str]) -> None:
        found = ListFilter.build(q=q)
        assert not found.problems
        assert typed(q) == terms

    @pytest.mark.parametrize(
        ("q", "message", "suggestion"),
        [
            ("red adz>2", "There is no field “adz”.", "red ads>2"),
            ("ads>many", "needs a number", "ads>2"),
            ("outcome:blokced x", "There is no outcome “blokced”.", "outcome:blocked x"),
            ("status>3", "cannot be compared", "status:3"),
            ("fetched>soon", "needs an age", "fetched>7d"),
            ("ads>", "has no value", ""),
            ("qqqqqq:1", "There is no field “qqqqqq”.", ""),
        ],
    )
    def test_says_what_it_does_not_understand(self, q: str, message: str, suggestion: str) -> None:
        (problem,) = ListFilter.build(q=q).problems
        assert message in problem.message
        assert problem.suggestion == suggestion

    @given(st.text(max_size=80))
    def test_never_breaks_and_is_the_same_when_typed_again(self, q: str) -> None:
        found = ListFilter.build(q=q)
        if not found.problems:
            again = ListFilter.build(q=" ".join(term.typed() for term in found.terms))
            assert again.terms == found.terms

    def test_goes_through_the_address_and_back(self) -> None:
        found = ListFilter.build(q='ads>2 "a&b"', outcome="ok", status="")
        assert ListFilter.read(found.query_string()) == found
        assert found.query_string(size=100, cols="") == "q=ads%3E2+%22a%26b%22&outcome=ok&size=100"

    def test_is_said_in_the_language_of_the_page(self) -> None:
        with translation.override("de"):
            words = ListFilter.build(q="ads>1200 fetched>7d fetched<1h").in_words()
        assert words == (
            "Suchbegriffe: mehr als 1.200 Anzeigen, und abgerufen vor mehr als 7 Tagen, "
            "und abgerufen vor weniger als 1 Stunde"
        )

    def test_is_said_in_words(self) -> None:
        found = ListFilter.build(q="ads>2 -tag:brand domain:a.com shoes", outcome="blocked")
        assert found.in_words() == (
            "keywords: outcome blocked, and more than 2 ads, and tag not brand, and domain a.com,"
            " and with “shoes”"
        )
        assert ListFilter.build().in_words() == "all keywords"

    def test_is_less_one_term(self) -> None:
        found = ListFilter.build(q="ads>2 shoes", outcome="ok")
        by_outcome, by_ads, _ = found.terms
        assert found.without(by_ads).parameters() == {"q": "shoes", "outcome": "ok"}
        assert found.without(by_outcome).parameters() == {"q": "ads>2 shoes"}
