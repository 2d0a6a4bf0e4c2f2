"""Sources and the queues that pace them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from jobs import control
from jobs.audit import record
from keywords.breaking import try_new_key
from keywords.budgets import BUDGET_USED_UP, find_exhausted, read_allowances
from keywords.check_jobs import schedule_canary
from keywords.models import Source
from keywords.proxy_settings import ProxyMistake, set_proxies
from keywords.source_place import PRACTICE, find_base_url, read_budget
from keywords.source_rules import SourceMistake, check_name, check_source
from keywords.vault import seal
from serp.engines.registry import get_engine
from serp.types import Engine

__all__ = [
    "PRACTICE",
    "SourceMistake",
    "default_source",
    "engine_of",
    "ensure_practice_source",
    "find_base_url",
    "set_source",
]


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


# They refuse plain HTTP at their public addresses: whoever wants to see that switches them on.
OFF_AT_FIRST = frozenset({"google"})


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
    proxies: Sequence[str] | None = None,
    clear: Collection[str] = (),
    **fields: Any,
) -> Source:
    """Makes the source and the queue of its name, or changes what is given and leaves the rest.

    `limits` are the queue's (jobs.control.LIMITS); `fields` are columns of Source, and those named in
    `clear` become null; `proxies` and `credentials` replace those that were there. Raises
    SourceMistake.
    """
    known = Source.objects.select_for_update().select_related("queue").filter(name=name).first()
    source = known or build_source(name, engine, str(fields.get("base_url") or ""))
    values = {"engine": engine, **fields}
    touched = [*clear, *(field for field, value in values.items() if value is not None)]
    before = {field: getattr(known, field) for field in touched} if known else None
    for field, value in values.items():
        if value is not None:
            setattr(source, field, value)
    for field in clear:
        setattr(source, field, None)
    if credentials is not None:
        source.credentials = seal(credentials)
    check_source(source)
    if source.is_default:
        Source.objects.filter(is_default=True).exclude(pk=source.pk).update(is_default=False)
    source.save()
    if proxies is not None:
        replace_proxies(source, proxies)
    secrets = {"credentials": credentials, "proxies": proxies}
    hidden = {name: HIDDEN for name, given in secrets.items() if given is not None}
    write_down(source, by, before, {field: getattr(source, field) for field in touched} | hidden)
    if limits:
        set_limits(name, by, limits)
    follow_key(source, by, changed=credentials is not None)
    hold_queue(source, by)
    follow_budget(source, by)
    schedule_canary(source)
    source.queue.refresh_from_db()
    return source


HIDDEN = "changed"  # instead of a secret
INSTALLATION = "installation"  # nobody: what it makes by itself is not written down


def write_down(
    source: Source, by: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> None:
    """In the audit, what is different. `before` is None for a new source."""
    act, before = ("create source", {}) if before is None else ("change source", before)
    changed = {
        name: now for name, now in after.items() if name not in before or before[name] != now
    }
    was = {name: before[name] for name in changed if name in before}
    if changed and by != INSTALLATION:
        record(act, by=by, queue=source.queue.name, before=was, after=changed)


def replace_proxies(source: Source, urls: Sequence[str]) -> None:
    try:
        set_proxies(source, urls)
    except ProxyMistake as mistake:
        raise SourceMistake(str(mistake)) from None


def follow_key(source: Source, by: str, *, changed: bool) -> None:
    """Jobs that wait for another key need not any longer."""
    if changed:
        try_new_key(source, by=by)
        source.queue.refresh_from_db()


def follow_budget(source: Source, by: str) -> None:
    """Jobs that wait for a new day need not, where the budget was raised."""
    queue = source.queue
    now = timezone.now()
    if not queue.is_cooling(now) or not queue.cooling_reason.startswith(BUDGET_USED_UP):
        return
    allowances = read_allowances({source.pk: read_budget(source)}, now)[source.pk]
    if find_exhausted(allowances) is None:
        control.end_cool_down(queue.name, by=by)


def build_source(name: str, engine: str | None, base_url: str) -> Source:
    if not engine:
        raise SourceMistake(f"There is no source named {name}: a new one needs an engine.")
    check_name(name)
    queue = control.create_queue(name, **asdict(default_pace(engine, base_url)))
    enabled = bool(base_url) or engine not in OFF_AT_FIRST
    return Source(name=name, engine=engine, queue=queue, enabled=enabled)


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
        PRACTICE, engine=PRACTICE, by=INSTALLATION, allow_private=True, is_default=is_default
    )


def engine_of(source: Source) -> Engine:
    return get_engine(source.engine)
