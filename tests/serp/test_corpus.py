"""The parsers on the real pages of the corpus, where there is one."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from serp.corpus.__main__ import main
from serp.corpus.comparing import PageReport, check_page, has_parser
from serp.corpus.figures import add_fields, count_verdict_mistakes, share_right
from serp.corpus.pages import corpus_folder, read_pages, split_saved_headers

FOLDER = corpus_folder()
needs_corpus = pytest.mark.skipif(
    not (FOLDER / "manifest.jsonl").is_file(),
    reason=f"There are no saved pages in {FOLDER}: set ATHANOR_CORPUS to try the parsers on them.",
)


@cache
def reports(engine: str) -> tuple[PageReport, ...]:
    pages = (page for page in read_pages(FOLDER) if page.engine == engine and has_parser(page))
    return tuple(check_page(page) for page in pages)


def share(chosen: Iterable[PageReport], beginning: str = "") -> float:
    return share_right(add_fields(chosen), lambda field: field.startswith(beginning))


@pytest.mark.corpus
@needs_corpus
class TestGoogle:
    RECENT = "2018"

    def test_recent_pages(self) -> None:
        recent = [report for report in reports("google") if report.page.date >= self.RECENT]
        assert share(recent) >= 0.95
        assert share(recent, "organic") >= 0.99
        assert share(recent, "ads") >= 0.97

    def test_older_pages(self) -> None:
        older = [report for report in reports("google") if report.page.date < self.RECENT]
        assert share(older) >= 0.95

    def test_no_verdict_deceives(self) -> None:
        assert set(count_verdict_mistakes(reports("google")).values()) == {0}

    def test_every_verdict_is_right(self) -> None:
        assert share(reports("google"), "verdict") == 1.0


@pytest.mark.corpus
@needs_corpus
class TestOtherEngines:
    @pytest.mark.parametrize(
        "engine",
        [
            "bing",
            "duckduckgo",
            "brave",
            "yahoo",
            "mojeek",
            "startpage",
            "ecosia",
            "yandex",
            "baidu",
            "serpapi",
            "googlecse",
            "braveapi",
            "searxng",
        ],
    )
    def test_fields_and_verdicts(self, engine: str) -> None:
        assert share(reports(engine)) >= 0.95
        assert share(reports(engine), "verdict") == 1.0
        assert set(count_verdict_mistakes(reports(engine)).values()) == {0}


class TestFolder:
    def test_without_a_corpus_one_plain_sentence(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["--corpus", str(tmp_path / "none")]) == 1
        assert "There are no saved pages in" in capsys.readouterr().err

    def test_reports_every_difference(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        make_folder(tmp_path)
        monkeypatch.chdir(tmp_path)
        assert main(["--corpus", str(tmp_path)]) == 0
        report = json.loads((tmp_path / "corpus-report.json").read_text())
        [entry] = report["pages"]
        assert {difference["field"] for difference in entry["differences"]} == {
            "organic title",
            "links",
        }
        assert report["not_covered"] == ["other.html"]
        assert "no such engine here: someone, 1 pages" in capsys.readouterr().out

    def test_headers_saved_with_a_page_are_taken_off(self) -> None:
        status, headers, body = split_saved_headers(
            b"HTTP/2 202 \r\nContent-Type: text/html\r\n\r\n<html>\r\n\r\nx"
        )
        assert (status, headers, body) == (202, {"content-type": "text/html"}, b"<html>\r\n\r\nx")
        assert split_saved_headers(b"<html>")[0] == 200


def make_folder(folder: Path) -> None:
    page = b'<div id="search"><a href="https://a.example/"><h3>A</h3></a></div>'
    (folder / "page.html").write_bytes(page)
    (folder / "other.html").write_bytes(page)
    records = [
        {
            "file": "page.html",
            "engine": "google",
            "layout": "x",
            "kind": "results",
            "date": "2020-01-01",
        },
        {
            "file": "other.html",
            "engine": "someone",
            "layout": "x",
            "kind": "results",
            "date": "2020-01-01",
        },
        {
            "file": "gone.html",
            "engine": "google",
            "layout": "x",
            "kind": "results",
            "date": "2020-01-01",
        },
    ]
    (folder / "manifest.jsonl").write_text("\n".join(map(json.dumps, records)))
    (folder / "truth").mkdir()
    truth = {
        "organic": [{"position": 1, "title": "B", "url": "https://a.example/"}],
        "ads_top": [],
        "ads_bottom": [],
        "total_links": 2,
        "result_stats_text": None,
        "total_results_number": None,
        "related_searches": [],
        "people_also_ask": [],
        "has_featured_snippet": False,
    }
    (folder / "truth" / "page.html.json").write_text(json.dumps(truth))
