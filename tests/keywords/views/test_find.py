"""The search field of every page: what it finds, and of whom."""

from typing import Any

import pytest
from django.test import Client

from tests.keywords.found import TWO_KEYWORDS, make_found
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def find(client: Client, text: str, path: str = "/find") -> tuple[list[str], list[str], list[str]]:
    context: Any = client.get(path, query_params={"q": text}).context
    return (
        [each.name for each in context["lists"]],
        [each.text for each in context["keywords"]],
        [domain for domain, _ in context["domains"]],
    )


class TestFind:
    @pytest.mark.parametrize("path", ["/find", "/find/suggest"])
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("WINTER", (["Winter range"], ["warm winter boots"], [])),
            ("oots", ([], ["warm winter boots"], [])),
            ("example", ([], [], ["example.com"])),
            ("https://www.example.com/a", ([], [], ["example.com"])),
            ("xample", ([], [], [])),
            ("example.org", ([], [], [])),
            ("%", ([], [], [])),
            ("", ([], [], [])),
        ],
    )
    def test_knows_lists_keywords_and_domains(
        self, alice: Client, text: str, found: tuple[list[str], ...], path: str
    ) -> None:
        make_list("warm winter boots", name="Winter range")
        make_found(TWO_KEYWORDS)
        assert find(alice, text, path) == found

    def test_looks_at_ones_own_only(self, alice: Client) -> None:
        charlie = make_user("charlie")
        make_found(TWO_KEYWORDS, owner=charlie, name="example")
        assert find(alice, "example") == ([], [], [])
        assert find(alice, "one") == ([], [], [])

    def test_leads_on_where_there_is_more(self, alice: Client) -> None:
        make_list(*(f"boots {number}" for number in range(30)))
        response = alice.get("/find?q=boots")
        assert len(response.context["keywords"]) == 20
        answer = alice.get(response.context["keywords_link"]).context["page"]
        assert "All keywords that contain it" in response.content.decode()
        assert answer is not None

    def test_leads_from_a_domain_to_its_keywords(self, alice: Client) -> None:
        make_found(TWO_KEYWORDS)
        ((_, link),) = alice.get("/find?q=example").context["domains"]
        assert alice.get(link).context["answer"].keyword_count == 2

    def test_shows_text_as_text(self, alice: Client) -> None:
        make_list("<i>one", name="<i>list")
        for path in ("/find", "/find/suggest"):
            assert "<i>" not in alice.get(f"{path}?q=<i>").content.decode()

    @pytest.mark.parametrize("text", ["\x00", "x" * 3000, "\\", "_", "'"])
    def test_survives_nonsense(self, alice: Client, text: str) -> None:
        assert find(alice, text) == ([], [], [])
