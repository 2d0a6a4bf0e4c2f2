"""Who may read /metrics."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from keywords.models import ApiToken
from keywords.tokens import create_token
from tests.jobs.staff import make_staff, sign_in

pytestmark = pytest.mark.django_db

Meta = dict[str, Any]

ELSEWHERE: Meta = {"REMOTE_ADDR": "203.0.113.5"}
HERE: Meta = {"REMOTE_ADDR": "127.0.0.1"}


def make_token(owner: User, **fields: Any) -> str:
    token, secret = create_token(owner)
    if fields:
        ApiToken.objects.filter(pk=token.pk).update(**fields)
    return secret


def status(client: Client | None = None, *, token: str = "", meta: Meta = ELSEWHERE) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return (client or Client()).get("/metrics", headers=headers, **meta).status_code


class TestAccess:
    def test_this_machine(self) -> None:
        answer = Client().get("/metrics")
        assert answer.status_code == 200
        assert "athanor_slots 0.0" in answer.content.decode()

    def test_nobody_from_elsewhere(self) -> None:
        assert status() == 401

    @pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA"])
    def test_nobody_through_a_proxy_on_this_machine(self, header: str) -> None:
        assert status(meta=HERE | {header: "203.0.113.5"}) == 401

    def test_not_this_machine_where_a_proxy_stands_before_us(self, settings: Settings) -> None:
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        assert status(meta=HERE) == 401

    def test_a_token_of_staff(self) -> None:
        assert status(token=make_token(make_staff("viewer"))) == 200

    def test_no_token_of_anybody_else(self) -> None:
        assert status(token=make_token(make_staff("somebody"))) == 401
        assert status(token="wrong") == 401

    def test_no_token_that_has_expired(self) -> None:
        expired = timezone.now() - timedelta(minutes=1)
        assert status(token=make_token(make_staff("viewer"), expires_at=expired)) == 401

    def test_staff_who_may_look_at_jobs(self) -> None:
        assert status(sign_in("viewer")) == 200
        assert status(sign_in("somebody")) == 401

    def test_only_reads(self) -> None:
        assert Client().post("/metrics").status_code == 405
