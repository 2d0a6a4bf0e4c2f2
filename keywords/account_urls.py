"""Addresses of what belongs to a person; allauth has its own beside them."""

from django.urls import path

from keywords.views.account_data import account_data, copy_account, leave
from keywords.views.api_guide import api_guide
from keywords.views.password_strength import password_strength
from keywords.views.preferences import preferences
from keywords.views.sessions import end_session
from keywords.views.tokens import revoke_token, tokens

urlpatterns = [
    path("api", api_guide, name="api-guide"),
    path("account/preferences", preferences, name="preferences"),
    path("account/tokens", tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke", revoke_token, name="token-revoke"),
    path("account/password-strength", password_strength, name="password-strength"),
    path("account/sessions/<int:pk>/end", end_session, name="session-end"),
    path("account/data", account_data, name="account-data"),
    path("account/data/copy", copy_account, name="account-copy"),
    path("account/data/leave", leave, name="account-leave"),
]
