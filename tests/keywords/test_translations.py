"""The pages in a language that is not English: the catalogue is whole, compiled, and used."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from keywords.templatetags.figures import figure
from scripts.translations import (
    Entry,
    compile_catalogue,
    list_catalogues,
    read_catalogue,
)
from tests.keywords.results import finish
from tests.keywords.rows import make_list, make_user

PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*\w|%%|</?\w+|&\w+;")
CATALOGUES = list_catalogues()
LEAST_SHARE = 0.9
ROOT = Path(__file__).parents[2]
APPS = ("keywords", "jobs", "scraper_app")


def entries_of(path: Path) -> list[Entry]:
    return [entry for entry in read_catalogue(path) if entry.source[0]]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.parts[-3]))
class TestCatalogues:
    def test_are_compiled_as_they_stand(self, path: Path) -> None:
        """`python -m scripts.translations --compile` does it."""
        assert path.with_suffix(".mo").read_bytes() == compile_catalogue(path)

    def test_keep_what_stands_for_something_else(self, path: Path) -> None:
        for entry in entries_of(path):
            for text in filter(None, entry.translated):
                wanted = {frozenset(PLACEHOLDER.findall(each)) for each in entry.source}
                assert frozenset(PLACEHOLDER.findall(text)) in wanted, entry.source

    def test_hold_no_guesses(self, path: Path) -> None:
        """gettext gives a new text the translation of one that looks like it, and marks it so."""
        guesses = [line for line in path.read_text().splitlines() if line.startswith("#, fuzzy")]
        assert guesses == []

    def test_are_nearly_whole(self, path: Path) -> None:
        entries = entries_of(path)
        done = sum(entry.is_translated for entry in entries)
        assert done / len(entries) > LEAST_SHARE


def test_every_language_that_is_offered_has_one() -> None:
    offered = {code for code, _name in settings.LANGUAGES}
    assert offered == {"en", *(path.parts[-3] for path in CATALOGUES)}


def find_calls(node: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    """Those that are made while the module is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call) and getattr(child.func, "id", "") in names:
            yield child
        yield from find_calls(child, names)


def test_nothing_is_translated_once_and_for_all() -> None:
    """What is translated while a module is imported keeps the language of whoever came first."""
    found = []
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py")):
        tree = ast.parse(path.read_text())
        imported = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
            for alias in node.names
            if alias.name in {"gettext", "ngettext", "pgettext"}
        }
        found += [f"{path}:{call.lineno}" for call in find_calls(tree, imported)]
    assert found == []


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def paths(self, client: Client) -> dict[str, str]:
        """Address -> words that stand there in German."""
        user = make_user("alice")
        client.force_login(user)
        keyword = make_list("red shoes", owner=user).keywords.get()
        finish(keyword)
        return {
            "/": "Neue Liste",
            "/lists/new": "Suchbegriffe einfügen, einer je Zeile",
            f"/lists/{keyword.keyword_list_id}": "Gerade eben|gerade eben",
            f"/keywords/{keyword.pk}": "Organische Treffer",
            "/search": "Suchbegriffe ohne Anzeigen",
            "/domains": "Sichtbarkeitsanteil",
            "/sources": "Wo gesucht werden kann.*Bereit",
            "/account/preferences": "Vorlieben",
            "/account/email/": "E-Mail-Adresse",
        }

    def test_are_in_the_language_that_the_browser_asks_for(
        self, client: Client, paths: dict[str, str]
    ) -> None:
        for path, words in paths.items():
            response = client.get(path, headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"})
            page = response.content.decode()
            assert '<html lang="de"' in page, path
            assert re.search(words, page, re.DOTALL), path
            assert response["Content-Language"] == "de"

    def test_are_in_english_for_all_others(self, client: Client, paths: dict[str, str]) -> None:
        for path, words in paths.items():
            page = client.get(path, headers={"accept-language": "fr,cs;q=0.9"}).content.decode()
            assert '<html lang="en"' in page
            assert not re.search(words, page), path


@pytest.mark.parametrize(("language", "shown"), [("en", "1,234,567"), ("de", "1.234.567")])
def test_numbers_are_grouped_as_the_language_has_it(language: str, shown: Any) -> None:
    with translation.override(language):
        assert figure(1234567) == shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/account/notifications", "Nur wenn das meiste abgelehnt wurde"),
        ("/search?match=regex&value=(", "Dieses Muster stimmt nicht"),
        ("/search?match=domain&where=title&value=x", "Nur Adressen haben eine Domain"),
    ],
)
def test_choices_and_mistakes_are_translated_too(client: Client, path: str, words: str) -> None:
    user = make_user("alice")
    make_list("red shoes", owner=user)
    client.force_login(user)
    page = client.get(path, headers={"accept-language": "de"}).content.decode()
    assert words in page
