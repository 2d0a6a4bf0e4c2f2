"""What a filter finds."""

from typing import Any

import pytest

from keywords.filtering import ListFilter
from keywords.lists import rerun
from keywords.models import Keyword, KeywordList
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def shoes() -> KeywordList:
    keyword_list = make_list("red shoes", "blue shoes", "green hats", "refused", "waits")
    red, blue, hats, refused, _ = keyword_list.keywords.order_by("pk")
    finish(red)
    nothing: dict[str, Any] = {"outcome": "ok", "ads_top": 0, "ads_total": 0, "organic_total": 10}
    finish(blue, fields=nothing).result_links.all().delete()
    finish(hats, fields={"outcome": "ok", "ads_top": 4, "ads_total": 9, "links_total": 120})
    finish(refused, fields=REFUSED)
    Keyword.objects.filter(pk=red.pk).update(tags=["brand", "autumn"])
    return keyword_list


def find(keyword_list: KeywordList, q: str = "", **chips: str) -> set[str]:
    found = ListFilter.build(q=q, **chips)
    assert not found.problems
    return set(found.apply(keyword_list.keywords.all()).values_list("text", flat=True))


class TestApply:
    @pytest.mark.parametrize(
        ("q", "expected"),
        [
            ("", {"red shoes", "blue shoes", "green hats", "refused", "waits"}),
            ("SHOES", {"red shoes", "blue shoes"}),
            ("shoes -red", {"blue shoes"}),
            ('"d sh"', {"red shoes"}),
            ("ads>2", {"red shoes", "green hats"}),
            ("ads<1", {"blue shoes"}),
            ("ads!=3", {"blue shoes", "green hats"}),
            ("top:<=3", {"red shoes", "blue shoes"}),
            ("organic>=5", {"blue shoes"}),
            ("links<100", {"red shoes", "blue shoes"}),
            ("outcome:blocked", {"refused"}),
            ("outcome:blocked,ok ads>5", {"green hats"}),
            ("-outcome:ok", {"refused", "waits"}),
            ("status:waiting", {"waits"}),
            ("status:failed", {"refused"}),
            ("status:done,failed -shoes", {"green hats", "refused"}),
            ("domain:wiki.example", {"red shoes", "green hats"}),
            ("advertiser:wiki.example", set()),
            ("advertiser:cheap.example", {"red shoes", "green hats"}),
            ("domain:engine.example", set()),
            ("-domain:wiki.example status:done", {"blue shoes"}),
            ("tag:brand", {"red shoes"}),
            ("-tag:brand shoes", {"blue shoes"}),
            ("fetched<1h -hats", {"red shoes", "blue shoes", "refused"}),
            ("fetched>1h", set()),
            ("source:practice hats", {"green hats"}),
            ("device:mobile", set()),
        ],
    )
    def test_finds(self, shoes: KeywordList, q: str, expected: set[str]) -> None:
        assert find(shoes, q) == expected

    def test_takes_chips_and_text_together(self, shoes: KeywordList) -> None:
        assert find(shoes, "shoes", outcome="ok") == {"red shoes", "blue shoes"}
        assert find(shoes, status="failed") == {"refused"}

    def test_finds_nothing_where_it_is_not_understood(self, shoes: KeywordList) -> None:
        found = ListFilter.build(q="shoes adz>2")
        assert not found.apply(shoes.keywords.all()).exists()

    def test_knows_what_is_on_its_way(self, shoes: KeywordList) -> None:
        rerun(shoes.keywords.filter(text="red shoes"), by=make_user())
        assert find(shoes, "status:waiting") == {"red shoes", "waits"}
        # The figures of the last good result stay.
        assert find(shoes, "ads=3") == {"red shoes"}

    def test_takes_any_number(self, shoes: KeywordList) -> None:
        assert find(shoes, f"ads<{'9' * 19}") == {"red shoes", "blue shoes", "green hats"}
