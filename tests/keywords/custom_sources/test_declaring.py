"""A search page of one's own: declared in a form, tried on a page, saved only when it is right."""

import json
from typing import Any

import pytest
from django.test import Client

from jobs.audit import AuditEntry
from keywords.models import Source
from serp.practice import PracticeServer
from tests.jobs.staff import sign_in
from tests.keywords.page_imports.files import make_page

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/custom-source/"
GOOD = {
    "name": "docs",
    "search_url": "https://docs.example.org/search?q={query}",
    "selector_result": "li.hit",
    "selector_title": "h3 a",
    "selector_url": "h3 a@href",
    "selector_snippet": "p.text",
}


@pytest.fixture
def operator() -> Client:
    return sign_in("configurer")


def post(client: Client, button: str, address: str = ADDRESS, **fields: str) -> str:
    return client.post(address, {**GOOD, **fields, button: "1"}, follow=True).content.decode()


class TestTryOut:
    def test_shows_verdict_results_and_what_each_selector_finds(self, operator: Client) -> None:
        page = make_page("red shoes").decode()
        html = post(operator, "try", page=page, selector_stats="#nowhere")
        assert "ok: " in html
        assert "of 10 boxes" in html or "boxes" in html
        assert "#nowhere" in html
        assert "What a search would keep" in html
        assert not Source.objects.filter(name="docs").exists()

    def test_tells_a_page_that_it_does_not_fit(self, operator: Client) -> None:
        html = post(operator, "try", page="<h1>Soup</h1>")
        assert "layout_changed: 0 results" in html
        assert "in 0 of 0 boxes" in html

    def test_fetches_one_page(self, operator: Client) -> None:
        with PracticeServer() as engine:
            html = post(
                operator,
                "fetch",
                search_url=f"{engine.url}/search?q={{query}}",
                allow_private="on",
                keyword="red shoes",
            )
        assert "HTTP 200" in html
        assert "What a search would keep" in html
        assert "&lt;li class=&quot;hit&quot;&gt;" in html  # it is there for the next try

    def test_fetches_nothing_from_this_machine_unasked(self, operator: Client) -> None:
        with PracticeServer() as engine:
            html = post(operator, "fetch", search_url=f"{engine.url}/search?q={{query}}")
        assert ": 0 results" in html
        assert "HTTP 200" not in html

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"selector_result": ""}, "This one is needed"),
            ({"selector_result": "li:hover("}, "is not understood"),
            ({"selector_snippet": "p::before"}, "is not understood"),
            ({"selector_url": "a@x y"}, "ends in no attribute"),
            ({"search_url": "https://docs.example.org/"}, "needs {query}"),
            (
                {"search_url": "https://{query}.example.org/?q={query}"},
                "the host must be written out",
            ),
            ({"search_url": "docs?q={query}"}, "is no web address"),
            ({"as_json": "on", "json": "{"}, "This is no JSON"),
            ({"as_json": "on", "json": "[]"}, "JSON object"),
            ({"as_json": "on", "json": "{}"}, "needs {query}"),
            ({"empty_text": "no"}, "4 to 200 characters"),
        ],
    )
    @pytest.mark.parametrize("button", ["try", "save"])
    def test_tells_mistakes_in_plain_words(
        self, operator: Client, button: str, fields: dict[str, str], words: str
    ) -> None:
        html = post(operator, button, **fields)
        assert words in html.replace("&#x27;", "'")
        assert "Nothing was saved." in html
        assert not Source.objects.filter(name="docs").exists()


class TestSave:
    def test_makes_the_source(self, operator: Client) -> None:
        html = post(operator, "save", paging_parameter="start", paging_first="0", paging_step="10")
        assert "The source docs is saved." in html
        source = Source.objects.get(name="docs")
        assert (source.engine, source.allow_private) == ("custom", False)
        assert source.settings == {
            "search_url": GOOD["search_url"],
            "selectors": {
                "result": "li.hit",
                "title": "h3 a",
                "url": "h3 a@href",
                "snippet": "p.text",
            },
            "paging": {"parameter": "start", "first": 0, "step": 10},
        }
        assert AuditEntry.objects.filter(action="create source", queue="docs").exists()

    def test_changes_it_and_keeps_what_the_form_does_not_know(self, operator: Client) -> None:
        post(operator, "save")
        source = Source.objects.get(name="docs")
        source.settings["read_seconds"] = 3
        source.save()
        address = f"{ADDRESS}?source={source.pk}"
        assert "li.hit" in operator.get(address).content.decode()
        post(operator, "save", address, selector_result="div.hit")
        settings: Any = Source.objects.get(name="docs").settings
        assert (settings["selectors"]["result"], settings["read_seconds"]) == ("div.hit", 3)

    def test_takes_json(self, operator: Client) -> None:
        settings = {"search_url": "https://a.example/?q={query}", "selectors": {"result": "li"}}
        post(operator, "save", as_json="on", json=json.dumps(settings), search_url="")
        assert Source.objects.get(name="docs").settings == settings

    def test_overwrites_no_other_source(self, operator: Client) -> None:
        post(operator, "save")
        assert "There is a source of that name already." in post(operator, "save")


class TestWhoMay:
    @pytest.mark.parametrize("name", ["viewer", "operator", "nobody"])
    def test_only_who_may_configure(self, name: str) -> None:
        assert sign_in(name).get(ADDRESS).status_code == 403

    def test_visitors_sign_in(self) -> None:
        assert Client().get(ADDRESS).status_code == 302
