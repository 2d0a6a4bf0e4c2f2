"""What every page of Operations has in common."""

from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin, ShowFacets
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import Truncator, capfirst

from jobs.groups import may_configure, may_operate

COUNT_LIMIT = 10_000
NOTHING_DONE = "There was nothing to do."
# Name of an attribute of a queryset whose length somebody knows already.
KNOWN_COUNT = "known_count"

M = TypeVar("M", bound=Model)

if TYPE_CHECKING:
    TypedAdmin = ModelAdmin[M]
    AnyPaginator = Paginator[Any]
else:

    class TypedAdmin(ModelAdmin):
        def __class_getitem__(cls, _model: object) -> type:
            return cls

    AnyPaginator = Paginator


class CappedPaginator(AnyPaginator):
    """Counts to COUNT_LIMIT and no further: nobody turns to page 201."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        known: int | None = getattr(rows, KNOWN_COUNT, None)
        if known is not None:
            return min(known, COUNT_LIMIT + 1)
        return rows.order_by()[: COUNT_LIMIT + 1].count()


class OperatedTable(TypedAdmin[M]):
    """With the looks and the navigation of Operations."""

    change_list_template = "admin/operations/list.html"
    change_form_template = "admin/operations/form.html"
    show_facets = ShowFacets.NEVER  # a count for every choice

    @property
    def table_title(self) -> str:
        return str(capfirst(self.opts.verbose_name_plural))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(
            request, {"title": self.table_title, **(extra_context or {})}
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        context["table_title"] = self.table_title
        if row is not None:
            context["title"] = _name_row(str(self.opts.verbose_name), str(row))
        return super().render_change_form(request, context, *args, **kwargs)


def _name_row(kind: str, name: str) -> str:
    """ "Queue google"; not "Batch batch 4"."""
    said = name if name.startswith(f"{kind} ") else f"{kind} {name}"
    return str(capfirst(Truncator(said).words(18)))


class BigTable(OperatedTable[M]):
    """Tables that may hold millions of rows."""

    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50


class ReadOnly:
    """Rows that only the product writes. Mix it in before TypedAdmin."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ForOperators:
    """Names for `permissions=` of actions."""

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return may_operate(request.user)

    def has_configure_permission(self, request: HttpRequest) -> bool:
        return may_configure(request.user)


def tell_done(request: HttpRequest, sentence: str, *, done: object) -> None:
    """The message above the next page; another one where nothing was done, as after a second click."""
    if done:
        messages.success(request, sentence)
    else:
        messages.warning(request, NOTHING_DONE)


def operator_name(request: HttpRequest) -> str:
    """For the audit."""
    return getattr(request.user, "email", "") or request.user.get_username()
