"""Alarms: pure decisions on figures; and the figures as they are rolled up."""

import pytest
from django.db import connection
from django.utils import timezone

from keywords.alarms import Sample, find_alarms, sum_up
from keywords.models import Source
from keywords.page_health import PageHealth, SourceFigures
from keywords.rolling import current_figures, roll_up
from keywords.source_standing import read_standings
from keywords.sources import ensure_practice_source


def samples(ok: int, empty: int = 0, *, organic: int = 10, **others: int) -> list[Sample]:
    found = [Sample("ok", organic, 2)] * ok + [Sample("empty", 0, 0)] * empty
    return found + [Sample(outcome) for outcome, count in others.items() for _ in range(count)]


def alarms(latest: list[Sample], before: list[Sample], canary: str = "") -> list[str]:
    return find_alarms(sum_up(latest, before), latest, canary)


class TestAlarms:
    def test_none_where_all_is_as_before(self) -> None:
        assert alarms(samples(45, 5), samples(180, 20)) == []

    def test_when_the_share_of_empty_pages_jumps(self) -> None:
        (alarm,) = alarms(samples(35, 15), samples(190, 10))
        assert alarm == "30% of the last 50 pages found nothing; before it was 5%."

    def test_not_where_many_are_empty_by_nature(self) -> None:
        assert alarms(samples(20, 30), samples(90, 110)) == []

    def test_when_pages_hold_half_the_results(self) -> None:
        (alarm,) = alarms(samples(50, organic=4), samples(200, organic=10))
        assert alarm == "A page has 4 results in the median; before it was 10."

    def test_not_of_a_few_pages(self) -> None:
        assert alarms(samples(5, 5), samples(190, 10)) == []
        assert alarms(samples(25, 25), samples(10)) == []

    def test_when_pages_are_not_understood(self) -> None:
        (alarm,) = alarms(samples(6, layout_changed=4), [])
        assert alarm == "40% of the last 10 pages could not be understood."

    def test_when_results_are_decoys(self) -> None:
        (alarm,) = alarms(samples(3, degraded=2), [])
        assert alarm == "40% of the last 5 pages had nothing to do with the keyword."

    def test_when_different_keywords_get_the_same(self) -> None:
        same = [Sample("ok", 10, 0, "f", f"k{number}") for number in range(3)]
        other = [Sample("ok", 10, 0, f"g{number}", f"l{number}") for number in range(5)]
        (alarm,) = alarms([*same, *other], [])
        assert alarm == "3 different keywords got the very same results."
        assert alarms([Sample("ok", 10, 0, "f", "k")] * 9, []) == []

    def test_when_the_canary_finds_nothing(self) -> None:
        (alarm,) = alarms(samples(1), [], canary="empty")
        assert "came back as empty" in alarm
        assert alarms(samples(1), [], canary="ok") == []


@pytest.mark.django_db
class TestRollUp:
    @pytest.fixture
    def source(self) -> Source:
        return ensure_practice_source()

    def answer(self, source: Source, version: str, outcome: str, count: int, organic: int) -> None:
        PageHealth.objects.bulk_create(
            PageHealth(source=source, parser_version=version, outcome=outcome, organic=organic)
            for _ in range(count)
        )

    def test_compares_a_parser_with_the_one_before(self, source: Source) -> None:
        self.answer(source, "practice-1", "ok", 60, 10)
        roll_up()
        self.answer(source, "practice-2", "ok", 25, 4)
        assert roll_up() == 1
        rows = {row.parser_version: row for row in SourceFigures.objects.all()}
        assert rows["practice-1"].alarms == []
        new = rows["practice-2"]
        assert (new.answers, new.median_organic, new.median_organic_before) == (25, 4, 10)
        assert new.alarms == ["A page has 4 results in the median; before it was 10."]
        assert new.alarm_since is not None
        assert current_figures([source.pk])[source.pk] == new

    def test_ends_an_alarm(self, source: Source) -> None:
        self.answer(source, "practice-1", "layout_changed", 10, 0)
        roll_up()
        assert SourceFigures.objects.get().alarms
        self.answer(source, "practice-1", "ok", 50, 10)
        roll_up()
        row = SourceFigures.objects.get()
        assert (row.alarms, row.alarm_since) == ([], None)

    def test_looks_at_nothing_twice(self, source: Source) -> None:
        self.answer(source, "practice-1", "ok", 1, 10)
        assert [roll_up(), roll_up()] == [1, 0]

    def test_forgets_old_answers(self, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("keywords.rolling.KEPT", 3)
        self.answer(source, "practice-1", "ok", 10, 10)
        roll_up()
        assert PageHealth.objects.count() == 3

    def test_reads_the_newest_by_an_index(self, source: Source) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                "EXPLAIN SELECT * FROM keywords_pagehealth WHERE source_id = %s ORDER BY id DESC LIMIT 50",
                [source.pk],
            )
            assert "keywords_health_of_source" in str(cursor.fetchall())


@pytest.mark.django_db
def test_decoys_are_no_good_answers() -> None:
    source = ensure_practice_source()
    for outcome in ("ok", "empty", "degraded", "blocked"):
        PageHealth.objects.create(source=source, outcome=outcome, at=timezone.now())
    [standing] = read_standings(Source.objects.filter(pk=source.pk))
    assert (standing.health.good, standing.health.tried) == (2, 4)
