"""The pages of sources: for users, for operators, and the test of one."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from jobs import control
from jobs.models import Node, Queue
from jobs.testing import drain_queue
from keywords.breaking import State, state_of
from keywords.models import Source
from keywords.rolling import roll_up
from keywords.source_checks import SourceCheck
from keywords.sources import set_source
from serp.practice import PracticeServer
from tests.jobs.staff import sign_in
from tests.keywords.rows import job_of, make_list, make_user
from tests.keywords.work import work_off

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def engine() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


@pytest.fixture(autouse=True)
def source(engine: PracticeServer) -> Source:
    return set_source("practice", base_url=engine.url)


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def alive_node() -> None:
    Node.objects.create(host="here", pid=1, seen_at=timezone.now())


class TestSourcesPage:
    def test_tells_what_to_expect_before_anything_was_asked(self, alice: Client) -> None:
        page = text_of(alice, "/sources")
        assert "Made-up results" in page
        assert "nothing was asked yet" in page
        assert "none is known" in page

    def test_tells_why_a_source_rests_and_until_when(self, alice: Client) -> None:
        make_list("shoes fault:captcha")
        work_off()
        page = text_of(alice, "/sources")
        assert "Refuses" in page
        assert "one keyword tries whether it answers again" in page
        assert "0 of the last 1 answers" in page
        assert "Blocked" in page

    def test_tells_that_it_is_being_tried_again(self, alice: Client) -> None:
        make_list("shoes fault:captcha")
        work_off()
        control.end_cool_down("practice", by="anna")
        assert "one keyword at a time" in text_of(alice, "/sources")

    def test_tells_the_budget(self, alice: Client) -> None:
        set_source("practice", budget_day=2, budget_month=1000)
        make_list("red shoes", "blue shoes", "green shoes")
        drain_queue("practice")
        page = text_of(alice, "/sources")
        assert "Budget used up" in page
        assert "the budget of 2 requests a day" in page
        assert "998" in page

    def test_tells_alarms(self, alice: Client) -> None:
        make_list(*(f"shoes {n} fault:layout" for n in range(6)))
        work_off()
        roll_up()
        assert "100% of the last 6 pages could not be understood." in text_of(alice, "/sources")

    def test_shows_an_operators_words(self, alice: Client) -> None:
        set_source("practice", expectation="Ours: asks the intranet.")
        assert "Ours: asks the intranet." in text_of(alice, "/sources")

    def test_costs_the_same_for_many_sources(
        self, alice: Client, django_assert_max_num_queries: object
    ) -> None:
        for number in range(12):
            set_source(f"own{number}", engine="searxng", base_url="http://a.example", budget_day=5)
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            alice.get("/sources")

    def test_without_any_source(self, alice: Client) -> None:
        Source.objects.all().delete()
        assert "No sources yet" in text_of(alice, "/sources")


class TestOneSource:
    def test_shows_figures_answers_and_evidence(self, alice: Client) -> None:
        make_list("red shoes", "blue shoes fault:captcha")
        work_off()
        roll_up()
        page = text_of(alice, "/sources/practice")
        assert "practice-" in page
        assert "What was seen when it refused last" in page
        assert "Its last answers" in page

    def test_of_no_such_name(self, alice: Client) -> None:
        assert alice.get("/sources/nowhere").status_code == 404


class TestTest:
    def test_by_an_operator_is_a_job_of_the_cluster(self) -> None:
        alive_node()
        operator = sign_in("operator")
        response = operator.post("/sources/practice/test", {"keyword": "red shoes"}, follow=True)
        assert "Waiting for its turn" in response.content.decode()
        (check,) = SourceCheck.objects.all()
        assert drain_queue("practice") == {"completed": 1}
        page = text_of(operator, f"/sources/checks/{check.pk}")
        assert "Results, as they were read" in page
        assert "red shoes" in page
        assert "practice-" in page

    def test_shows_a_refusal_with_its_evidence(self) -> None:
        alive_node()
        operator = sign_in("operator")
        operator.post("/sources/practice/test", {"keyword": "x fault:captcha"})
        drain_queue("practice")
        check = SourceCheck.objects.get()
        page = text_of(operator, f"/sources/checks/{check.pk}")
        assert check.outcome == "blocked"
        assert check.evidence in page.replace("&quot;", '"').replace("&#x27;", "'")
        assert state_of(Queue.objects.get(), timezone.now()) == State.OPEN

    def test_is_asked_directly_where_no_worker_is(self) -> None:
        operator = sign_in("operator")
        response = operator.post("/sources/practice/test", {"keyword": "red shoes"}, follow=True)
        page = response.content.decode()
        assert "No worker is running, so the web server asked by itself" in page
        assert "Results, as they were read" in page

    def test_is_not_asked_directly_of_a_closed_source(self) -> None:
        control.pause_queue("practice", by="anna")
        operator = sign_in("operator")
        response = operator.post("/sources/practice/test", {"keyword": "red shoes"}, follow=True)
        assert "The source is closed" in response.content.decode()
        assert not SourceCheck.objects.exists()

    def test_twice_in_a_moment_is_one(self) -> None:
        alive_node()
        operator = sign_in("operator")
        for _ in range(2):
            operator.post("/sources/practice/test", {"keyword": "red shoes"})
        assert SourceCheck.objects.count() == 1

    def test_is_not_for_users_unless_the_source_says_so(self, alice: Client) -> None:
        alive_node()
        assert alice.post("/sources/practice/test", {"keyword": "x"}).status_code == 404
        set_source("practice", users_may_test=True)
        assert alice.post("/sources/practice/test", {"keyword": "x"}).status_code == 303

    def test_of_somebody_else_is_not_shown(self, alice: Client) -> None:
        alive_node()
        set_source("practice", users_may_test=True)
        alice.post("/sources/practice/test", {"keyword": "a secret"})
        path = f"/sources/checks/{SourceCheck.objects.get().pk}"
        bob = Client()
        bob.force_login(make_user("bob"))
        assert bob.get(path).status_code == 404
        assert "a secret" not in text_of(bob, "/sources/practice")
        assert alice.get(path).status_code == 200


class TestCloseNow:
    def test_lets_refused_keywords_go_on_at_once(self) -> None:
        keyword_list = make_list("shoes fault:captchax1")
        work_off()
        response = sign_in("operator").post("/sources/practice/close", follow=True)
        assert "is asked again from now on" in response.content.decode()
        queue = Queue.objects.get(name="practice")
        assert (queue.probing, queue.cooling_until) == (False, None)
        job = job_of(keyword_list.keywords.get())
        assert job.scheduled_at <= timezone.now()
        assert drain_queue("practice", also_later=True) == {"completed": 1}
        search = keyword_list.keywords.get().latest_search
        assert search is not None
        assert search.outcome == "ok"

    def test_is_not_for_users(self, alice: Client) -> None:
        assert alice.post("/sources/practice/close").status_code == 404
