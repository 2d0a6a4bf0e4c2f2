"""The throttle as arithmetic: no window over the limit, the whole allowance used."""

from bisect import bisect_left
from heapq import heappop, heappush

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.throttle import Pace, Rate, Slot, begin_late, change, grant


def simulate(rate: Rate, lateness: list[float], *, count: int) -> list[float]:
    """Starts of a busy queue whose workers wake a little late, one claim after another."""
    pace, now, starts = Pace(), 1000.0, []
    for i in range(count):
        given_ = grant(rate, pace, now=now, horizon=now, wanted=1)
        if not given_.slots:
            now = given_.next_at + lateness[i % len(lateness)]
            given_ = grant(rate, pace, now=now, horizon=now, wanted=1)
        assert given_.slots
        pace = given_.pace
        starts.append(now)
    return starts


def simulate_late(rate: Rate, lateness: list[float], *, count: int) -> list[float]:
    """Starts of a busy queue whose claims come in time and whose jobs begin late, by shares of the
    rate's patience; each is told when it begins."""
    pace, now = Pace(), 1000.0
    starts: list[float] = []
    claimed: list[tuple[float, int, Slot]] = []
    while len(starts) < count:
        while claimed and claimed[0][0] <= now:
            begun, _, slot = heappop(claimed)
            starts.append(begun)
            if begun - slot.at > rate.lateness:
                pace = begin_late(pace, slot, begun - slot.at)
        given_ = grant(rate, pace, now=now, horizon=now, wanted=rate.limit)
        pace = given_.pace
        for slot in given_.slots:
            share = lateness[slot.place % len(lateness)]
            heappush(claimed, (max(slot.at, now) + share * rate.patience, slot.place, slot))
        now = min(max(given_.next_at, now), claimed[0][0]) if claimed else given_.next_at
    return starts


def run(rate: Rate, pace: Pace, *, since: float, until: float) -> tuple[list[float], Pace]:
    """A busy queue whose jobs begin in time."""
    starts: list[float] = []
    now = since
    while now < until:
        given_ = grant(rate, pace, now=now, horizon=now, wanted=rate.limit)
        starts += [slot.at for slot in given_.slots]
        pace, now = given_.pace, given_.next_at
    return starts, pace


def densest(starts: list[float], period: float) -> int:
    starts = sorted(starts)
    return max(bisect_left(starts, start + period) - i for i, start in enumerate(starts))


def promised(rate: Rate) -> float:
    """The window in which never more than the limit begin (seconds): the period, and what the ways to
    the engine may differ by. Less a little for what floats lose."""
    return rate.window - rate.lateness - 1e-6


RATES = st.builds(
    Rate,
    limit=st.integers(1, 60),
    period=st.sampled_from([1.0, 10.0, 60.0]),
    burst=st.integers(1, 10),
)


class TestGrant:
    @given(rate=RATES, late=st.lists(st.floats(0, 3), min_size=1, max_size=20))
    @settings(max_examples=300, deadline=None)
    def test_no_window_holds_more_than_the_limit(self, rate: Rate, late: list[float]) -> None:
        starts = simulate(rate, late, count=rate.limit * 4 + 10)
        assert densest(starts, promised(rate)) <= rate.limit

    @pytest.mark.parametrize("burst", [1, 5])
    @pytest.mark.parametrize(("limit", "period"), [(30, 60.0), (20, 10.0), (600, 60.0)])
    def test_uses_98_percent_of_the_allowance(self, limit: int, period: float, burst: int) -> None:
        rate = Rate(limit, period, burst)
        late = rate.lateness * 0.9
        starts = simulate(rate, [0.0, late, late / 2], count=limit * 10)
        allowed = limit * (starts[-1] - starts[0]) / period
        assert len(starts) >= 0.98 * allowed

    def test_a_stall_costs_less_than_it_lasted(self) -> None:
        rate = Rate(600, 60.0)
        stall = rate.lateness * 1.5
        given_ = grant(rate, Pace(next_slot_at=1000.0), now=1000.0 + stall, horizon=1e9, wanted=1)
        assert given_.pace.next_slot_at - rate.spacing == pytest.approx(1000.0 + rate.lateness)

    def test_what_was_quiet_for_long_begins_now(self) -> None:
        given_ = grant(Rate(600, 60.0), Pace(next_slot_at=900.0), now=1000.0, horizon=1e9, wanted=1)
        assert [slot.at for slot in given_.slots] == [1000.0]

    def test_lets_a_burst_go_after_a_quiet_time(self) -> None:
        given_ = grant(Rate(30, 60, burst=5), Pace(), now=1000.0, horizon=1000.0, wanted=9)
        assert len(given_.slots) == 5

    def test_grants_one_at_a_time_without_burst(self) -> None:
        given_ = grant(Rate(30, 60), Pace(), now=1000.0, horizon=1000.0, wanted=9)
        assert [slot.at for slot in given_.slots] == [1000.0]
        assert given_.next_at == pytest.approx(1002.036)

    def test_grants_slots_up_to_the_horizon(self) -> None:
        given_ = grant(Rate(10, 1), Pace(), now=0.0, horizon=0.25, wanted=9)
        assert [slot.at for slot in given_.slots] == pytest.approx([0.0, 0.1018, 0.2036])


class TestLateStarts:
    @given(rate=RATES, late=st.lists(st.floats(0, 0.99), min_size=1, max_size=20))
    @settings(max_examples=300, deadline=None)
    def test_no_window_holds_more_than_the_limit(self, rate: Rate, late: list[float]) -> None:
        starts = simulate_late(rate, late, count=rate.limit * 4 + 10)
        assert densest(starts, promised(rate)) <= rate.limit

    @pytest.mark.parametrize("burst", [1, 3])
    def test_several_that_were_late_together_move_the_slots_once(self, burst: int) -> None:
        rate, pace = Rate(10, 10, burst), Pace()
        given_ = grant(rate, pace, now=1000.0, horizon=1001.1, wanted=2)
        pace = given_.pace
        for slot in given_.slots:
            pace = begin_late(pace, slot, 2.0)
        moved = 2.0 - rate.lateness
        assert pace.next_slot_at == pytest.approx(given_.pace.next_slot_at + moved)
        assert pace.starts == pytest.approx(
            [slot.at + moved for slot in given_.slots] * (burst > 1)
        )

    def test_moves_the_next_by_what_was_more_than_allowed(self) -> None:
        rate = Rate(600, 60.0)
        given_ = grant(rate, Pace(), now=1000.0, horizon=1000.0, wanted=1)
        for late in (rate.lateness, rate.lateness * 1.25):
            pace = begin_late(given_.pace, given_.slots[0], late)
            moved = pace.next_slot_at - given_.pace.next_slot_at
            assert moved == pytest.approx(late - rate.lateness)

    def test_a_start_that_all_others_have_left_behind_moves_nothing(self) -> None:
        rate = Rate(10, 10)
        first = grant(rate, Pace(), now=0.0, horizon=0.0, wanted=1)
        later = grant(rate, first.pace, now=100.0, horizon=100.0, wanted=1)
        assert begin_late(later.pace, first.slots[0], 2.0) == later.pace


class TestChange:
    @given(
        limit=st.integers(1, 30),
        more=st.integers(0, 30),
        bursts=st.tuples(*[st.integers(1, 9)] * 2),
    )
    @settings(max_examples=200, deadline=None)
    def test_to_a_higher_rate_or_burst_holds_the_new_limit_at_once(
        self, limit: int, more: int, bursts: tuple[int, int]
    ) -> None:
        old, new = Rate(limit, 10.0, bursts[0]), Rate(limit + more, 10.0, bursts[1])
        starts, pace = run(old, Pace(), since=1000.0, until=1025.0)
        later, _ = run(new, change(pace, old, new), since=1025.0, until=1050.0)
        assert densest(starts + later, 10.0) <= new.limit

    def test_to_a_burst_after_a_quiet_time_lets_it_go(self) -> None:
        old, new = Rate(10, 10.0), Rate(10, 10.0, 5)
        _, pace = run(old, Pace(), since=1000.0, until=1020.0)
        given_ = grant(new, change(pace, old, new), now=1100.0, horizon=1100.03, wanted=9)
        assert len(given_.slots) == 5
