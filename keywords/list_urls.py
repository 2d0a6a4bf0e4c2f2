"""Addresses of what is done to a list and its keywords."""

from django.urls import path

from keywords.views.bulk import act_on_many, show_act
from keywords.views.keyword_cancel import cancel_keyword
from keywords.views.list_actions import rename_list, track_domain, untrack_domain
from keywords.views.list_runs import show_list_runs

urlpatterns = [
    path("lists/<int:pk>/rename", rename_list, name="list-rename"),
    path("lists/<int:pk>/domains", track_domain, name="list-track"),
    path("lists/<int:pk>/domains/remove", untrack_domain, name="list-untrack"),
    path("lists/<int:pk>/bulk", act_on_many, name="list-bulk"),
    path("lists/<int:pk>/acts/<int:act>", show_act, name="list-act"),
    path("lists/<int:pk>/runs", show_list_runs, name="list-runs"),
    path("keywords/<int:pk>/cancel", cancel_keyword, name="keyword-cancel"),
]
