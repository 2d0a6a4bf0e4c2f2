"""The admin's front page is Operations; and what must not be in everybody's hands is hidden.

Not in jobs.admin: importing that registers models, for which this site has to be there.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from jobs.groups import may_view

if TYPE_CHECKING:
    AnyAdmin = ModelAdmin[Any]
else:
    AnyAdmin = ModelAdmin


class SuperusersOnly(AnyAdmin):
    """A schedule of django-q2 names any function to be called, so staff could run what they like."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)


class OperationsSite(AdminSite):
    site_header = site_title = "Athanor"
    index_title = "Operations"
    enable_nav_sidebar = False  # the links at the top lead everywhere
    empty_value_display = "\N{EN DASH}"
    index_template = "admin/operations/index.html"

    def get_urls(self) -> list[Any]:
        live = path("operations/live/", self.admin_view(self.live_view), name="operations_live")
        return [live, *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from jobs.admin.nav import list_links  # noqa: PLC0415 - see above

        return {**super().each_context(request), "operations_links": list_links(request)}

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, {**_describe(request), **(extra_context or {})})

    def live_view(self, request: HttpRequest) -> HttpResponse:
        """The part of the front page that moves, for the script that polls it."""
        if not may_view(request.user):
            raise PermissionDenied
        return TemplateResponse(request, "admin/operations/live.html", _describe(request))

    def register(
        self, model_or_iterable: Any, admin_class: type[AnyAdmin] | None = None, **options: Any
    ) -> None:
        if getattr(getattr(model_or_iterable, "_meta", None), "app_label", "") == "django_q":
            admin_class = type("Guarded", (SuperusersOnly, admin_class or ModelAdmin), {})
        super().register(model_or_iterable, admin_class, **options)


def _describe(request: HttpRequest) -> dict[str, Any]:
    """Nothing for staff who may not look at jobs: they see the tables that they may see."""
    from jobs.admin.operations import describe_operations  # noqa: PLC0415 - see above

    return describe_operations(request) if may_view(request.user) else {}


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_superuser", False))
