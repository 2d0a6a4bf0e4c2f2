"""Who did what to queues and jobs."""

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from jobs.admin import cells
from jobs.admin.base import BigTable, ReadOnly
from jobs.audit import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, BigTable[AuditEntry]):
    list_display = ("when", "by", "action", "queue", "changes")
    list_display_links = ("when",)
    list_filter = ("action", "queue")
    search_fields = ("by", "queue")
    search_help_text = "Who, or a queue's name"
    fields = ("at", "by", "action", "queue", "before", "after")

    @admin.display(description="When", ordering="id")
    def when(self, entry: AuditEntry) -> SafeString:
        return cells.show_when(entry.at)

    @admin.display(description="Before → after")
    def changes(self, entry: AuditEntry) -> SafeString:
        names = sorted({*entry.before, *entry.after} - {"first"})
        rows = (
            (name, _show(entry.before.get(name)), _show(entry.after.get(name))) for name in names
        )
        return format_html_join(SafeString("<br>"), "{}: {} → {}", rows)


def _show(value: object) -> str:
    return cells.NOTHING if value in (None, "") else str(value)
