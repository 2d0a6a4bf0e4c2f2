"""Whatever is done to a page, reading it raises nothing, and a refusal never becomes a result."""

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serp.corpus.pages import corpus_folder, read_pages
from serp.document import COST_OF_ELEMENT, MOST_ELEMENTS, read_document
from serp.engines.registry import get_engine
from serp.types import Outcome, Query, Reading
from tests.serp.engines.test_listings import PAGES as LISTINGS
from tests.serp.hostile_pages import HOSTILE
from tests.serp.pages import FOLDER, answer
from tests.serp.test_corpus import needs_corpus

GOOGLE = get_engine("google")
PAGES = {path.stem: path.read_bytes() for path in sorted((FOLDER / "google").glob("*.html"))}
REFUSALS = ["captcha", "captcha_image", "shell", "consent", "soft_block", "home"]


def read(body: bytes, content_type: str = "text/html; charset=utf-8") -> Reading:
    reading = GOOGLE.read(
        answer(body, headers={"content-type": content_type}), Query(text="kettle")
    )
    assert "parser failed" not in reading.verdict.evidence
    assert (reading.serp is not None) == reading.verdict.outcome.is_good
    return reading


def cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body))]


def shuffle(body: bytes, chance: random.Random) -> bytes:
    pieces = re.split(rb"(?=<)", body)
    chance.shuffle(pieces)
    return b"".join(pieces)


def drop_tags(body: bytes, chance: random.Random) -> bytes:
    return re.sub(rb"<[^>]*>", lambda tag: tag.group() if chance.random() < 0.8 else b"", body)


def nest(body: bytes, chance: random.Random) -> bytes:
    return b"<div>" * chance.randrange(1, 2000) + body


def repeat(body: bytes, chance: random.Random) -> bytes:
    return body * chance.randrange(2, 5)


def bloat(body: bytes, chance: random.Random) -> bytes:
    return body.replace(
        b"<div", b"<script>var x = '<h3>result-stats\\\">'</script><div", chance.randrange(1, 50)
    )


def recode(body: bytes, chance: random.Random) -> bytes:
    return body.decode().encode(
        chance.choice(["utf-16", "utf-16-le", "windows-1252", "ascii", "utf-7"]), "replace"
    )


MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [
    cut,
    shuffle,
    drop_tags,
    nest,
    repeat,
    bloat,
    recode,
]


class TestMutations:
    @pytest.mark.parametrize("name", PAGES)
    @pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
    def test_nothing_is_raised_and_refusals_stay_refusals(
        self, name: str, mutate: Callable[[bytes, random.Random], bytes]
    ) -> None:
        for seed in range(15):
            reading = read(mutate(PAGES[name], random.Random(seed)))
            if name in REFUSALS:
                assert reading.verdict.outcome not in {Outcome.OK, Outcome.EMPTY}, seed

    @pytest.mark.parametrize("name", ["results", "ads", "consent_overlay"])
    @pytest.mark.parametrize("mutate", [nest, repeat, bloat], ids=lambda mutate: mutate.__name__)
    def test_a_result_page_is_never_called_a_refusal(
        self, name: str, mutate: Callable[[bytes, random.Random], bytes]
    ) -> None:
        for seed in range(10):
            assert read(mutate(PAGES[name], random.Random(seed))).verdict.outcome is Outcome.OK


@pytest.mark.parametrize("name", LISTINGS)
@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_the_refusals_of_other_engines_stay_refusals(
    name: str, mutate: Callable[[bytes, random.Random], bytes]
) -> None:
    engine, pages = get_engine(name), LISTINGS[name]
    for seed in range(8):
        for page in (pages.refused, pages.results, pages.empty):
            body = mutate(page.encode(), random.Random(seed))
            verdict = engine.read(answer(body, url=pages.address), Query(text="kettle")).verdict
            assert "parser failed" not in verdict.evidence
            if page == pages.refused:
                assert verdict.outcome not in {Outcome.OK, Outcome.EMPTY}, seed


@pytest.mark.corpus
@needs_corpus
class TestRealRefusals:
    @pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
    def test_stay_refusals(self, mutate: Callable[[bytes, random.Random], bytes]) -> None:
        refused = [
            page for page in read_pages(corpus_folder()) if page.kind in {"captcha", "js_required"}
        ]
        for page in refused:
            if page.engine == "google":
                for seed in range(4):
                    outcome = read(mutate(page.body, random.Random(seed))).verdict.outcome
                    assert outcome not in {Outcome.OK, Outcome.EMPTY}, (page.file, seed)


class TestFuzz:
    @given(
        st.binary(max_size=2000),
        st.sampled_from(["", "text/html", "text/html; charset=utf-16", "a/b"]),
    )
    @settings(max_examples=200, deadline=None)
    def test_any_bytes(self, body: bytes, content_type: str) -> None:
        assert read(body, content_type).verdict.outcome is not Outcome.OK

    @given(
        st.lists(
            st.sampled_from(
                [
                    '<div id="rso">', '<div id="main">', '<div id="tads">', '<div id="tads">', "</div>", "<h3>", "</h3>",
                    '<a href="http://[::1">', '<a href="/url?q=http://a.example/">', '<a href="/aclk?adurl=%">', "</a>",
                    '<div role="heading" aria-level="2">', '<div data-text-ad>', '<div data-q="?">', "<cite>", "<table>",
                    '<div class="related-question-pair">', '<div id="rhs">', "text?", '<li class="ads-ad">', "<script>",
                    '<div id="result-stats">9</div>', '<form id="captcha-form">', '<g-card>', '<a role="button" href="x">',
                ]
            ),
            max_size=60,
        )
    )  # fmt: skip
    @settings(max_examples=300, deadline=None)
    def test_any_soup_of_the_words_that_matter(self, pieces: list[str]) -> None:
        read("".join(pieces).encode())


class TestPagesMadeToCost:
    """What bounds the cost is tested; the cost itself is measured by `make bench-parsers`."""

    ENGINES = ("google", "bing")

    @pytest.mark.parametrize("name", HOSTILE)
    def test_no_more_is_kept_than_the_caps_allow(self, name: str) -> None:
        document = read_document(HOSTILE[name]()[:1_000_000], "text/html")
        assert len(document.nodes) <= MOST_ELEMENTS
        assert len(document.texts) <= MOST_ELEMENTS * (COST_OF_ELEMENT + 2)

    @pytest.mark.parametrize("name", HOSTILE)
    def test_every_engine_reads_them_without_a_mistake(self, name: str) -> None:
        body = HOSTILE[name]()[:40_000]
        for engine in self.ENGINES:
            reading = get_engine(engine).read(answer(body), Query(text="kettle"))
            assert "parser failed" not in reading.verdict.evidence
