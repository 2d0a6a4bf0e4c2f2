"""Addresses of imports of saved pages, and of exports."""

from django.urls import path

from keywords.views.import_pages import import_pages

urlpatterns = [
    path("pages/import", import_pages, name="pages-import"),
]
