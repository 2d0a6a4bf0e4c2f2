"""A search server that nobody here wrote, declared by selectors and asked over real HTTP by a node."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from keywords.lists import start_list
from keywords.models import Search
from keywords.sources import set_source
from keywords.uploads import read_text
from tests.acceptance.omega import NEEDED, OmegaServer
from tests.jobs.nodes import NodeProcess, wait_until_done

pytestmark = [pytest.mark.cluster, pytest.mark.django_db(transaction=True)]

COLOURS = ("red", "blue", "green")
DOCUMENTS = {
    f"https://{colour}{number}.pots.example/kettle": (
        f"The {colour} kettle, model {number}",
        f"Model {number} is a kettle in {colour}, made of steel, and it whistles.",
    )
    for colour in COLOURS
    for number in range(1, 8)
}
DECLARATION = {
    "search_url": "/search?P={query}&HITSPERPAGE=5",
    "paging": {"parameter": "TOPDOC", "first": 0, "step": 5, "last": 20},
    "selectors": {"result": "td", "title": "b > a", "snippet": "small", "stats": "center"},
    "empty_text": "No documents match your query",
}
KEYWORDS = ("kettle", "blue", "whistles", "teapot")


@pytest.fixture
def omega(tmp_path: Path) -> Iterator[OmegaServer]:
    missing = [name for name, found in NEEDED.items() if not found]
    if missing:
        pytest.skip(f"{' and '.join(missing)} is not installed (Debian: xapian-omega, lighttpd)")
    with OmegaServer(tmp_path, DOCUMENTS) as server:
        yield server


class TestXapianOmega:
    def test_keywords_are_searched_and_what_it_found_is_saved(
        self, database_url: str, omega: OmegaServer
    ) -> None:
        start_keywords(omega.url)
        with NodeProcess(database_url):
            wait_until_done(60)
        searches = {
            search.keyword.text: search for search in Search.objects.select_related("keyword")
        }
        outcomes = {text: search.outcome for text, search in searches.items()}
        assert outcomes == {"kettle": "ok", "blue": "ok", "whistles": "ok", "teapot": "empty"}
        assert searches["kettle"].total_results == len(DOCUMENTS)
        assert searches["blue"].organic_total == 5
        first = searches["blue"].result_links.filter(block="organic").earliest("rank")
        title, text = DOCUMENTS[first.url]
        assert "blue" in first.title == title
        assert text.startswith(first.snippet.rstrip("."))
        assert first.domain == "pots.example"


def start_keywords(url: str) -> None:
    source = set_source(
        "pots",
        engine="custom",
        base_url=url,
        allow_private=True,
        settings=DECLARATION,
        limits={"burst": 4},
    )
    owner = User.objects.create_user("anna", "anna@example.com")
    imported = read_text("\n".join(KEYWORDS), max_keywords=10)
    start_list(owner=owner, name="pots", source=source, imported=imported)
