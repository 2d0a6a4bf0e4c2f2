"""The front end's files: pinned, and small."""

import hashlib
import zlib
from pathlib import Path

import django_htmx

STATIC = Path(__file__).parents[2] / "static"
VENDOR = STATIC / "vendor"
SCRIPTS_AT_MOST = 45_000
FIRST_LOAD_AT_MOST = 120_000


def compressed(paths: list[Path]) -> int:
    return sum(len(zlib.compress(path.read_bytes(), 6)) for path in paths)


def list_scripts() -> list[Path]:
    htmx = Path(str(django_htmx.__file__)).parent / "static/django_htmx/htmx-2.min.js"
    return [htmx, *(STATIC / "js").glob("*.js")]


class TestVendoredFiles:
    def test_are_those_that_were_pinned(self) -> None:
        lines = (VENDOR / "vendor.lock").read_text().splitlines()
        pinned = {path: digest for digest, path in (line.split("  ") for line in lines)}
        found = {
            str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in VENDOR.rglob("*")
            if path.is_file() and path.name != "vendor.lock"
        }
        assert found == pinned

    def test_come_with_their_licences(self) -> None:
        for folder in VENDOR.iterdir():
            assert folder.is_file() or list(folder.glob("LICENSE*"))


class TestBudgets:
    def test_scripts_are_small(self) -> None:
        assert compressed(list_scripts()) <= SCRIPTS_AT_MOST

    def test_a_first_load_is_small(self) -> None:
        styles = [*(STATIC / "css").glob("*.css"), *VENDOR.rglob("*.css")]
        face = VENDOR / "geist-5.3.0/geist-latin-wght-normal.woff2"
        page = 15_000
        assert (
            compressed([*list_scripts(), *styles]) + face.stat().st_size + page
            <= FIRST_LOAD_AT_MOST
        )
