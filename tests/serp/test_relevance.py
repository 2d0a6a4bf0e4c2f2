"""Decoys: results that have nothing to do with what was asked."""

from serp.relevance import doubt_irrelevant
from serp.text import fold_text
from serp.types import OrganicResult, Outcome, Query, Reading, Serp, Target, Verdict


def reading(*titles: str) -> Reading:
    organic = tuple(
        OrganicResult(
            rank=rank,
            absolute_rank=rank,
            title=title,
            target=Target(href_raw="", url="https://a.example/"),
        )
        for rank, title in enumerate(titles, 1)
    )
    return Reading(verdict=Verdict(outcome=Outcome.OK), serp=Serp(organic=organic))


def judge(text: str, *titles: str) -> Outcome:
    return doubt_irrelevant(reading(*titles), Query(text=text)).verdict.outcome


class TestDoubtIrrelevant:
    def test_doubts_results_without_a_word_of_the_query(self) -> None:
        assert judge("blue shoes", *["Tide tables"] * 6) is Outcome.DEGRADED

    def test_keeps_the_page(self) -> None:
        doubted = doubt_irrelevant(reading(*["Tides"] * 6), Query(text="shoes"))
        assert doubted.serp is not None
        assert doubted.verdict.evidence == "0 of 6 results hold a word of it"

    def test_one_in_five_is_enough(self) -> None:
        assert judge("blue shoes", "SHOES!", *["Tide tables"] * 4) is Outcome.OK

    def test_few_results_say_nothing(self) -> None:
        assert judge("blue shoes", *["Tide tables"] * 4) is Outcome.OK

    def test_a_query_without_words_says_nothing(self) -> None:
        assert judge("? !", *["Tide tables"] * 6) is Outcome.OK

    def test_leaves_other_verdicts_alone(self) -> None:
        empty = Reading(verdict=Verdict(outcome=Outcome.EMPTY), serp=Serp())
        assert doubt_irrelevant(empty, Query(text="x")) is empty

    def test_compares_as_readers_do(self) -> None:
        assert fold_text("Stra\u00dfe") == fold_text("STRASSE")
        assert judge("Stra\u00dfe", *["STRASSE"] * 6) is Outcome.OK

    def test_forgives_endings(self) -> None:
        assert judge("recipes", *["A recipe for bread"] * 6) is Outcome.OK

    def test_finds_parts_of_what_is_written_without_spaces(self) -> None:
        asked = "\u6771\u4eac\u30e9\u30fc\u30e1\u30f3"  # a town and a dish, in one word
        assert judge(asked, *["\u30e9\u30fc\u30e1\u30f3 top ten"] * 6) is Outcome.OK
        assert judge(asked, *["\u5929\u6c17\u4e88\u5831"] * 6) is Outcome.DEGRADED
