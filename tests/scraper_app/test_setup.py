"""The first operator: by the token alone, once; and the page on which operators see that all works."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from keywords.models import Source
from keywords.source_checks import SourceCheck
from keywords.sources import ensure_practice_source
from scraper_app.first_operator import TooLate, make_first_operator, make_token
from tests.keywords.rows import make_user

pytestmark = pytest.mark.django_db

GOOD = {"email": "Op@Example.org", "password": "a fine long phrase"}


class TestFirstOperator:
    def test_is_made_by_whoever_has_the_token(self, client: Client) -> None:
        assert make_token() in client.get(f"/setup?token={make_token()}").content.decode()
        response = client.post("/setup", {**GOOD, "token": make_token()})
        assert (response.status_code, response["Location"]) == (303, "/setup")
        user = User.objects.get()
        assert (user.email, user.is_superuser) == ("op@example.org", True)
        assert "What works" in client.get("/setup").content.decode()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"token": "wrong"}, "not the token"),
            ({"password": "123"}, "too short"),
            ({"email": "alice@example.org"}, "choose another"),
        ],
    )
    def test_is_not_made_otherwise(
        self, client: Client, changes: dict[str, str], said: str
    ) -> None:
        make_user("alice")
        response = client.post("/setup", {**GOOD, "token": make_token(), **changes})
        assert said in response.content.decode()
        assert not User.objects.filter(is_superuser=True).exists()

    def test_is_made_once(self, client: Client) -> None:
        make_user("op", is_superuser=True, is_staff=True)
        assert client.get(f"/setup?token={make_token()}").status_code == 404
        assert client.post("/setup", {**GOOD, "token": make_token()}).status_code == 404
        with pytest.raises(TooLate):
            make_first_operator("other@example.org", "a fine long phrase")


class TestState:
    def test_tests_and_switches_sources(self, client: Client) -> None:
        source = ensure_practice_source()
        client.force_login(make_user("op", is_superuser=True, is_staff=True))
        client.post(f"/setup/sources/{source.pk}/test")
        assert SourceCheck.objects.get().source == source
        content = client.get("/setup").content.decode()
        assert "Asking" in content
        assert "No worker node has reported yet." in content
        client.post(f"/setup/sources/{source.pk}", {"do": "disable"})
        assert not Source.objects.get(pk=source.pk).enabled

    @pytest.mark.parametrize("path", ["/setup", "/setup/sources/1", "/setup/sources/1/test"])
    def test_is_hidden_from_everybody_else(self, client: Client, path: str) -> None:
        make_user("op", is_superuser=True, is_staff=True)
        ensure_practice_source()
        for name in ("", "bob"):
            if name:
                client.force_login(make_user(name, is_staff=True))
            assert client.post(path).status_code == 404
            assert client.get(path).status_code in {404, 405}
