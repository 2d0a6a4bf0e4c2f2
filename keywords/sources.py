"""Sources and the queues that pace them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug
from django.db import transaction

from jobs import control
from keywords.budgets import Budget
from keywords.models import Source
from keywords.source_fetchers import read_limits
from keywords.vault import seal
from keywords.verdict_policy import Tuning
from serp.engines.registry import ENGINE_MODULES, configure_engine, get_engine
from serp.errors import BadQuery
from serp.types import Engine, EngineOptions

PRACTICE = "practice"


class SourceMistake(Exception):
    """A source cannot be set so; str(e) is one plain sentence."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What a queue allows; None is no limit."""

    rate_limit: int | None
    rate_period: float = 60.0
    burst: int = 1
    max_running: int | None = None


OWN_SERVER = Pace(30, burst=5, max_running=2)
SHY = Pace(2, max_running=1)
CALM = Pace(6, max_running=1)
SMALL_API = Pace(20, max_running=1)
LARGE_API = Pace(60, burst=5, max_running=4)
# What the public engines bear, by what their users report.
PUBLIC_PACES = {
    PRACTICE: Pace(None, burst=1),
    "baidu": CALM,
    "bing": CALM,
    "brave": SHY,
    "brave_api": Pace(60, max_running=1),
    "dataforseo": LARGE_API,
    "duckduckgo": SHY,
    "ecosia": SHY,
    "google": SHY,
    "google_cse": SMALL_API,
    "kagi": SMALL_API,
    "marginalia": SMALL_API,
    "mojeek": SHY,
    "mojeek_api": SMALL_API,
    "serpapi": LARGE_API,
    "serper": LARGE_API,
    "startpage": SHY,
    "yahoo": SHY,
    "yandex": SHY,
}


def default_pace(engine: str, base_url: str) -> Pace:
    """A server of one's own bears more than the engine's public address."""
    return OWN_SERVER if base_url and engine != PRACTICE else PUBLIC_PACES.get(engine, OWN_SERVER)


@transaction.atomic
def set_source(
    name: str,
    *,
    engine: str | None = None,
    by: str = "set_source",
    limits: Mapping[str, Any] | None = None,
    credentials: Mapping[str, str] | None = None,
    **fields: Any,
) -> Source:
    """Makes the source and the queue of its name, or changes what is given and leaves the rest.

    `limits` are the queue's (jobs.control.LIMITS); `fields` are Source's base_url, enabled,
    is_default, allow_private, user_agent, settings. Raises SourceMistake.
    """
    source = Source.objects.select_for_update().select_related("queue").filter(name=name).first()
    source = source or build_source(name, engine, str(fields.get("base_url") or ""))
    values = {"engine": engine, **fields}
    for field, value in values.items():
        if value is not None:
            setattr(source, field, value)
    if credentials is not None:
        source.credentials = seal(credentials)
    check_source(source)
    if source.is_default:
        Source.objects.filter(is_default=True).exclude(pk=source.pk).update(is_default=False)
    source.save()
    if limits:
        set_limits(name, by, limits)
    hold_queue(source, by)
    source.queue.refresh_from_db()
    return source


def build_source(name: str, engine: str | None, base_url: str) -> Source:
    if not engine:
        raise SourceMistake(f"There is no source named {name}: a new one needs an engine.")
    try:
        validate_slug(name)
    except ValidationError:
        raise SourceMistake(
            "A source's name has letters, digits, hyphens and underscores only."
        ) from None
    queue = control.create_queue(name, **asdict(default_pace(engine, base_url)))
    return Source(name=name, engine=engine, queue=queue)


def check_source(source: Source) -> None:
    if source.engine not in ENGINE_MODULES:
        raise SourceMistake(
            f"There is no engine named {source.engine}. Known: {', '.join(sorted(ENGINE_MODULES))}."
        )
    if source.base_url:
        try:
            URLValidator(schemes=["http", "https"])(source.base_url)
        except ValidationError:
            raise SourceMistake(f"{source.base_url} is not a web address.") from None
    if not isinstance(source.settings, dict):
        raise SourceMistake("The settings of a source are a JSON object.")
    options = EngineOptions(base_url=find_base_url(source), settings=source.settings)
    try:
        Tuning.read(source.settings)
        read_budget(source)
        read_limits(source.settings)
        configure_engine(source.engine, options)
    except (ValueError, BadQuery) as problem:
        raise SourceMistake(str(problem)) from None


def set_limits(name: str, by: str, limits: Mapping[str, Any]) -> None:
    try:
        control.set_limits(name, by=by, **limits)
    except ValidationError as error:
        raise SourceMistake(" ".join(error.messages)) from None


DISABLED = "The source is switched off."


def hold_queue(source: Source, by: str) -> None:
    """Jobs of a source that is switched off wait; they are not lost."""
    if not source.enabled and source.queue.paused_at is None:
        control.pause_queue(source.queue.name, by=by, reason=DISABLED)
    elif source.enabled and source.queue.pause_reason == DISABLED:
        control.resume_queue(source.queue.name, by=by)


def default_source() -> Source:
    """The source of those who choose none. Raises SourceMistake where none is switched on."""
    enabled = Source.objects.filter(enabled=True).select_related("queue")
    source = enabled.filter(is_default=True).first() or enabled.order_by("pk").first()
    if source is None:
        raise SourceMistake("No source is switched on.")
    return source


def ensure_practice_source() -> Source:
    """The source of a fresh installation: made-up results, from this machine, at any pace."""
    source = Source.objects.filter(name=PRACTICE).first()
    if source is not None:
        return source
    is_default = not Source.objects.filter(is_default=True).exists()
    return set_source(
        PRACTICE, engine=PRACTICE, by="installation", allow_private=True, is_default=is_default
    )


def find_base_url(source: Source) -> str:
    """Where the source is asked; "" is the engine's own address. The practice engine of this
    installation moves where its port is taken."""
    if source.engine == PRACTICE and not source.base_url:
        return f"http://127.0.0.1:{settings.PRACTICE_PORT}"
    return source.base_url


def read_budget(source: Source) -> Budget:
    """Raises ValueError, with a plain sentence, for a time zone that does not exist."""
    zone = str(source.settings.get("budget_time_zone", ""))
    if zone and zone not in available_timezones():
        raise ValueError(f"budget_time_zone must be a time zone such as Europe/Berlin, not {zone}.")
    return Budget(day=source.budget_day, month=source.budget_month, time_zone=zone)


def engine_of(source: Source) -> Engine:
    return get_engine(source.engine)
