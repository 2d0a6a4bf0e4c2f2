"""What stands around every page: banners, the theme, errors."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.core.ratelimit import respond_429
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from django.utils import timezone

from jobs import control
from jobs.models import Node
from keywords.sources import ensure_practice_source, set_source
from keywords.views import errors
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def make_node(seconds_ago: float) -> None:
    seen_at = timezone.now() - timedelta(seconds=seconds_ago)
    Node.objects.create(id=uuid4(), host="host", pid=1, seen_at=seen_at)


class TestBanners:
    def test_tell_that_no_worker_has_reported(self, alice: Client) -> None:
        assert "No worker has reported yet" in alice.get("/").content.decode()
        make_node(600)
        assert "No worker reports" in alice.get("/").content.decode()

    def test_tell_operators_how_to_start_a_worker(self, alice: Client) -> None:
        assert "manage.py qcluster" not in alice.get("/").content.decode()
        alice.force_login(make_user("oscar", is_staff=True))
        assert "manage.py qcluster" in alice.get("/").content.decode()

    def test_are_silent_while_all_is_well(self, alice: Client) -> None:
        ensure_practice_source()
        make_node(1)
        assert 'class="banner' not in alice.get("/").content.decode()

    def test_of_many_sources_are_one(self, alice: Client) -> None:
        make_node(1)
        for name in ("one", "two", "three"):
            set_source(name, engine="practice", base_url="http://127.0.0.1:9", by="tests")
            control.pause_queue(name, by="anna", reason="captcha wave")
        content = alice.get("/").content.decode()
        assert content.count('class="banner') == 2  # and the frame of its words
        assert "3 sources are not asked now: one, three, two." in content

    def test_tell_who_paused_a_source_and_why(self, alice: Client) -> None:
        ensure_practice_source()
        control.pause_queue("practice", by="anna", reason="captcha wave")
        content = alice.get("/").content.decode()
        assert "practice is paused by anna since" in content
        assert "captcha wave" in content
        assert "wait." not in content
        make_list("red", "blue")
        assert "2 keywords wait." in alice.get("/").content.decode()

    def test_tell_that_a_source_rests(self, alice: Client) -> None:
        source = ensure_practice_source()
        until = timezone.now() + timedelta(hours=1)
        control.cool_down(source.queue_id, until=until, reason="Too many requests.")
        content = alice.get("/").content.decode()
        assert "practice rests until" in content
        assert "no attempt is lost" in content

    def test_are_not_for_visitors(self, client: Client) -> None:
        assert 'class="banner' not in client.get("/").content.decode()

    def test_say_that_results_are_made_up_wherever_they_stand(self, alice: Client) -> None:
        keyword = make_list("red shoes").keywords.get()
        finish(keyword)
        for path in (f"/lists/{keyword.keyword_list_id}", f"/keywords/{keyword.pk}"):
            assert "Made-up results." in alice.get(path).content.decode()


class TestVisitors:
    @pytest.mark.parametrize(("signup", "links"), [("open", 2), ("invite", 0), ("closed", 0)])
    def test_are_asked_to_sign_up_where_they_can(
        self, client: Client, settings: Any, signup: str, links: int
    ) -> None:
        settings.SIGNUP = signup
        assert client.get("/").content.decode().count("/account/signup/") == links


class TestTheme:
    def test_is_kept_in_a_cookie(self, client: Client) -> None:
        response = client.post("/theme", {"theme": "dark", "next": "/account/login/"})
        assert (response.status_code, response["Location"]) == (303, "/account/login/")
        assert 'data-theme="dark"' in client.get("/").content.decode()

    def test_is_one_of_three(self, client: Client) -> None:
        client.cookies["theme"] = '"><script>'
        assert "data-theme=" not in client.get("/").content.decode().partition(">")[0]
        assert "theme" not in client.post("/theme", {"theme": "<b>"}).cookies

    def test_leads_nowhere_else(self, client: Client) -> None:
        response = client.post("/theme", {"theme": "dark", "next": "https://evil.example/"})
        assert response["Location"] == "/"


class TestListActions:
    def test_run_failures_again(self, alice: Client) -> None:
        keyword_list = make_list("good", "bad")
        good, bad = keyword_list.keywords.order_by("pk")
        finish(good)
        finish(bad, fields=REFUSED)
        response = alice.post(f"/lists/{keyword_list.pk}/rerun", {"which": "failed"})
        assert response.status_code == 303
        assert (good.searches.count(), bad.searches.count()) == (1, 2)

    def test_cancel_what_waits(self, alice: Client) -> None:
        keyword_list = make_list("one", "two")
        alice.post(f"/lists/{keyword_list.pk}/cancel")
        content = alice.get(f"/lists/{keyword_list.pk}").content.decode()
        assert content.count("Cancelled</span>") == 2

    def test_delete_after_asking(self, alice: Client) -> None:
        keyword_list = make_list("one")
        assert "Delete for good" in alice.get(f"/lists/{keyword_list.pk}/delete").content.decode()
        assert alice.post(f"/lists/{keyword_list.pk}/delete").status_code == 303
        assert alice.get(f"/lists/{keyword_list.pk}").status_code == 404


class TestErrors:
    def test_have_pages(self, alice: Client) -> None:
        response = alice.get("/nowhere")
        assert response.status_code == 404
        assert "There is nothing here" in response.content.decode()

    def test_tell_that_a_paste_is_too_large(self, alice: Client, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        response = alice.post("/lists/new", {"text": "a" * 2000})
        assert response.status_code == 413
        assert "That is too large" in response.content.decode()

    def test_tell_when_to_try_again(self, rf: RequestFactory) -> None:
        """As allauth asks for it, by the name in the URLconf."""
        request = rf.get("/account/signup/")
        request.user = AnonymousUser()
        response = respond_429(request)
        assert (response.status_code, response["Retry-After"]) == (429, "60")
        assert "Try again in 60 seconds." in response.content.decode()

    def test_show_nothing_of_what_failed(self, rf: RequestFactory) -> None:
        response = errors.server_error(rf.get("/"))
        assert response.status_code == 500
        assert "Something went wrong here" in response.content.decode()


def test_pages_name_no_inline_code(alice: Client) -> None:
    """The content policy would block it."""
    keyword = make_list("red shoes").keywords.get()
    finish(keyword)
    for path in ("/", "/lists/new", f"/lists/{keyword.keyword_list_id}", f"/keywords/{keyword.pk}"):
        content = alice.get(path).content.decode()
        assert " style=" not in content
        assert "<style" not in content
        assert "hx-on" not in content
        assert " onclick" not in content
    assert finders.find("css/site.css")
