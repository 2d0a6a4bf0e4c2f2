"""Addresses of imports of saved pages, and of exports."""

from django.urls import path

from keywords.views.exports import download_export, export_list, remove_export, show_exports
from keywords.views.import_pages import import_pages

urlpatterns = [
    path("pages/import", import_pages, name="pages-import"),
    path("lists/<int:pk>/export", export_list, name="list-export"),
    path("exports", show_exports, name="exports"),
    path("exports/<int:pk>/download", download_export, name="export-download"),
    path("exports/<int:pk>/delete", remove_export, name="export-delete"),
]
