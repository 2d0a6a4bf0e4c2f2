"""Uploading: what starts, what is refused, and that nothing is lost on the way."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jobs.models import Job
from keywords.models import KeywordList
from keywords.sources import ensure_practice_source, set_source
from tests.keywords.rows import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def post(client: Client, **fields: Any) -> Any:
    return client.post(
        "/lists/new", {"source": ensure_practice_source().pk, "device": "desktop", **fields}
    )


def upload(client: Client, data: bytes, name: str = "words.csv", **fields: Any) -> Any:
    return post(client, file=SimpleUploadedFile(name, data), **fields)


class TestNewList:
    def test_starts_and_leads_to_the_list(self, alice: Client) -> None:
        response = upload(alice, b"keyword\nred shoes\nblue shoes\nred shoes\n")
        keyword_list = KeywordList.objects.get()
        assert (response.status_code, response["Location"]) == (303, f"/lists/{keyword_list.pk}")
        assert keyword_list.owner.get_username() == "alice"
        assert keyword_list.name == "words.csv"
        assert Job.objects.count() == keyword_list.keywords.count() == 2
        page = alice.get(response["Location"]).content.decode()
        assert "2 keywords queued, 1 row skipped" in page

    def test_keeps_the_report(self, alice: Client) -> None:
        upload(alice, b"keyword\nred shoes\n\nred shoes\n")
        report = alice.get(f"/lists/{KeywordList.objects.get().pk}/import").content.decode()
        assert "Empty row." in report
        assert "Duplicate of row 2." in report

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "The file is empty."),
            (b"\x89PNG\r\n\x1a\n" + bytes(200), "a PNG picture"),
            (b"\n\n\n", "every row is empty"),
            (b"a" * 300, "300 characters, the limit is 255."),
        ],
    )
    def test_says_what_is_wrong_with_a_file(self, alice: Client, data: bytes, said: str) -> None:
        response = upload(alice, data)
        assert response.status_code == 200
        assert said in response.content.decode()
        assert not KeywordList.objects.exists()

    def test_says_how_large_a_file_may_be(self, alice: Client, settings: Any) -> None:
        settings.MAX_UPLOAD_BYTES = 2048
        response = upload(alice, b"word\n" * 1000)
        assert "the limit is 2.0" in response.content.decode().replace("\xa0", " ")

    def test_reports_what_is_over_the_limit(self, alice: Client, settings: Any) -> None:
        settings.MAX_KEYWORDS = 2
        upload(alice, b"one\ntwo\nthree\n")
        keyword_list = KeywordList.objects.get()
        assert keyword_list.keywords.count() == 2
        assert [row.text for row in keyword_list.skipped_rows.all()] == ["three"]

    def test_takes_a_file_or_text_but_not_both(self, alice: Client) -> None:
        response = upload(alice, b"one", text="two")
        assert "Give a file or text, not both." in response.content.decode()
        assert "Choose a file, or paste" in post(alice).content.decode()

    def test_makes_one_list_of_one_form(self, alice: Client) -> None:
        first = post(alice, text="one", start_key="pressed")
        second = post(alice, text="one", start_key="pressed")
        assert first["Location"] == second["Location"]
        assert KeywordList.objects.count() == 1

    def test_checks_country_and_language(self, alice: Client) -> None:
        response = post(alice, text="one", country="u", language="?")
        content = response.content.decode()
        assert "is not a country code" in content
        assert "is not a language code" in content

    def test_offers_only_sources_that_are_switched_on(self, alice: Client) -> None:
        off = set_source("off", engine="practice", enabled=False)
        assert "off" not in [
            source.name for source, *_ in alice.get("/lists/new").context["sources"]
        ]
        assert "switched off" in post(alice, text="one", source=off.pk).content.decode()

    def test_says_that_practice_results_are_made_up(self, alice: Client) -> None:
        ensure_practice_source()
        assert "made-up results" in alice.get("/lists/new").content.decode()

    def test_says_so_when_there_is_no_source(self, alice: Client) -> None:
        set_source("practice", engine="practice", enabled=False)
        assert "No source is switched on." in alice.get("/lists/new").content.decode()

    @pytest.mark.parametrize("count", [10, 500])
    def test_costs_the_same_whatever_the_size(
        self, alice: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        source = ensure_practice_source()
        text = "\n".join(f"keyword {number}" for number in range(count))
        with django_assert_max_num_queries(35):
            alice.post("/lists/new", {"source": source.pk, "text": text})


def test_sample_file_holds_what_it_is_for(client: Client) -> None:
    response = client.get("/lists/sample.csv")
    client.force_login(make_user("alice"))
    upload(client, response.content)
    imported = KeywordList.objects.get().imported
    assert (imported["accepted"], imported["skipped"]) == (10, 2)
