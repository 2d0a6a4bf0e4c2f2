"""Acts on many keywords: asked about first, exactly those that are meant, long ones as jobs."""

from typing import Any

import pytest
from django.test import Client

from jobs import lifecycle
from jobs.models import Job, Queue
from jobs.performing import Task, perform
from jobs.registry import get_handler
from jobs.settling import settle
from keywords.bulk import acting
from keywords.bulk.records import BulkAct
from keywords.filtering import ListFilter
from keywords.models import KeywordList, Search
from keywords.statuses import Status, count_statuses
from tests.jobs.rows import make_worker
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_list, make_user
from tests.keywords.work import hurry

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


@pytest.fixture
def shoes() -> KeywordList:
    keyword_list = make_list("red shoes", "blue shoes", "green hats", "waits")
    red, blue, hats, _ = keyword_list.keywords.order_by("pk")
    finish(red)
    finish(blue, fields=REFUSED)
    finish(hats, fields=REFUSED)
    return keyword_list


def texts(keyword_list: KeywordList, q: str = "") -> set[str]:
    found = ListFilter.build(q=q).apply(keyword_list.keywords.all())
    return set(found.values_list("text", flat=True))


def ask(client: Client, keyword_list: KeywordList, query: str) -> Any:
    return client.get(f"/lists/{keyword_list.pk}/bulk?{query}")


def do(client: Client, keyword_list: KeywordList, **values: str) -> Any:
    return client.post(f"/lists/{keyword_list.pk}/bulk", values)


class TestAsking:
    def test_repeats_the_filter_in_words_and_the_number(
        self, alice: Client, shoes: KeywordList
    ) -> None:
        content = ask(alice, shoes, "act=rerun&all=yes&outcome=blocked").content.decode()
        assert "Run 2 keywords again?" in content
        assert "outcome blocked" in content
        assert "blue shoes" in content
        assert "red shoes" not in content

    def test_means_the_ticked_ones(self, alice: Client, shoes: KeywordList) -> None:
        red, blue, *_ = shoes.keywords.order_by("pk")
        response = ask(alice, shoes, f"act=remove&id={red.pk}&id={blue.pk}&outcome=blocked")
        assert response.context["count"] == 2
        assert "2 chosen ones" in response.content.decode()

    @pytest.mark.parametrize(
        "query", ["act=rerun", "act=nonsense&all=yes", "act=rerun&all=yes&q=adz>1"]
    )
    def test_takes_nothing_for_everything(
        self, alice: Client, shoes: KeywordList, query: str
    ) -> None:
        assert ask(alice, shoes, query).status_code == 303
        assert Search.objects.count() == 4

    def test_never_reaches_another_list(self, alice: Client, shoes: KeywordList) -> None:
        other = make_list("theirs", name="Other", owner=make_user("bob")).keywords.get()
        do(alice, shoes, act="remove", all="yes", q=f"id:{other.pk}")
        other.refresh_from_db()


class TestActs:
    def test_runs_again_what_matches_and_nothing_else(
        self, alice: Client, shoes: KeywordList
    ) -> None:
        response = do(
            alice, shoes, act="rerun", all="yes", outcome="blocked", back="?outcome=blocked"
        )
        assert (response.status_code, response["Location"]) == (
            303,
            f"/lists/{shoes.pk}?outcome=blocked",
        )
        assert texts(shoes, "status:waiting") == {"blue shoes", "green hats", "waits"}

    def test_cancels(self, alice: Client, shoes: KeywordList) -> None:
        do(alice, shoes, act="cancel", all="yes")
        assert texts(shoes, "outcome:cancelled") == {"waits"}

    def test_removes_with_all_that_belongs_to_them(self, alice: Client, shoes: KeywordList) -> None:
        do(alice, shoes, act="remove", all="yes", q="shoes")
        assert texts(shoes) == {"green hats", "waits"}
        assert Search.objects.count() == 2
        assert count_statuses(shoes).total == 2

    def test_tags_and_takes_tags_off(self, alice: Client, shoes: KeywordList) -> None:
        do(alice, shoes, act="tag", all="yes", q="shoes", tag=' black,  "friday" ')
        do(alice, shoes, act="tag", all="yes", tag="black friday")
        assert set(shoes.keywords.values_list("tags", flat=True).get(text="red shoes")) == {
            "black friday"
        }
        do(alice, shoes, act="untag", all="yes", q="-shoes", tag="black friday")
        assert texts(shoes, 'tag:"black friday"') == {"red shoes", "blue shoes"}

    def test_wants_a_tag(self, alice: Client, shoes: KeywordList) -> None:
        assert "Write a tag." in do(alice, shoes, act="tag", all="yes").content.decode()

    def test_goes_back_to_no_other_site(self, alice: Client, shoes: KeywordList) -> None:
        response = do(alice, shoes, act="rerun", all="yes", back="//evil.example")
        assert response["Location"] == f"/lists/{shoes.pk}"


class TestLongActs:
    @pytest.fixture(autouse=True)
    def small_steps(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(acting, "AT_ONCE", 2)
        monkeypatch.setattr(acting, "STEP", 2)

    def test_are_jobs_that_go_on_where_they_were(self, alice: Client) -> None:
        keyword_list = make_list(*(f"keyword {number}" for number in range(5)))
        response = alice.post(f"/lists/{keyword_list.pk}/cancel")
        act = BulkAct.objects.get()
        assert response["Location"] == f"/lists/{keyword_list.pk}/acts/{act.pk}"
        page = alice.get(response["Location"])
        assert "Looked at 0 of 5 keywords" in page.content.decode()
        rounds = [run_step() for _ in range(3)]
        assert rounds == ["available", "available", "completed"]
        act.refresh_from_db()
        assert (act.seen, act.done, act.finished_at is not None) == (5, 5, True)
        assert count_statuses(keyword_list).by_status[Status.CANCELLED] == 5

    def test_are_told_of_on_the_list(self, alice: Client) -> None:
        keyword_list = make_list("one", "two", "three")
        alice.post(f"/lists/{keyword_list.pk}/cancel")
        assert (
            "A bulk act on this list is under way."
            in alice.get(f"/lists/{keyword_list.pk}").content.decode()
        )

    def test_are_shown_to_their_owner_alone(self, alice: Client, client: Client) -> None:
        keyword_list = make_list("one", "two", "three")
        alice.post(f"/lists/{keyword_list.pk}/cancel")
        path = f"/lists/{keyword_list.pk}/acts/{BulkAct.objects.get().pk}"
        client.force_login(make_user("bob"))
        assert client.get(path).status_code == 404


def run_step() -> str:
    """Claims the job, does it once, and returns its state then."""
    hurry("tasks")
    queue = Queue.objects.get(name="tasks")
    (job,), _ = lifecycle.claim(queue.pk, worker_id=make_worker().pk, count=1)
    handler = get_handler(job.kind)
    task = Task(job=job, handler=handler, payload=handler.load([job])[job.id])
    task.outcome = perform(task)
    settle([task], worker_name="test")
    return str(Job.objects.get(pk=job.id).state)
