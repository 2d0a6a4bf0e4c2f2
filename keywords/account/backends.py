"""Who a session belongs to, with their preferences: every page needs both, and one query gets them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User


def load_user(pk: Any) -> User | None:
    return get_user_model().objects.select_related("preferences").filter(pk=pk).first()


class NameBackend(ModelBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = load_user(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class EmailBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    def get_user(self, user_id: Any) -> User | None:
        user = load_user(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
