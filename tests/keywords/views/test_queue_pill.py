"""What of mine is under way, on every page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jobs import control
from jobs.models import Job
from jobs.states import State
from keywords.in_progress import find_underway
from keywords.sources import ensure_practice_source
from tests.jobs.rows import claim
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def see(client: Client) -> str:
    return " ".join(client.get("/queue/pill").content.decode().split())


class TestPill:
    def test_rests_while_nothing_is_under_way(self, alice: Client) -> None:
        assert 'data-tone="rest"' in see(alice)
        assert "Nothing is under way" in alice.get("/queue").content.decode()

    def test_counts_mine_and_names_the_list(self, alice: Client) -> None:
        make_list("one", "two", "three", name="Shoes & boots")
        make_list("four", owner=make_user("bob"), name="Of bob")
        claim(queue="practice")
        pill = see(alice)
        assert "1 running" in pill
        assert "2 waiting" in pill
        assert "Shoes &amp; boots" in pill
        assert "0 of 3" in pill
        assert "Of bob" not in pill
        assert "Of bob" not in alice.get("/queue").content.decode()

    def test_says_that_a_source_is_paused_or_rests(self, alice: Client) -> None:
        make_list("one")
        source = ensure_practice_source()
        until = timezone.now() + timedelta(minutes=5)
        control.cool_down(source.queue_id, until=until, reason="Too many requests.")
        assert 'data-tone="warning"' in see(alice)
        control.pause_queue("practice", by="anna", reason="captcha wave")
        assert 'data-tone="failed"' in see(alice)
        assert "practice is paused" in see(alice)

    def test_forgets_what_is_finished(self, alice: Client) -> None:
        make_list("one")
        Job.objects.update(state=State.CANCELLED, turn=None, finished_at=timezone.now())
        assert 'data-tone="rest"' in see(alice)

    def test_takes_one_query_for_any_number_of_lists(
        self, alice: Client, django_assert_num_queries: object
    ) -> None:
        owner = make_user("carol")
        for number in range(5):
            make_list("one", "two", owner=owner, name=f"list {number}")
        with django_assert_num_queries(1):  # type: ignore[operator]
            assert len(find_underway(owner.pk)) == 5
