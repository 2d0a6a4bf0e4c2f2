"""Charts are honest: what is not known is a gap, and a better rank stands higher."""

from datetime import UTC, datetime, timedelta

from keywords.charts.lines import Series, draw_lines
from keywords.charts.sparkline import place_points, split_at_gaps
from keywords.charts.stacked_bars import Part, draw_bars
from keywords.templatetags.charts import sparkline

START = datetime(2026, 11, 1, tzinfo=UTC)


def days(count: int) -> list[datetime]:
    return [START + timedelta(days=day) for day in range(count)]


class TestSparkline:
    def test_leaves_gaps(self) -> None:
        points = place_points([8, None, 7, 3], is_rank=True)
        assert [len(line) for line in split_at_gaps(points)] == [1, 2]

    def test_puts_the_best_rank_on_top(self) -> None:
        first, last = place_points([8, 1], is_rank=True)
        assert first is not None
        assert last is not None
        assert last[1] < first[1]

    def test_is_said(self) -> None:
        assert 'aria-label="rank 8, –, 3"' in sparkline([8, None, 3], is_rank=True)  # noqa: RUF001
        assert sparkline([3]) == ""


class TestLines:
    def test_leave_gaps_and_cross_what_failed(self) -> None:
        series = [Series("ads", [1, 2, None, 4])]
        chart = draw_lines(days(4), series, ["", "", "Blocked", ""])
        (line,) = chart.lines
        assert (len(line.paths), len(line.dots)) == (1, 3)
        assert "Blocked" in chart.crosses[0].title

    def test_give_ranks_a_scale_with_1_on_top(self) -> None:
        chart = draw_lines(days(2), [Series("a", [1, 40])], ["", ""], is_rank=True)
        assert [tick.text for tick in chart.rows] == ["1", "3", "10", "30", "100"]
        first, last = chart.lines[0].dots
        assert first.y < last.y

    def test_are_drawn_of_nothing(self) -> None:
        assert draw_lines([], [], []).lines == ()


class TestBars:
    def test_stand_on_one_another(self) -> None:
        chart = draw_bars([("a", [Part("good", "OK", 3), Part("bad", "Blocked", 1)])])
        lower, upper = chart.rectangles
        assert round(upper.y + upper.height, 1) == lower.y
        assert chart.highest == 4
        assert draw_bars([]).rectangles == ()
