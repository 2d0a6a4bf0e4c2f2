"""What a newcomer finds in the demo."""

from pathlib import Path

import pytest
from django.test import Client

from jobs.models import Job
from keywords.models import Keyword, KeywordList, SkippedRow
from scraper_app.demonstration import EMAIL, furnish

pytestmark = pytest.mark.django_db


class TestFurnish:
    def test_makes_an_account_that_can_sign_in(self, tmp_path: Path, client: Client) -> None:
        password = furnish(tmp_path)
        client.post("/account/login/", {"login": EMAIL, "password": password})
        assert client.get("/admin/").status_code == 200

    def test_starts_a_list_with_something_skipped(self, tmp_path: Path) -> None:
        furnish(tmp_path)
        assert Job.objects.count() == Keyword.objects.count() > 40
        assert SkippedRow.objects.count() == 2

    def test_does_so_once(self, tmp_path: Path) -> None:
        first = furnish(tmp_path)
        assert furnish(tmp_path) == first
        assert KeywordList.objects.count() == 1
