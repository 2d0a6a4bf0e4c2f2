"""The list page: what it shows, what it costs, and what its polls answer."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from jobs import control
from keywords.models import KeywordList
from keywords.statuses import count_statuses
from keywords.views.poll_tickets import TICKET_HEADER, TICKET_SECONDS, issue_ticket
from keywords.views.progress import build_progress
from keywords.views.rows import build_rows, select_rows
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
LIST_QUERIES = 12
POLL_QUERIES = 2
# The session and its user, with every request of somebody who is signed in.
RECOGNISING = 2


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def poll(client: Client, keyword_list: KeywordList, **changes: str) -> Any:
    return client.get(describe_poll(keyword_list, **changes), headers=HTMX)


def describe_poll(keyword_list: KeywordList, **changes: str) -> str:
    """The address that poll.js asks: with the versions of what the page shows."""
    keywords = select_rows(keyword_list.keywords.all()).order_by("pk")[:200]
    versions = ",".join(f"{row.id}.{row.version}" for row in build_rows(keywords))
    panel = build_progress(count_statuses(keyword_list)).version
    query = {"rows": versions, "panel": panel, **changes}
    return f"/lists/{keyword_list.pk}/rows?{urlencode(query)}"


class TestListPage:
    def test_tells_a_failure_from_zero(self, alice: Client) -> None:
        keyword_list = make_list("empty", "refused")
        empty, refused = keyword_list.keywords.order_by("pk")
        nothing = {
            "outcome": "empty",
            "ads_top": 0,
            "ads_total": 0,
            "organic_total": 0,
            "links_total": 0,
        }
        finish(empty, fields=nothing)
        finish(refused, fields=REFUSED)
        content = alice.get(f"/lists/{keyword_list.pk}").content.decode()
        row_of_empty, row_of_refused = content.split('<tr id="k')[1:3]
        assert '<td class="num" data-label="organic">0</td>' in row_of_empty
        assert "Blocked" in row_of_refused
        assert "The engine answered with a captcha." in row_of_refused
        assert ">0</td>" not in row_of_refused

    def test_says_why_a_keyword_waits(self, alice: Client) -> None:
        keyword_list = make_list("done", "waits")
        finish(keyword_list.keywords.get(text="done"))
        control.pause_queue("practice", by="anna", reason="captcha wave")
        notes = [row.note for row in alice.get(f"/lists/{keyword_list.pk}").context["rows"]]
        assert notes == ["", "The source is paused."]
        control.resume_queue("practice", by="anna")
        queue = keyword_list.keywords.earliest("pk").source.queue
        until = timezone.now() + timedelta(hours=1)
        control.cool_down(queue.pk, until=until, reason="Too many requests.")
        rows = alice.get(f"/lists/{keyword_list.pk}").context["rows"]
        assert rows[1].note == f"The source rests until {timezone.localtime(until):%H:%M}."

    def test_shows_text_as_text(self, alice: Client) -> None:
        keyword_list = make_list("<script>alert(1)</script>", name="<b>bold</b>")
        content = alice.get(f"/lists/{keyword_list.pk}").content.decode()
        assert "<script>alert" not in content
        assert "<b>bold" not in content
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("outcome=ok", {"first one", "second two"}),
            ("outcome=blocked", {"refused"}),
            ("status=waiting", {"waiting"}),
            ("q=ONE", {"first one"}),
            ("outcome=ok&q=two", {"second two"}),
            ("outcome=unheard-of", set()),
        ],
    )
    def test_filters(self, alice: Client, query: str, found: set[str]) -> None:
        keyword_list = make_list("first one", "second two", "refused", "waiting")
        one, two, refused, _ = keyword_list.keywords.order_by("pk")
        finish(one)
        finish(two)
        finish(refused, fields=REFUSED)
        context = alice.get(f"/lists/{keyword_list.pk}?{query}").context
        assert {row.keyword.text for row in context["rows"]} == found
        assert context["matching"].count == len(found)

    def test_pages_through_the_list_and_back(self, alice: Client) -> None:
        texts = [f"keyword {number}" for number in range(120)]
        path = f"/lists/{make_list(*texts).pk}"
        seen, query = [], ""
        while True:
            context = alice.get(f"{path}{query}").context
            seen.append([row.keyword.text for row in context["rows"]])
            if not context["older"]:
                break
            query = context["older"]
        assert [text for page in seen for text in page] == texts
        context = alice.get(f"{path}{context['newer']}").context
        assert [row.keyword.text for row in context["rows"]] == seen[-2]

    @pytest.mark.parametrize("count", [10, 1000])
    def test_costs_the_same_whatever_the_size(
        self, alice: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        keyword_list = make_list(*(f"keyword {number}" for number in range(count)))
        for keyword in keyword_list.keywords.all()[:5]:
            finish(keyword)
        with django_assert_max_num_queries(LIST_QUERIES):
            response = alice.get(f"/lists/{keyword_list.pk}?size=200")
        assert len(response.context["rows"]) == min(count, 200)


class TestPoll:
    @pytest.mark.parametrize("count", [10, 1000])
    def test_is_silent_while_nothing_moves(
        self, alice: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        query = describe_poll(make_list(*(f"keyword {number}" for number in range(count))))
        with django_assert_max_num_queries(POLL_QUERIES + RECOGNISING):
            response = alice.get(query, headers=HTMX)
        assert response.status_code == 204
        with django_assert_max_num_queries(POLL_QUERIES):
            response = alice.get(f"{query}&ticket={response[TICKET_HEADER]}", headers=HTMX)
        assert response.status_code == 204
        assert "no-store" in response["Cache-Control"]

    def test_tells_when_the_source_of_a_row_that_waits_stands_still(self, alice: Client) -> None:
        keyword_list = make_list("done", "waits")
        finish(keyword_list.keywords.get(text="done"))
        query = describe_poll(keyword_list)
        assert alice.get(query, headers=HTMX).status_code == 204
        control.pause_queue("practice", by="anna", reason="captcha wave")
        response = alice.get(query, headers=HTMX)
        assert [row.keyword.text for row in response.context["rows"]] == ["waits"]
        control.resume_queue("practice", by="anna")
        assert alice.get(query, headers=HTMX).status_code == 204

    def test_by_ticket_gets_silence_and_nothing_else(self, alice: Client) -> None:
        keyword_list, other = make_list("red shoes"), make_list("blue shoes")
        ticket = issue_ticket(keyword_list.owner_id, keyword_list.pk)
        stranger = Client()
        assert stranger.get(describe_poll(keyword_list, ticket=ticket)).status_code == 204
        assert stranger.get(describe_poll(other, ticket=ticket)).status_code == 302
        forged = ticket.replace(str(keyword_list.pk), str(other.pk), 1)
        assert stranger.get(describe_poll(other, ticket=forged)).status_code == 302
        asked = describe_poll(keyword_list, ticket=ticket)
        finish(keyword_list.keywords.get())
        assert stranger.get(asked).status_code == 302
        assert alice.get(asked, headers=HTMX).status_code in {200, 286}

    def test_by_an_old_ticket_asks_for_the_session(self, alice: Client) -> None:
        keyword_list = make_list("red shoes")
        with time_machine.travel(timezone.now() - timedelta(seconds=TICKET_SECONDS + 2)):
            ticket = issue_ticket(keyword_list.owner_id, keyword_list.pk)
        assert Client().get(describe_poll(keyword_list, ticket=ticket)).status_code == 302
        response = alice.get(describe_poll(keyword_list, ticket=ticket), headers=HTMX)
        assert response.status_code == 204
        assert response[TICKET_HEADER]

    def test_is_given_its_first_ticket_by_the_page(self, alice: Client) -> None:
        keyword_list = make_list("red shoes")
        page = alice.get(f"/lists/{keyword_list.pk}")
        ticket = page.context["poll_ticket"]
        assert f"rows?ticket={quote(ticket, safe='')}" in page.content.decode()

    def test_sends_only_what_has_changed(self, alice: Client) -> None:
        keyword_list = make_list("red shoes", "blue shoes")
        red, blue = keyword_list.keywords.order_by("pk")
        before = ",".join(
            f"{row.id}.{row.version}"
            for row in build_rows(select_rows(keyword_list.keywords.all()))
        )
        finish(red)
        response = poll(alice, keyword_list, rows=before)
        assert response.status_code == 200
        assert f'id="k{red.pk}"' in response.content.decode()
        assert f'id="k{blue.pk}"' not in response.content.decode()

    def test_stops_when_the_list_is_finished(self, alice: Client) -> None:
        keyword_list = make_list("red shoes")
        finish(keyword_list.keywords.get())
        assert poll(alice, keyword_list, panel="old").status_code == 286
        assert poll(alice, keyword_list).status_code == 286

    def test_survives_nonsense(self, alice: Client) -> None:
        keyword_list = make_list("red shoes")
        for rows in ("", "x", "1.2.3,,", f"{'9' * 30}.a", "-1.a", "٣.a"):
            assert poll(alice, keyword_list, rows=rows).status_code in {200, 204}

    def test_sends_the_whole_page_to_sign_in_when_the_session_has_ended(
        self, client: Client
    ) -> None:
        keyword_list = make_list("red shoes")
        response = client.get(
            f"/lists/{keyword_list.pk}/rows",
            headers={**HTMX, "HX-Current-URL": f"http://testserver/lists/{keyword_list.pk}?q=x"},
        )
        assert (
            response["HX-Redirect"] == f"/account/login/?next=%2Flists%2F{keyword_list.pk}%3Fq%3Dx"
        )
