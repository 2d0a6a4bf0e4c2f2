"""What somebody wants exported: checked, counted, and either written at once or given to a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs import control
from jobs.enqueue import NewJob, enqueue
from jobs.models import Queue
from keywords.exports.formats import FORMATS
from keywords.exports.records import ExportFile
from keywords.exports.shapes import EVERY, SHAPES, every_good
from keywords.exports.writing import Export, choose_columns, export_keywords, name_file
from keywords.filtering import ListFilter
from keywords.models import Keyword, KeywordList, KeywordQuerySet, Search
from keywords.templatetags.figures import figure

KIND = "keywords.export"
QUEUE = "exports"
# More rows than this are a job's work.
AT_ONCE = 5000
# A workbook has to be written in one go.
MOST_SHEET_ROWS = 100_000
KEPT = timedelta(days=7)


class UnableToExport(Exception):
    """str(e) is one plain sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A part of a list in a shape and a format."""

    keyword_list: KeywordList
    narrowing: ListFilter
    shape: str = "keywords"
    written_as: str = "csv"
    columns: tuple[str, ...] = ()

    @property
    def keywords(self) -> KeywordQuerySet:
        return self.narrowing.apply(Keyword.objects.filter(keyword_list=self.keyword_list))


def count_rows(keywords: KeywordQuerySet, shape: str) -> int:
    """By the figures of the searches, so that no link is touched: a page with more links than are kept
    counts a little high."""
    if shape == "keywords":
        return keywords.count()
    if shape == "keyword-runs":
        return count_runs(keywords)
    names = ("links_total",) if shape in {"links", "link-runs"} else ("organic_total", "ads_total")
    if shape in EVERY:
        return add_up(every_good(keywords), names)
    return add_up(keywords.order_by(), [f"latest_good_search__{name}" for name in names])


def count_runs(keywords: KeywordQuerySet) -> int:
    return Search.objects.filter(keyword__in=keywords.order_by()).count()


def add_up(rows: "QuerySet[Any]", names: Sequence[str]) -> int:
    return sum(rows.aggregate(**{name: Coalesce(Sum(name), 0) for name in names}).values())


def write_now(wish: Wish) -> Export:
    return export_keywords(
        wish.keywords,
        shape=wish.shape,
        written_as=wish.written_as,
        name=wish.keyword_list.name,
        columns=wish.columns,
    )


@transaction.atomic
def write_later(wish: Wish, rows: int, *, by: AbstractBaseUser) -> ExportFile:
    """A job writes it. Raises UnableToExport."""
    if wish.written_as == "xlsx" and rows > MOST_SHEET_ROWS:
        raise UnableToExport(
            _("A workbook here has up to %(most)s rows, and this would have %(rows)s: choose CSV.")
            % {"most": figure(MOST_SHEET_ROWS), "rows": figure(rows)}
        )
    export = ExportFile.objects.create(
        owner_id=by.pk,
        keyword_list=wish.keyword_list,
        title=wish.keyword_list.name,
        filename=name_file(wish.keyword_list.name, wish.shape, FORMATS[wish.written_as].ending),
        shape=wish.shape,
        written_as=wish.written_as,
        columns=choose_columns(SHAPES[wish.shape], wish.columns),
        query=wish.narrowing.query_string(),
        keywords_total=wish.keywords.count(),
        expires_at=timezone.now() + KEPT,
    )
    ensure_queue()
    export.job_id = enqueue(
        NewJob(kind=KIND, queue=QUEUE, owner=export.owner_id, args={"export": export.pk})
    )
    export.save(update_fields=["job"])
    return export


def ensure_queue() -> None:
    Queue.objects.get_or_create(name=QUEUE, defaults={"max_running": 2})


def delete_export(export: ExportFile, *, by: str) -> None:
    """Stops what has not finished."""
    if export.job_id and not export.finished_at:
        control.cancel_jobs([export.job_id], by=by, reason="The export was deleted.")
    export.delete()


def delete_expired() -> int:
    expired = ExportFile.objects.filter(expires_at__lte=timezone.now())
    return expired.delete()[0]
