"""Who did what to queues and jobs."""

from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """One act of an operator. `before` and `after` hold what changed."""

    at = models.DateTimeField(db_default=Now())
    by = models.CharField(max_length=200)
    action = models.CharField(max_length=50)
    queue = models.CharField(max_length=100, blank=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.by}: {self.action} {self.queue}".strip()


def record(
    action: str,
    *,
    by: str,
    queue: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    AuditEntry.objects.create(
        by=by, action=action, queue=queue, before=dict(before or {}), after=dict(after or {})
    )
