"""The one filter of jobs: from words and back, and what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.selection import AGES, FilterMistake, JobFilter
from jobs.states import State

WORDS = st.text(st.characters(categories=["L", "N"], max_codepoint=0x2000), max_size=8)
NUMBERS = st.none() | st.integers(0, 10**9)
FILTERS = st.builds(
    JobFilter,
    state=st.sampled_from(["", "scheduled", *State.values]),
    queue=WORDS,
    kind=WORDS,
    error=WORDS,
    q=WORDS,
    age=st.sampled_from(["", *AGES]),
    owner=NUMBERS,
    batch=NUMBERS,
    worker=NUMBERS,
    after=NUMBERS,
    up_to=NUMBERS,
    ids=st.lists(st.integers(1, 10**9), max_size=5).map(tuple),
)


class TestFilter:
    @given(FILTERS)
    def test_reads_what_it_writes(self, chosen: JobFilter) -> None:
        assert JobFilter.read(chosen.write()) == chosen

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"state": "odd"}, "There is no state named odd."),
            ({"age": "year"}, "An age is one of hour, day, week."),
            ({"owner": "anna"}, "owner must be a number, not 'anna'."),
            ({"ids": "1,x"}, "ids must be numbers, separated by commas."),
        ],
    )
    def test_refuses_what_makes_no_sense(self, wrong: dict[str, str], sentence: str) -> None:
        with pytest.raises(FilterMistake) as raised:
            JobFilter.read(wrong)
        assert str(raised.value) == sentence

    @pytest.mark.parametrize(
        ("params", "words"),
        [
            ({}, "all jobs"),
            ({"state": "running", "queue": "google"}, "all running jobs of queue google"),
            ({"ids": "1,2"}, "2 chosen jobs"),
            ({"q": "tea", "age": "day"}, "all jobs made in the last 24 hours found by “tea”"),
        ],
    )
    def test_is_told_in_words(self, params: dict[str, str], words: str) -> None:
        assert JobFilter.read(params).in_words() == words
