"""Operators look first and write afterwards, through the cluster."""

from typing import Any

import pytest
from django.test import Client

from jobs.audit import AuditEntry
from jobs.models import Job
from keywords.models import KeywordList, Search, Source
from keywords.reparsing.operating import settle_stage
from keywords.reparsing.records import Reparse, SearchReading
from serp.engines.registry import get_engine
from tests.jobs.staff import sign_in
from tests.keywords.reparsing.old_readings import age, empty, refuse, search_for
from tests.keywords.work import work_off

VERSION = get_engine("practice").parser_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("source")]


@pytest.fixture
def operator() -> Client:
    return sign_in("operator")


def act(client: Client, table: str, chosen: Any, action: str = "read_stored_again") -> str:
    """Runs the action on rows of a table; returns where it leads."""
    response = client.post(
        f"/admin/keywords/{table}/", {"action": action, "_selected_action": [chosen.pk]}
    )
    return str(response.get("Location", ""))


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


class TestReading:
    def test_shows_what_would_change_and_writes_it(self, operator: Client) -> None:
        aged, refused = search_for("red shoes", "blue shoes")
        age(aged)
        refuse(refused)
        address = act(operator, "source", Source.objects.get())
        assert "Pages are being read; nothing is written." in page(operator, address)
        assert operator.get(address)["Refresh"]
        work_off("reparse")
        html = page(operator, address)
        assert "Nothing has been written yet." in html
        assert "organic results: title" in html
        assert "A title cut sh" in html
        assert "blocked → ok" in html
        assert "Write what changes: 2" in html
        assert not SearchReading.objects.exists()
        assert operator.post(address, {"write": "1"}).status_code == 303
        work_off("reparse")
        assert "<strong>2</strong> new readings written" in page(operator, address)
        assert SearchReading.objects.count() == 2
        assert Search.objects.filter(outcome="ok", parser_version=VERSION).count() == 2
        actions = set(AuditEntry.objects.values_list("action", flat=True))
        assert {"look through stored pages", "write new readings"} <= actions

    @pytest.mark.parametrize(("also_worse", "written"), [(False, 0), (True, 1)])
    def test_loses_a_result_only_where_the_operator_says_so(
        self, operator: Client, also_worse: bool, written: int
    ) -> None:
        (search,) = search_for("red shoes")
        empty(search)
        address = act(operator, "keywordlist", KeywordList.objects.get())
        work_off("reparse")
        assert "that can no longer be trusted" in page(operator, address)
        operator.post(address, {"write": "1", **({"also_worse": "on"} if also_worse else {})})
        work_off("reparse")
        page(operator, address)
        assert Reparse.objects.get().written["written"] == written
        assert Search.objects.filter(outcome="ok").count() == 1 - written

    def test_of_single_searches_means_them_whoever_read_them(self, operator: Client) -> None:
        (search,) = search_for("red shoes")
        address = act(operator, "search", search)
        work_off("reparse")
        html = page(operator, address)
        assert "Nothing changes but the number" in html

    def test_is_written_once(self, operator: Client) -> None:
        age(search_for("red shoes")[0])
        address = act(operator, "source", Source.objects.get())
        work_off("reparse")
        for _ in range(2):
            operator.post(address, {"write": "1"})
        assert Job.objects.filter(kind="keywords.reparse", args__write=True).count() == 1

    def test_can_be_stopped(self, operator: Client) -> None:
        age(search_for("red shoes")[0])
        address = act(operator, "source", Source.objects.get())
        operator.post(address, {"stop": "1"})
        reparse = Reparse.objects.get()
        assert reparse.stage == "stopped"
        assert Job.objects.get(kind="keywords.reparse").state == "cancelled"
        assert settle_stage(reparse).stage == "stopped"

    def test_says_where_there_is_nothing_to_read(self, operator: Client) -> None:
        search_for("red shoes")
        assert act(operator, "source", Source.objects.get()) == "/admin/keywords/source/"
        assert not Reparse.objects.exists()

    def test_begins_with_a_form_too(self, operator: Client) -> None:
        age(search_for("red shoes")[0])
        assert "Show what would change" in page(operator, "/admin/keywords/reparse/add/")
        response = operator.post("/admin/keywords/reparse/add/", {"engine": "practice"})
        assert response.status_code == 303
        html = operator.post("/admin/keywords/reparse/add/", {"engine": "bing"}).content.decode()
        assert "No stored page is to be read again" in html
        assert "engine practice" in page(operator, "/admin/keywords/reparse/")


class TestWhoMay:
    def test_viewers_look(self) -> None:
        age(search_for("red shoes")[0])
        address = act(sign_in("operator"), "source", Source.objects.get())
        viewer = sign_in("viewer")
        work_off("reparse")
        html = page(viewer, address)
        assert "read differently" in html
        assert "<form method" not in html.partition("content-main")[2]
        assert viewer.post(address, {"write": "1"}).status_code == 403
        assert viewer.get("/admin/keywords/reparse/add/").status_code == 403
        assert Reparse.objects.get().stage == "looked"

    @pytest.mark.parametrize(
        "address", ["/admin/keywords/reparse/add/", "/admin/keywords/reparse/1/change/"]
    )
    def test_others_do_not(self, address: str) -> None:
        assert sign_in("nobody").get(address).status_code == 403
        assert Client().get(address).status_code == 302
