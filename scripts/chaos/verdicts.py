"""What must hold when it is over. Each check returns what is wrong, in words; nothing is good."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q

from jobs.models import Attempt, Job
from jobs.states import UNFINISHED, State
from keywords.models import Search
from keywords.runs import KIND
from scripts.chaos.engines import Engine
from scripts.chaos.plan import QUEUES, QueuePlan

Violations = list[str]
Requests = list[dict[str, Any]]
SHOWN = 3


def find_violations(keywords: int, engines: Mapping[str, Engine]) -> Violations:
    found = [*check_jobs(keywords), *check_searches(keywords), *check_sessions()]
    for queue in QUEUES:
        found += check_limits(queue, engines[queue.name].requests())
    return found


def check_jobs(keywords: int) -> Violations:
    """None lost, none stuck, each completed once."""
    jobs = Job.objects.filter(kind=KIND, queue__name__in=[queue.name for queue in QUEUES])
    found = [] if jobs.count() == keywords else [f"{jobs.count()} jobs of {keywords} keywords"]
    stuck = jobs.filter(state__in=UNFINISHED).values_list("pk", "state", "queue__name")
    found += _tell("unfinished", stuck)
    failed = jobs.filter(state__in=[State.DISCARDED, State.CANCELLED])
    found += _tell("not done", failed.values_list("pk", "state", "attempt", "error"))
    done = Count("attempts", filter=Q(attempts__result=Attempt.Result.COMPLETED))
    odd = jobs.annotate(done=done).exclude(done=1).filter(state=State.COMPLETED)
    return found + _tell("completed more than once, or without an attempt", odd.values_list("pk"))


def check_searches(keywords: int) -> Violations:
    """One good result for each, with one whole set of links."""
    searches = Search.objects.exclude(keyword__source__name="probe")
    found = [] if searches.count() == keywords else [f"{searches.count()} searches, not {keywords}"]
    bad = searches.exclude(outcome__in=["ok", "empty"])
    found += _tell("without a good result", bad.values_list("pk", "outcome", "reason"))
    organic = Q(result_links__block="organic")
    rank = "result_links__rank"
    counted = searches.filter(outcome="ok", organic_total__gt=0).annotate(
        links=Count("result_links", filter=organic),
        ranks=Count(rank, filter=organic, distinct=True),
        last=Max(rank, filter=organic),
    )
    rows = counted.values_list("pk", "organic_total", "links", "ranks", "last")
    odd = [row for row in rows if set(row[2:]) != {row[1]}]
    found += _tell("with links twice or missing", odd)
    twice = searches.values("keyword").annotate(n=Count("pk")).filter(n__gt=1)
    return found + _tell("keywords searched twice", twice.values_list("keyword", "n"))


def check_sessions() -> Violations:
    """No transaction is left open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, state, query FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%' AND state_change < now() - interval '2 seconds'"
        )
        return _tell("idle in transaction", cursor.fetchall())


def check_limits(queue: QueuePlan, asked: Requests) -> Violations:
    """As the engine saw it."""
    found = []
    limit, period = queue.limits.get("rate_limit"), queue.limits.get("rate_period", 0.0)
    if limit and (densest := find_densest([each["time"] for each in asked], period)) > limit:
        found.append(f"{queue.name}: {densest} requests in {period} s, not {limit}")
    most = queue.limits.get("max_running")
    seen = max((each["in_flight"] for each in asked), default=0)
    if most and seen > most:
        found.append(f"{queue.name}: {seen} requests at once, not {most}")
    return found


def find_densest(times: Iterable[float], period: float) -> int:
    """The most in any window of that length."""
    starts = sorted(times)
    return max((bisect_left(starts, at + period) - i for i, at in enumerate(starts)), default=0)


def count_repeated(asked: Requests) -> int:
    """Requests for what had been asked and well answered before, or was left unanswered by a kill."""
    good = Counter(each["keyword"] for each in asked if not each["fault"])
    return sum(count - 1 for count in good.values())


def _tell(what: str, rows: Iterable[Any]) -> Violations:
    listed = list(rows)
    if not listed:
        return []
    return [f"{len(listed)} {what}, such as {', '.join(str(row) for row in listed[:SHOWN])}"]
