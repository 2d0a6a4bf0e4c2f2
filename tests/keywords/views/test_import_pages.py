"""`/pages/import`."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from keywords.models import KeywordList
from tests.keywords.page_imports.files import make_page, make_zip
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def post(client: Client, *files: tuple[str, bytes], **fields: str) -> "tuple[int, str, str]":
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    response = client.post("/pages/import", {"pages": uploads, **fields})
    return response.status_code, response.get("Location", ""), response.content.decode()


class TestImport:
    def test_leads_to_the_list(self, alice: Client) -> None:
        pages = make_zip(**{"a.html": make_page("red shoes"), "b.html": make_page("blue shoes")})
        status, location, _ = post(alice, ("shoes.zip", pages), name="Saved shoes")
        keyword_list = KeywordList.objects.get()
        assert (status, location) == (303, f"/lists/{keyword_list.pk}")
        html = alice.get(location).content.decode()
        assert "2 pages imported." in html
        assert "Saved shoes" in html
        assert "red shoes" in html
        keyword = keyword_list.keywords.get(text="red shoes")
        page = alice.get(f"/keywords/{keyword.pk}").content.decode()
        assert "Practice engine" in page

    def test_leads_to_the_report_where_files_were_not_understood(self, alice: Client) -> None:
        status, location, _ = post(alice, ("a.html", make_page("red shoes")), ("b.pdf", b"%PDF-"))
        assert status == 303
        assert location.endswith("/import")
        html = alice.get(location).content.decode()
        assert "This is no web page but a PDF." in html
        assert "Files that were not understood" in html

    def test_says_why_nothing_was_imported(self, alice: Client) -> None:
        status, _, html = post(alice, ("a.html", b""), ("soup.html", b"<h1>Soup</h1>"))
        assert status == 200
        assert "Nothing was imported." in html
        assert "The file is empty." in html
        assert "Not recognized" in html
        assert not KeywordList.objects.exists()

    @pytest.mark.parametrize("fields", [{}, {"read_as": "no engine"}])
    def test_tells_a_mistake_beside_its_field(self, alice: Client, fields: dict[str, str]) -> None:
        response = alice.post("/pages/import", fields)
        assert "Choose the files to import." in response.content.decode()

    def test_takes_so_much_at_once(self, alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("keywords.page_imports.forms.MOST_BYTES", 10)
        _, _, html = post(alice, ("a.html", make_page("red shoes")))
        assert "the limit is" in html


class TestSources:
    def test_of_imported_pages_are_nobodys_choice(self, alice: Client) -> None:
        make_list()
        post(alice, ("a.html", make_page("red shoes")))
        assert "saved-practice" not in alice.get("/sources").content.decode()
        assert "saved-practice" not in alice.get("/lists/new").content.decode()
