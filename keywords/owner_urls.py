"""Addresses of what an owner sets once: schedules, notifications."""

from django.urls import path

from keywords.views.list_schedule import list_notifications, list_schedule, switch_list_schedule
from keywords.views.notifications import notifications, renew_webhook_secret, send_test

urlpatterns = [
    path("lists/<int:pk>/schedule", list_schedule, name="list-schedule"),
    path("lists/<int:pk>/schedule/switch", switch_list_schedule, name="list-schedule-switch"),
    path("lists/<int:pk>/notifications", list_notifications, name="list-notifications"),
    path("account/notifications", notifications, name="notifications"),
    path("account/notifications/secret", renew_webhook_secret, name="notifications-secret"),
    path("account/notifications/test", send_test, name="notifications-test"),
]
