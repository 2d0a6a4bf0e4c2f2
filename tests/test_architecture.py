"""Rules of the house that no linter knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("scraper_app", "keywords", "jobs", "serp")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def find_assignments(source: str) -> list[str]:
    """What the statements of a module set in the table of jobs."""
    return re.findall(
        r"UPDATE jobs_job\b(?: \w+)? SET(.*?)(?:WHERE|FROM|RETURNING|\"\"\")", source, re.DOTALL
    )


class TestHouse:
    def test_the_state_of_a_job_is_written_in_one_module(self) -> None:
        field = r"\.update\([^)]*\bstate=|\bjob\.state = "
        writers = [
            path.relative_to(ROOT).as_posix()
            for path in SOURCES
            if re.search(field, path.read_text())
            or any("state =" in part for part in find_assignments(path.read_text()))
        ]
        assert writers == ["jobs/lifecycle.py"]

    @pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
    def test_no_module_is_named_for_nothing(self, name: str) -> None:
        assert not [path for path in SOURCES if path.stem == name]

    def test_every_package_says_what_it_is_for(self) -> None:
        for package in PACKAGES:
            assert (ROOT / package / "__init__.py").read_text().startswith('"""'), package
