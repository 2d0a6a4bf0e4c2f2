"""Every address of the site. Pages belong to `keywords`; health and accounts stand here."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from keywords.api import api
from keywords.custom_sources.views import declare_source
from scraper_app.health import healthz, readyz
from scraper_app.metrics import metrics
from scraper_app.setup_pages import setup, switch_source, test_source

# The admin's own sign-in knows no rate limits and no second factor: allauth's does.
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Athanor"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("setup", setup, name="setup"),
    path("setup/sources/<int:pk>", switch_source, name="setup-source"),
    path("setup/sources/<int:pk>/test", test_source, name="setup-test"),
    path("account/", include("allauth.urls")),
    path("admin/custom-source/", admin.site.admin_view(declare_source), name="custom-source"),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("", include("keywords.urls")),
]
handler400 = "keywords.views.errors.bad_request"
handler403 = "keywords.views.errors.permission_denied"
handler404 = "keywords.views.errors.not_found"
handler429 = "keywords.views.errors.too_many_requests"  # asked for by allauth
handler500 = "keywords.views.errors.server_error"
