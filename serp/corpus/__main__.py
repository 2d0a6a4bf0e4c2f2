"""Reads every saved page, compares it with its truth, prints figures, writes the differences."""

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from serp.corpus.comparing import PageReport, check_page, has_parser
from serp.corpus.figures import add_fields, count_verdict_mistakes, describe
from serp.corpus.pages import CorpusMissing, SavedPage, corpus_folder, read_pages

REPORT = Path("corpus-report.json")


def main(arguments: list[str] | None = None) -> int:
    options = _read_arguments(arguments)
    try:
        pages = read_pages(options.corpus or corpus_folder())
    except CorpusMissing as error:
        sys.stderr.write(f"{error}\n")
        return 1
    pages = [page for page in pages if options.engine in {"", page.engine}]
    covered = [page for page in pages if has_parser(page)]
    uncovered = [page for page in pages if not has_parser(page)]
    reports = [check_page(page) for page in covered]
    for line in describe(reports, options.since):
        sys.stdout.write(f"{line}\n")
    for engine, count in Counter(page.engine for page in uncovered).items():
        sys.stdout.write(f"not covered, there is no such engine here: {engine}, {count} pages\n")
    write_report(REPORT, reports, uncovered)
    sys.stdout.write(f"All differences: {REPORT}\n")
    return 0


def _read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m serp.corpus", description=__doc__)
    parser.add_argument(
        "--corpus", type=Path, help="the folder of saved pages (default: ATHANOR_CORPUS)"
    )
    parser.add_argument("--engine", default="", help="only this engine")
    parser.add_argument(
        "--since", default="2018", help="the date from which a page counts as recent"
    )
    return parser.parse_args(arguments)


def write_report(path: Path, reports: list[PageReport], uncovered: list[SavedPage]) -> None:
    content = {
        "fields": add_fields(reports),
        "verdict_mistakes": count_verdict_mistakes(reports),
        "pages": [_page_entry(report) for report in reports],
        "not_covered": [page.file for page in uncovered],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")


def _page_entry(report: PageReport) -> dict[str, object]:
    return {
        "file": report.page.file,
        "kind": report.page.kind,
        "outcome": report.outcome,
        "evidence": report.evidence,
        "fields": dict(report.fields),
        "differences": [asdict(difference) for difference in report.differences],
    }


if __name__ == "__main__":
    sys.exit(main())
