"""What a search needs before it leaves the database: loaded for many jobs at once, in two queries."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from jobs.registry import ClaimedJob
from keywords.admission import Pass, Terms, Wish, admit
from keywords.breaker import Breaker
from keywords.budgets import Budget, end_of
from keywords.models import Search, Source
from keywords.proxies import Proxy
from keywords.source_fetchers import FetcherSettings, read_limits
from keywords.source_place import find_base_url, read_budget
from keywords.usage import Span
from keywords.vault import Unreadable, unseal
from keywords.verdict_policy import Situation, Tuning
from serp.types import EngineOptions, Query

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """A source as threads see it. `refusals` are those in a row when it was loaded. `problem` says
    why it cannot be asked. `is_probe`: it was half-open, and what comes of it may close it."""

    id: int
    queue_id: int
    engine: str
    refusals: int
    queue_name: str = ""
    country: str = ""
    language: str = ""
    openings: int = 0
    is_probe: bool = False
    slowdown: float = 1.0
    canary_keyword: str = ""
    budget: Budget = field(default_factory=Budget)
    has_proxies: bool = False
    options: EngineOptions = field(default_factory=EngineOptions)
    fetcher: FetcherSettings = field(default_factory=FetcherSettings)
    tuning: Tuning = field(default_factory=Tuning)
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    keyword_id: int
    query: Query
    source: SourceOptions
    situation: Situation
    entry: Pass = field(default_factory=Pass)
    search_id: int | None = None


def load_payloads(jobs: Sequence[ClaimedJob]) -> dict[int, Payload]:
    """By job id, without the jobs whose keyword is gone."""
    rows = list(
        Search.objects.filter(job__in=[job.id for job in jobs]).values(
            *("id", "job_id", "keyword_id", "refusals", "keyword__text", "keyword__source_id"),
            *("keyword__country", "keyword__language", "keyword__device"),
        )
    )
    sources = load_sources({row["keyword__source_id"] for row in rows})
    by_id = {job.id: job for job in jobs}
    passes = admit_jobs(
        [(by_id[row["job_id"]], sources[row["keyword__source_id"]]) for row in rows]
    )
    return {
        row["job_id"]: build_payload(
            row,
            by_id[row["job_id"]],
            sources[row["keyword__source_id"]],
            passes.get(row["job_id"], Pass()),
        )
        for row in rows
    }


def admit_jobs(jobs: Sequence[tuple[ClaimedJob, SourceOptions]]) -> dict[int, Pass]:
    """By job id, without those of sources that ask for nothing."""
    wishes = [
        Wish(
            job.id,
            job.id + job.attempt,
            Terms(
                source_id=source.id,
                queue_id=source.queue_id,
                budget=source.budget,
                has_proxies=source.has_proxies,
            ),
        )
        for job, source in jobs
        if not source.problem and (source.has_proxies or any(source.budget.limits()))
    ]
    return admit(wishes) if wishes else {}


def build_payload(
    row: Mapping[str, Any], job: ClaimedJob, source: SourceOptions, entry: Pass
) -> Payload:
    return Payload(
        keyword_id=row["keyword_id"],
        search_id=row["id"],
        query=Query(
            text=row["keyword__text"],
            country=row["keyword__country"] or source.country,
            language=row["keyword__language"] or source.language,
            device=row["keyword__device"],
        ),
        source=source,
        situation=build_situation(job, source, entry, refusals=row["refusals"]),
        entry=entry,
    )


def load_check_payloads(jobs: Sequence[ClaimedJob]) -> dict[int, Payload]:
    """By job id, without the jobs whose source is gone."""
    sources = load_sources({job.args["source"] for job in jobs})
    known = [(job, sources[job.args["source"]]) for job in jobs if job.args["source"] in sources]
    passes = admit_jobs(known)
    return {
        job.id: build_check_payload(job, source, passes.get(job.id, Pass()))
        for job, source in known
    }


def build_check_payload(job: ClaimedJob, source: SourceOptions, entry: Pass) -> Payload:
    return Payload(
        keyword_id=0,
        query=Query(text=job.args["keyword"], country=source.country, language=source.language),
        source=source,
        situation=build_situation(job, source, entry),
        entry=entry,
    )


def build_situation(
    job: ClaimedJob, source: SourceOptions, entry: Pass, *, refusals: int = 0
) -> Situation:
    now = timezone.now()
    return Situation(
        attempt=job.attempt,
        age=(now - job.created_at).total_seconds(),
        day_left=(end_of(Span.DAY, source.budget, now) - now).total_seconds(),
        refusals=refusals,
        refusals_in_a_row=source.refusals,
        proxy_bad_in_a_row=entry.proxy.bad_in_a_row if entry.proxy else None,
    )


def load_sources(ids: Iterable[int]) -> dict[int, SourceOptions]:
    """By id. The one query looks at the queue and the breaker too."""
    proxies = Proxy.objects.filter(source=OuterRef("pk"), enabled=True)
    sources = Source.objects.select_related("queue", "breaker").annotate(
        has_proxies=Exists(proxies)
    )
    return {source.pk: build_options(source) for source in sources.filter(pk__in=ids)}


def build_options(source: Source) -> SourceOptions:
    found: dict[str, Any] = {
        "id": source.pk,
        "queue_id": source.queue_id,
        "engine": source.engine,
        "refusals": source.refusals,
        "queue_name": source.queue.name,
        "country": source.country,
        "language": source.language,
        "canary_keyword": source.canary_keyword,
        "openings": openings_of(source),
        "is_probe": source.queue.is_probing(timezone.now()),
        "slowdown": source.queue.slowdown,
        "has_proxies": bool(getattr(source, "has_proxies", False)),
    }
    if not source.enabled:
        return SourceOptions(**found, problem=f"The source {source.name} is switched off.")
    try:
        return SourceOptions(**found, **read_options(source))
    except (Unreadable, ValueError) as problem:
        logger.error("source %s cannot be asked: %s", source.name, problem)
        return SourceOptions(
            **found, problem=f"The source {source.name} is not set right: {problem}"
        )


def read_options(source: Source) -> dict[str, Any]:
    """Raises Unreadable, ValueError."""
    credentials = unseal(source.credentials)
    return {
        "options": EngineOptions(
            base_url=find_base_url(source), credentials=credentials, settings=source.settings
        ),
        "fetcher": FetcherSettings(
            allow_private=source.allow_private,
            user_agent=source.user_agent,
            https_only=bool(source.settings.get("https_only", False)),
            browser=source.settings.get("fetcher") == "browser",
            limits=read_limits(source.settings),
        ),
        "tuning": Tuning.read(source.settings),
        "budget": read_budget(source),
    }


def openings_of(source: Source) -> int:
    """0 where it has never been open."""
    breaker: Breaker | None = getattr(source, "breaker", None)
    return breaker.openings if breaker else 0
