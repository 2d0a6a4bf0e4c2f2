"""The throttle as arithmetic: no window over the limit, the whole allowance used."""

from bisect import bisect_left

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.throttle import Pace, Rate, grant


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


def densest(starts: list[float], period: float) -> int:
    return max(bisect_left(starts, start + period) - i for i, start in enumerate(starts))


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
        assert densest(starts, rate.period) <= rate.limit

    @pytest.mark.parametrize("burst", [1, 5])
    @pytest.mark.parametrize(("limit", "period"), [(30, 60.0), (20, 10.0), (600, 60.0)])
    def test_uses_98_percent_of_the_allowance(self, limit: int, period: float, burst: int) -> None:
        rate = Rate(limit, period, burst)
        late = rate.lateness * 0.9
        starts = simulate(rate, [0.0, late, late / 2], count=limit * 10)
        allowed = limit * (starts[-1] - starts[0]) / period
        assert len(starts) >= 0.98 * allowed

    def test_lets_a_burst_go_after_a_quiet_time(self) -> None:
        given_ = grant(Rate(30, 60, burst=5), Pace(), now=1000.0, horizon=1000.0, wanted=9)
        assert len(given_.slots) == 5

    def test_grants_one_at_a_time_without_burst(self) -> None:
        given_ = grant(Rate(30, 60), Pace(), now=1000.0, horizon=1000.0, wanted=9)
        assert given_.slots == (1000.0,)
        assert given_.next_at == pytest.approx(1002.036)

    def test_grants_slots_up_to_the_horizon(self) -> None:
        given_ = grant(Rate(10, 1), Pace(), now=0.0, horizon=0.25, wanted=9)
        assert given_.slots == pytest.approx((0.0, 0.1018, 0.2036))
