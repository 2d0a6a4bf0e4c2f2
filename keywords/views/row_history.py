"""What a row tells of its keyword's past: the last runs, and where a tracked domain stood in them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from serp.types import GOOD_OUTCOMES

RUNS = 10


@dataclass(frozen=True, slots=True)
class PastRun:
    """`rank` is None where the domain is not among the results, or where none is tracked."""

    search_id: int
    outcome: str
    ads: int | None
    rank: int | None

    @property
    def is_good(self) -> bool:
        return self.outcome in GOOD_OUTCOMES


@dataclass(frozen=True, slots=True)
class RowHistory:
    """Runs with an outcome, the oldest first. What failed is a gap and never a zero."""

    runs: tuple[PastRun, ...] = ()
    has_domain: bool = False

    @property
    def good(self) -> list[PastRun]:
        return [run for run in self.runs if run.is_good]

    @property
    def rank(self) -> int | None:
        return self.good[-1].rank if self.good else None

    @property
    def rise(self) -> int | None:
        """Places won against the good run before; None where one of the two has no rank."""
        if len(self.good) < 2:
            return None
        now, before = self.good[-1].rank, self.good[-2].rank
        return before - now if now is not None and before is not None else None

    @property
    def fall(self) -> int:
        """Places lost; negative where some were won."""
        return -(self.rise or 0)

    @property
    def is_new(self) -> bool:
        return len(self.good) > 1 and self.rank is not None and self.good[-2].rank is None

    @property
    def is_gone(self) -> bool:
        return len(self.good) > 1 and self.rank is None and self.good[-2].rank is not None

    @property
    def shows_rank(self) -> bool:
        return self.has_domain and any(run.rank is not None for run in self.runs)

    @property
    def values(self) -> list[int | None]:
        """For the small chart: ranks of the tracked domain where it had one, else numbers of ads."""
        if self.shows_rank:
            return [run.rank if run.is_good else None for run in self.runs]
        return [run.ads if run.is_good else None for run in self.runs]


def find_histories(keyword_ids: Sequence[int], domain: str) -> Mapping[int, RowHistory]:
    """By keyword, in one query."""
    if not keyword_ids:
        return {}
    runs: dict[int, list[PastRun]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            HISTORIES if domain else HISTORIES_WITHOUT_DOMAIN,
            {"keywords": list(keyword_ids), "runs": RUNS, "domain": domain},
        )
        for keyword_id, *values in cursor.fetchall():
            runs[keyword_id].append(PastRun(*values))
    return {
        keyword_id: RowHistory(tuple(reversed(found)), bool(domain))
        for keyword_id, found in runs.items()
    }


# By keywords_search_of_keyword and keywords_link_of_search, newest first.
_LAST = """
SELECT k.id, s.id, s.outcome, s.ads_total, {rank}
FROM unnest(%(keywords)s::bigint[]) AS k(id)
CROSS JOIN LATERAL (SELECT id, outcome, ads_total FROM keywords_search
    WHERE keyword_id = k.id AND outcome <> '' ORDER BY id DESC LIMIT %(runs)s) s
ORDER BY k.id, s.id DESC
"""
HISTORIES_WITHOUT_DOMAIN = _LAST.format(rank="NULL::int")
HISTORIES = _LAST.format(
    rank="""(SELECT min(l.rank) FROM keywords_resultlink l
        WHERE l.search_id = s.id AND l.block = 'organic' AND l.domain = %(domain)s)"""
)
