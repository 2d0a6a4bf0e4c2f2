# ruff: noqa: RUF001 (texts as engines write them)
"""Nothing found, in many languages; and pages that hold results of which nothing is understood."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from serp.corpus.pages import corpus_folder, read_pages
from serp.encoding import decode_page
from serp.engines.nothing_found import find_words
from serp.engines.registry import get_engine
from serp.types import Outcome, Query
from tests.serp.engines.test_listings import FRAMES, PAGES
from tests.serp.pages import answer
from tests.serp.test_corpus import needs_corpus
from tests.serp.test_scrambled import ADDRESSES

SENTENCES = [
    "There are no results for zxqv",
    "Unfortunately we didn’t find any results for zxqv",
    "Es gibt keine Ergebnisse für zxqv",
    "Nous n'avons trouvé aucun résultat pour : zxqv",
    "No hemos encontrado resultados para: zxqv",
    "Nessun risultato trovato per zxqv",
    "Não foram encontrados resultados para zxqv",
    "Geen resultaten gevonden voor zxqv",
    "Nie znaleziono wyników dla zxqv",
    "Inga resultat för zxqv",
    "Aramanızla eşleşen sonuç bulunamadı",
    "По вашему запросу ничего не нашлось",
    "zxqv に一致する情報は見つかりませんでした",
    "抱歉没有找到与zxqv相关的网页",
    "검색결과가 없습니다",
    "Không tìm thấy kết quả",
    "لا توجد نتائج",
]
ADVICE = "<p>Xyz <b>zxqv</b> xyz.</p><ul><li>Abc abc</li><li>Def def</li></ul>"


def outcome_of(name: str, inner: str) -> Outcome:
    before, after = FRAMES[name]
    field = '<input name="q" value="zxqv"><input name="p" value="zxqv"><input name="text" value="zxqv"><input name="wd" value="zxqv"><input name="query" value="zxqv">'
    page = answer(f"<form>{field}</form>{before}{inner}{after}".encode(), url=PAGES[name].address)
    return get_engine(name).read(page, Query(text="zxqv")).verdict.outcome


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_words(sentence: str) -> None:
    assert find_words(sentence)


@pytest.mark.parametrize("name", FRAMES)
class TestEveryListing:
    @pytest.mark.parametrize("sentence", SENTENCES[2:4])
    def test_says_it_in_other_languages_than_its_own(self, name: str, sentence: str) -> None:
        assert outcome_of(name, f"<p>{sentence}</p>") is Outcome.EMPTY

    def test_gives_advice_in_a_language_that_nobody_knows(self, name: str) -> None:
        assert outcome_of(name, ADVICE) is Outcome.EMPTY

    def test_results_that_are_no_links_are_a_changed_layout(self, name: str) -> None:
        results = "".join(
            f"<div><b>zxqv</b><span>site{n}.example</span><p>{'Words about it. ' * 20}</p></div>"
            for n in range(10)
        )
        for words in (SENTENCES[0], ADVICE):
            assert outcome_of(name, f"{words}{results}") is Outcome.LAYOUT_CHANGED


def test_googles_results_that_are_no_links_are_a_changed_layout() -> None:
    results = "".join(f"<div><h3>Kettle {n}</h3><p>{'Words. ' * 40}</p></div>" for n in range(10))
    page = f'<form><textarea name="q">zxqv</textarea></form><div id="res"><div id="search">{ADVICE}{results}</div></div>'
    exchange = answer(page.encode(), url="https://www.google.com/search?q=zxqv")
    reading = get_engine("google").read(exchange, Query(text="zxqv"))
    assert reading.verdict.outcome is Outcome.LAYOUT_CHANGED


def without_links(text: str) -> str:
    return re.sub(r"<a\b", "<span", text).replace("</a>", "</span>")


def without_headings(text: str) -> str:
    named = re.sub(r"<(/?)h[1-6]\b", r"<\1div", text, flags=re.IGNORECASE)
    return re.sub(r'\s(role|aria-level|data-[\w-]+)=("[^"]*"|\S+)', "", named)


@pytest.mark.corpus
@needs_corpus
@pytest.mark.parametrize("change", [without_links, without_headings])
def test_no_page_of_results_becomes_empty_or_refused(change: Callable[[str], str]) -> None:
    for page in list(read_pages(corpus_folder()))[::2]:
        if page.kind != "results" or page.engine not in ADDRESSES | {"google": ""}:
            continue
        saved = page.as_exchange()
        text = change(decode_page(saved.body, saved.headers.get("content-type", "")))
        body = text.encode("utf-8", "replace")
        exchange = replace(saved, body=body, headers={"content-type": "text/html; charset=utf-8"})
        outcome = get_engine(page.engine).read(exchange, Query(text=page.query)).verdict.outcome
        assert outcome in {Outcome.OK, Outcome.LAYOUT_CHANGED}, page.file
