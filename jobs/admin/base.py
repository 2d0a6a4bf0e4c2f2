"""What every page of Operations has in common."""

from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib.admin import ModelAdmin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from jobs.groups import may_configure, may_operate

COUNT_LIMIT = 10_000
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

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, **(extra_context or {})})


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


def operator_name(request: HttpRequest) -> str:
    """For the audit."""
    return getattr(request.user, "email", "") or request.user.get_username()
