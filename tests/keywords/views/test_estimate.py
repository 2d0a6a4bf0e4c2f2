"""How long a list still takes: a number only where one can be known, a range where it is a guess."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from jobs import control
from jobs.models import Node
from keywords.holding import pause_list
from keywords.models import KeywordList
from keywords.statuses import count_statuses
from keywords.views.estimate import Outlook, look_ahead
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


def look(keyword_list: KeywordList) -> Outlook:
    return look_ahead(keyword_list.pk, count_statuses(keyword_list))


def make_half_done(done: int, left: int = 5) -> KeywordList:
    keyword_list = make_list(*(f"keyword {number}" for number in range(done + left)))
    for number, keyword in enumerate(keyword_list.keywords.order_by("pk")[:done]):
        finish(keyword, fields=REFUSED if number % 2 else {})
    return keyword_list


class TestTime:
    @pytest.mark.parametrize(
        ("done", "said"), [(0, ""), (2, ""), (6, r".+ to .+"), (24, r"about .+")]
    )
    def test_is_told_as_well_as_it_is_known(self, done: int, said: str) -> None:
        outlook = look(make_half_done(done))
        assert re.fullmatch(said, outlook.left)
        assert bool(outlook.rate) == bool(said)

    def test_reaches_further_where_others_take_their_turns(self) -> None:
        keyword_list = make_half_done(24)
        assert look(keyword_list).left.startswith("about")
        alone = look(keyword_list).left
        make_list(*(f"other {number}" for number in range(200)), owner=make_user("bob"))
        assert look(keyword_list).left != alone

    def test_is_not_told_while_the_source_stands_still(self) -> None:
        keyword_list = make_half_done(24)
        control.pause_queue("practice", by="anna", reason="captcha wave")
        assert look(keyword_list).parts == ["waiting for the source practice"]
        control.resume_queue("practice", by="anna")
        queue = keyword_list.keywords.earliest("pk").source.queue
        later = timezone.now() + timedelta(hours=1)
        control.cool_down(queue.pk, until=later, reason="Too many requests.")
        assert look(keyword_list).parts == ["waiting for the source practice"]

    def test_is_never_shorter_than_the_source_allows(self, client: Client) -> None:
        """What was fast until now may have been a burst."""
        keyword_list = make_half_done(24, left=30)
        control.set_limits("practice", by="anna", rate_limit=6, rate_period=60)
        outlook = look(keyword_list)
        assert (outlook.rate, outlook.left) == ("6/min now", "about 5 min")
        client.force_login(keyword_list.owner)
        assert client.get("/queue/pill").context["pill"].note == "~5 min"

    def test_is_not_told_while_no_worker_reports(self) -> None:
        keyword_list = make_half_done(24)
        seen_at = timezone.now() - timedelta(minutes=12)
        node = Node.objects.create(id=uuid4(), host="host", pid=1, seen_at=seen_at)
        said = "waiting for a worker: the last one reported 12 min ago"
        assert look(keyword_list).parts == [said]
        node.seen_at = timezone.now()
        node.save()
        assert look(keyword_list).left.startswith("about")

    def test_is_not_told_of_a_list_that_is_paused_or_finished(self) -> None:
        keyword_list = make_half_done(3, left=1)
        pause_list(keyword_list, by=make_user())
        assert look(keyword_list).parts == ["held back"]
        assert look(make_half_done(1, left=0)).parts == []


class TestPlace:
    def test_is_told_until_the_first_of_the_list_runs(self) -> None:
        first = make_list("a", "b", owner=make_user("bob"))
        second = make_list("c", "d")
        assert look(first).place == "you are next"
        assert look(second).place == "you are next after 1 keyword of other lists"
