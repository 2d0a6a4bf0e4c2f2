"""The whole way on real input: saved Google pages, replayed over HTTP, through upload, cluster, engine,
pages and API, and what comes out equals what a person read off those pages."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from keywords.models import ApiToken, Keyword
from keywords.tokens import create_token
from tests.acceptance.replay import ReplayServer, SavedAnswer
from tests.jobs.nodes import NodeProcess, wait_until_done

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("ATHANOR_CORPUS", ROOT.parent / "shared" / "serp-corpus"))

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.cluster,
    pytest.mark.django_db(transaction=True),
]

REFUSALS = {"captcha": "blocked", "js_required": "js_required"}
STATUS = {"captcha": 429}


@dataclass(frozen=True, slots=True)
class Case:
    keyword: str
    kind: str
    answer: SavedAnswer
    truth: dict[str, Any] | None


def read_cases() -> Iterator[Case]:
    for number, line in enumerate((CORPUS / "manifest.jsonl").read_text().splitlines()):
        page = json.loads(line)
        path = CORPUS / page["file"]
        wanted = page["engine"] == "google" and page["date"] >= "2018"
        if not (wanted and path.exists()):
            continue
        truth = CORPUS / "truth" / f"{page['file']}.json"
        if not truth.exists() and page["kind"] not in REFUSALS:
            continue
        encoding = (page.get("encoding") or "utf-8").split()[0]
        yield Case(
            keyword=f"{page['query'] or page['kind']} {number}"[:200],
            kind=page["kind"],
            answer=SavedAnswer(
                STATUS.get(page["kind"], 200), f"text/html; charset={encoding}", path.read_bytes()
            ),
            truth=json.loads(truth.read_text()) if truth.exists() else None,
        )


class TestCorpus:
    def test_what_the_pages_and_the_api_show_is_what_stood_on_the_saved_pages(
        self, live_server: Any, database_url: str
    ) -> None:
        cases = {case.keyword: case for case in read_cases()}
        token = make_account()
        with ReplayServer({keyword: case.answer for keyword, case in cases.items()}) as engine:
            configure_source(engine.url)
            created = upload(live_server.url, token, "\n".join(["keyword", *map(quote, cases)]))
            assert created["accepted"] == len(cases)
            with NodeProcess(database_url, workers=2, threads=8):
                wait_until_done(180)
        for keyword in Keyword.objects.all():
            case = cases[keyword.text]
            seen = read_keyword(live_server.url, token, keyword.pk)
            page = read_page(keyword.pk)
            if case.kind in REFUSALS:
                assert_refused(case, seen, page)
            else:
                assert_equal_to_truth(case, seen, page)


def quote(keyword: str) -> str:
    return '"' + keyword.replace('"', '""') + '"'


def make_account() -> str:
    user = User.objects.create_user("anna", "anna@example.com", "a long enough password")
    _, secret = create_token(user, scope=ApiToken.Scope.WRITE)
    return secret


def configure_source(url: str) -> None:
    call_command(
        "set_source",
        "google",
        "--engine",
        "google",
        "--base-url",
        url,
        "--allow-private",
        "--enable",
    )
    call_command(
        "set_source", "google", "--rate", "10000/1", "--burst", "100", "--max-running", "64"
    )
    from keywords.models import Source

    Source.objects.filter(name="google").update(
        settings={"refusal_attempts": 1, "cool_down_seconds": 0.1}
    )


def upload(base: str, token: str, text: str) -> dict[str, Any]:
    answer = requests.post(
        f"{base}/api/v1/lists",
        headers={"Authorization": f"Bearer {token}"},
        files={"file": ("queries.csv", text.encode(), "text/csv")},
        data={"name": "queries", "source": "google"},
        timeout=60,
    )
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def read_keyword(base: str, token: str, keyword_id: int) -> dict[str, Any]:
    answer = requests.get(
        f"{base}/api/v1/keywords/{keyword_id}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json()
    return seen


def read_page(keyword_id: int) -> str:
    client = Client()
    client.force_login(User.objects.get())
    text = client.get(f"/keywords/{keyword_id}").content.decode()
    for tab in ("organic", "ads"):
        text += client.get(f"/keywords/{keyword_id}?tab={tab}").content.decode()
    return unescape(text)


def assert_refused(case: Case, seen: dict[str, Any], page: str) -> None:
    assert seen["status"] == "failed", case.keyword
    assert seen["outcome"] == REFUSALS[case.kind], case.keyword
    assert seen["result"] is None, case.keyword
    assert seen["reason"]
    assert seen["reason"] in page, case.keyword


def assert_equal_to_truth(case: Case, seen: dict[str, Any], page: str) -> None:
    truth, result = case.truth, seen["result"]
    assert truth is not None
    assert seen["status"] == "done", (case.keyword, seen["outcome"], seen["reason"])
    assert [o["url"] for o in result["organic"]] == [o["url"] for o in truth["organic"]], (
        case.keyword
    )
    assert [o["url"] for o in truth["organic"] if o["url"] not in page] == [], case.keyword
    for block in ("top", "bottom"):
        found = [ad["title"] for ad in result["ads"] if ad["block"] == f"ad_{block}"]
        assert found == [ad["title"] for ad in truth[f"ads_{block}"]], case.keyword
    assert result["counts"]["links_total"] == truth["total_links"], case.keyword
    assert result["counts"]["total_results"] == truth["total_results_number"], case.keyword
