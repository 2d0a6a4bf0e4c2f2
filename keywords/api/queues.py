"""Queues, for operators."""

from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from jobs import control
from jobs.models import Queue
from jobs.stats import Depth, count_running, queue_depths
from keywords.api.auth import need_staff, reading, writing
from keywords.api.problems import Refusal, refuse_field
from keywords.people import name_of

router = Router(tags=["operators"])
Limit = Annotated[int, Field(ge=1, le=10_000)]


class QueueOut(Schema):
    name: str
    available: int
    scheduled: int
    retryable: int
    running: int
    paused: bool
    paused_by: str
    paused_until: datetime | None
    pause_reason: str
    cooling_until: datetime | None
    cooling_reason: str
    max_running: int | None
    max_running_per_node: int | None
    rate_limit: int | None
    rate_period: float
    burst: int


class QueueChange(Schema):
    """What is left out stays; null takes a limit away."""

    paused: bool | None = None
    pause_reason: str = Field("", max_length=500)
    paused_until: AwareDatetime | None = None
    max_running: Limit | None = None
    max_running_per_node: Limit | None = None
    rate_limit: Limit | None = None
    rate_period: float = Field(60.0, gt=0, le=30 * 24 * 3600)
    burst: Limit = 1


class Drained(Schema):
    running: int = Field(description="Jobs that still run.")


@router.get("", response=list[QueueOut], auth=reading)
def list_queues(request: HttpRequest) -> Any:
    need_staff(request, "view")
    depths = queue_depths()
    return [show_queue(queue, depths.get(queue.pk, Depth())) for queue in Queue.objects.all()]


@router.patch("/{name}", response=QueueOut, auth=writing)
def change_queue(request: HttpRequest, name: str, change: QueueChange) -> Any:
    """Takes effect at once, on every machine."""
    need_staff(request, "operate")
    queue = get_object_or_404(Queue, name=name)
    given = change.model_dump(exclude_unset=True)
    limits = {field: given[field] for field in control.LIMITS if field in given}
    if limits:
        set_limits(request, queue, limits)
    if change.paused is not None:
        switch(request, queue, change)
    queue.refresh_from_db()
    return show_queue(queue, queue_depths().get(queue.pk, Depth()))


@router.post("/{name}/drain", response=Drained, auth=writing)
def drain(request: HttpRequest, name: str) -> Any:
    """What runs is finished, nothing new starts until the queue is resumed."""
    by = name_of(need_staff(request, "operate"))
    queue = get_object_or_404(Queue, name=name)
    control.drain_queue(queue.name, by=by)
    return {"running": count_running(queue.name)}


def set_limits(request: HttpRequest, queue: Queue, limits: dict[str, Any]) -> None:
    by = name_of(need_staff(request, "configure"))
    try:
        control.set_limits(queue.name, by=by, **limits)
    except ValidationError as error:
        raise Refusal(422, " ".join(error.messages)) from None


def switch(request: HttpRequest, queue: Queue, change: QueueChange) -> None:
    by = name_of(need_staff(request, "operate"))
    if not change.paused:
        control.resume_queue(queue.name, by=by)
        return
    until = change.paused_until
    try:
        control.pause_queue(queue.name, by=by, reason=change.pause_reason, until=until)
    except ValidationError as error:
        raise refuse_field("paused_until", " ".join(error.messages)) from None


def show_queue(queue: Queue, depth: Depth) -> dict[str, Any]:
    now = timezone.now()
    same = (
        *("name", "paused_by", "paused_until", "pause_reason", "cooling_reason", "max_running"),
        *("max_running_per_node", "rate_limit", "rate_period", "burst"),
    )
    return {
        **{field: getattr(queue, field) for field in same},
        **{field: getattr(depth, field) for field in ("available", "scheduled", "retryable")},
        "running": depth.running,
        "paused": queue.is_paused(now),
        "cooling_until": queue.cooling_until if queue.is_cooling(now) else None,
    }
