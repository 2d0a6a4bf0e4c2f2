"""Who did what to queues and jobs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jobs.admin import cells
from jobs.admin.base import BigTable, ReadOnly
from jobs.audit import AuditEntry

# How many of the jobs had which value: {"available": 3, "running": 1}.
COUNTED = frozenset({"state", "priority", "queue"})


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, BigTable[AuditEntry]):
    list_display = ("when", "by", "action", "queue", "changes")
    list_display_links = ("when",)
    list_filter = ("action", "queue")
    search_fields = ("by", "queue")
    search_help_text = "Who, or a queue's name"
    fields = ("when", "by", "action", "queue", "changes", "before", "after")
    readonly_fields = ("when", "changes")
    table_title = "Who did what"

    @admin.display(description="When", ordering="id")
    def when(self, entry: AuditEntry) -> SafeString:
        return cells.show_when(entry.at)

    @admin.display(description="Before → after")
    def changes(self, entry: AuditEntry) -> SafeString:
        lines = format_html_join(
            SafeString("<br>"), "{}", ((line,) for line in tell_changes(entry))
        )
        return format_html('<span class="ops-changes">{}</span>', lines)


def tell_changes(entry: AuditEntry) -> list[str]:
    """ "max running: 6 → 5"; what was not there before is told alone: "jobs: 3"."""
    names = sorted({*entry.before, *entry.after} - {"first"})
    rows = [
        (name, _show(name, entry.before.get(name)), _show(name, entry.after.get(name)))
        for name in names
    ]
    return [
        f"{name.replace('_', ' ')}: {f'{before} → ' if name in entry.before else ''}{after}"
        for name, before, after in rows
        if before != after
    ]


def describe_entries(entries: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    """For audit.html."""
    return [{"entry": entry, "changes": tell_changes(entry)} for entry in entries]


def _show(name: str, value: object) -> str:
    if isinstance(value, dict) and value and name in COUNTED:
        return ", ".join(f"{what} ({cells.show_jobs(count)})" for what, count in value.items())
    if isinstance(value, str) and (at := _read_time(value)):
        return cells.show_time(at)
    return cells.NOTHING if value in (None, "", {}) else str(value)


def _read_time(text: str) -> datetime | None:
    """Times stand in the audit as JSON has them."""
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at and timezone.is_aware(at) else None
