"""Stored sentences, for those who read German."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from keywords.told import SENTENCES, say
from keywords.uploads import checking
from keywords.uploads.reading import read_file
from serp import verdicts
from serp.engines import api

UPLOAD = (
    "keyword;country;device\n;us;\nshoes;usa;\nshoes;us;watch\nshoes;;\nshoes;;\na;b;c;d\nhats;;\n"
)


@pytest.fixture
def german() -> Iterator[None]:
    with translation.override("de"):
        yield


def find_sentences() -> Iterator[str]:
    """What `serp` says of answers, with an engine's name."""
    for _outcome, text in verdicts._STATUS_RULES.values():
        yield text.format(engine="Bing")
    yield from verdicts._PROBLEM_SENTENCES.values()
    for text in api.ERROR_SENTENCES.values():
        yield text.format(engine="Bing")


@pytest.mark.usefixtures("german")
class TestSay:
    @pytest.mark.parametrize("sentence", sorted(set(find_sentences())))
    def test_knows_every_verdict(self, sentence: str) -> None:
        assert say(sentence) != sentence

    def test_keeps_what_a_sentence_is_about(self) -> None:
        assert say("Duplicate of row 7.") == "Doppelt: wie Zeile 7."
        assert "1.000" in say("Over the limit of 1,000 keywords.")

    def test_shows_what_it_does_not_know_as_it_stands(self) -> None:
        assert say("Something else. Duplicate of row 7. And more") == (
            "Something else. Duplicate of row 7. And more"
        )

    def test_knows_why_rows_are_left_out(self) -> None:
        skipped = list(read_file(UPLOAD.encode(), "a.csv", max_keywords=1).skipped)
        assert len(skipped) >= 5
        assert [each.reason for each in skipped if say(each.reason) == each.reason] == []

    def test_knows_every_reason_of_the_checks(self) -> None:
        """Each sentence of `checking` has a pattern with the same words."""
        tree = ast.parse(Path(checking.__file__).read_text())
        raised = [
            node.args[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", "") in {"BadCell", "Duplicate", "OverLimit"}
        ]
        known = {words_of(sentence) for sentence in SENTENCES}
        for text in raised:
            if isinstance(text, ast.Constant):
                assert words_of(str(text.value)) in known
            elif isinstance(text, ast.JoinedStr) and "{cells}" not in ast.unparse(text):
                parts = [
                    str(p.value) if isinstance(p, ast.Constant) else "%(x)s" for p in text.values
                ]
                assert words_of("".join(parts)) in known


def words_of(sentence: str) -> str:
    return re.sub(r"%\(\w+\)s", "…", sentence)


def test_english_stays_as_it_is() -> None:
    with translation.override("en"):
        assert say("Duplicate of row 7.") == "Duplicate of row 7."
