"""What a search needs before it leaves the database: loaded for many jobs at once, in two queries."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from jobs.registry import ClaimedJob
from keywords.models import Search, Source
from keywords.source_fetchers import FetcherSettings, read_limits
from keywords.sources import find_base_url
from keywords.vault import Unreadable, unseal
from keywords.verdict_policy import Situation, Tuning
from serp.types import EngineOptions, Query

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """A source as threads see it. `refusals` are those in a row when it was loaded. `problem` says
    why it cannot be asked."""

    id: int
    queue_id: int
    engine: str
    refusals: int
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


def load_payloads(jobs: Sequence[ClaimedJob]) -> dict[int, Payload]:
    """By job id, without the jobs whose keyword is gone."""
    rows = list(
        Search.objects.filter(job__in=[job.id for job in jobs]).values(
            *("job_id", "keyword_id", "refusals", "keyword__text", "keyword__source_id"),
            *("keyword__country", "keyword__language", "keyword__device"),
        )
    )
    sources = load_sources({row["keyword__source_id"] for row in rows})
    by_id = {job.id: job for job in jobs}
    return {
        row["job_id"]: build_payload(row, by_id[row["job_id"]], sources[row["keyword__source_id"]])
        for row in rows
    }


def build_payload(row: Mapping[str, Any], job: ClaimedJob, source: SourceOptions) -> Payload:
    return Payload(
        keyword_id=row["keyword_id"],
        query=Query(
            text=row["keyword__text"],
            country=row["keyword__country"],
            language=row["keyword__language"],
            device=row["keyword__device"],
        ),
        source=source,
        situation=Situation(
            attempt=job.attempt,
            age=(timezone.now() - job.created_at).total_seconds(),
            refusals=row["refusals"],
            refusals_in_a_row=source.refusals,
        ),
    )


def load_sources(ids: Iterable[int]) -> dict[int, SourceOptions]:
    return {source.pk: build_options(source) for source in Source.objects.filter(pk__in=ids)}


def build_options(source: Source) -> SourceOptions:
    found: dict[str, Any] = {
        "id": source.pk,
        "queue_id": source.queue_id,
        "engine": source.engine,
        "refusals": source.refusals,
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
            proxy=credentials.get("proxy", ""),
            limits=read_limits(source.settings),
        ),
        "tuning": Tuning.read(source.settings),
    }
