"""docs/sources.md names every setting of a source, with its default."""

import re
from dataclasses import fields
from pathlib import Path

from keywords.source_fetchers import SECONDS
from keywords.verdict_policy import Tuning

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sources.md"
ROW = re.compile(r"^\| (`.+?) \| (.+?) \|", re.MULTILINE)


def read_rows() -> dict[str, str]:
    text = PAGE.read_text().split("## Settings of a source")[1]
    rows = ROW.findall(text)
    return {name: default for names, default in rows for name in re.findall(r"`(\w+)`", names)}


def test_documents_every_setting() -> None:
    others = {"https_only", "fetcher", "budget_time_zone"}
    assert set(read_rows()) == {each.name for each in fields(Tuning)} | set(SECONDS) | others


def test_tells_the_defaults() -> None:
    documented = read_rows()
    for each in fields(Tuning):
        if each.default is not None:
            assert documented[each.name] == f"{each.default:g}"
