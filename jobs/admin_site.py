"""The admin's front page is Operations; and what must not be in everybody's hands is hidden.

Not in jobs.admin: importing that registers models, for which this site has to be there.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest

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

    def register(
        self, model_or_iterable: Any, admin_class: type[AnyAdmin] | None = None, **options: Any
    ) -> None:
        if getattr(getattr(model_or_iterable, "_meta", None), "app_label", "") == "django_q":
            admin_class = type("Guarded", (SuperusersOnly, admin_class or ModelAdmin), {})
        super().register(model_or_iterable, admin_class, **options)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_superuser", False))
