"""Times of cron expressions, where clocks change above all."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from jobs import cron

BERLIN = "Europe/Berlin"


def shown(expression: str, after: datetime, count: int = 3, zone: str = BERLIN) -> list[str]:
    times = islice(cron.times(expression, zone, after), count)
    return [f"{at:%d %H:%M %z}" for at in times]


class TestTimes:
    def test_are_in_the_time_zone(self) -> None:
        after = datetime(2026, 6, 1, tzinfo=UTC)
        assert shown("0 8 * * *", after, 1) == ["01 08:00 +0200"]
        assert shown("0 8 * * *", after, 1, "America/New_York") == ["01 08:00 -0400"]

    def test_keep_the_hour_where_summer_time_begins_and_ends(self) -> None:
        assert shown("0 8 * * *", datetime(2026, 3, 28, 12, tzinfo=UTC), 2) == [
            "29 08:00 +0200",
            "30 08:00 +0200",
        ]
        assert shown("0 8 * * *", datetime(2026, 10, 24, 0, tzinfo=UTC), 2) == [
            "24 08:00 +0200",
            "25 08:00 +0100",
        ]

    def test_a_time_that_does_not_exist_comes_right_after(self) -> None:
        assert shown("30 2 * * *", datetime(2026, 3, 28, 12, tzinfo=UTC), 2) == [
            "29 03:00 +0200",
            "30 02:30 +0200",
        ]

    def test_a_time_that_comes_twice_is_due_once(self) -> None:
        assert shown("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=UTC), 2) == [
            "25 02:30 +0200",
            "26 02:30 +0100",
        ]

    def test_every_hour_is_every_real_hour(self) -> None:
        assert shown("0 * * * *", datetime(2026, 10, 24, 23, 30, tzinfo=UTC)) == [
            "25 02:00 +0200",
            "25 02:00 +0100",
            "25 03:00 +0100",
        ]

    def test_are_later_than_the_time_given(self) -> None:
        at = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
        assert cron.next_time("0 8 * * *", "UTC", at) == datetime(2026, 6, 2, 8, tzinfo=UTC)


class TestValidity:
    @pytest.mark.parametrize("expression", ["0 8 * * 1", "*/5 * * * *", "0 0 29 2 *"])
    def test_right(self, expression: str) -> None:
        assert cron.is_valid(expression)

    @pytest.mark.parametrize(
        "wrong", ["", "* * * *", "61 * * * *", "0 0 30 2 *", "0 8 * * 1 5", "x"]
    )
    def test_wrong(self, wrong: str) -> None:
        assert not cron.is_valid(wrong)


class TestWords:
    @pytest.mark.parametrize(
        ("expression", "words"),
        [
            ("0 8 * * 1", "every Monday at 08:00, Europe/Berlin"),
            ("5 23 * * *", "every day at 23:05, Europe/Berlin"),
            ("0 6 1 * *", "on day 1 of every month at 06:00, Europe/Berlin"),
            ("15 * * * *", "every hour at minute 15, Europe/Berlin"),
            ("*/10 * * * *", "every 10 minutes, Europe/Berlin"),
            ("0 9 * 1-3 1-5", "at “0 9 * 1-3 1-5”, Europe/Berlin"),
        ],
    )
    def test_say_what_it_means(self, expression: str, words: str) -> None:
        assert cron.in_words(expression, BERLIN) == words
