"""`make bench-parsers`: CPU of reading a saved page, beside other tools that extract the same.

Every figure is the least of a few runs of one page in one thread, averaged over an engine's pages.
"The same" is titles and URLs of organic results and ads and the number of links; our own reading
does more: verdict, snippets, boxes, every link's target. Prints Markdown tables.
"""

import argparse
import gc
import json
import logging
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from lxml import html

from serp.corpus.pages import SavedPage, corpus_folder, read_pages
from serp.encoding import decode_page
from serp.engines.registry import get_engine
from serp.types import Query
from serp.urls import read_target
from tests.serp.hostile_pages import HOSTILE
from tests.serp.pages import answer

# Boxes of results and ads, and the title in them, for the tools that are told by hand.
BOXES = {
    "google": ("#rso, #search, #ires, #main, #tads, #bottomads", "h3"),
    "bing": ("li.b_algo, li.b_ad", "h2"),
    "duckduckgo": (".result, article", "h2"),
    "brave": (".snippet", ".title"),
    "yahoo": (".algo, .ads", "h3"),
    "mojeek": (".results-standard li", "h2"),
    "startpage": (".result", "h2"),
    "ecosia": ("article", "h2"),
    "yandex": (".serp-item", "h2"),
    "baidu": (".c-container", "h3"),
}
WEBSEARCHER = "WebSearcher==0.7.0"
WEBSEARCHER_RUN = """
import json, logging, sys, time, warnings
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
from WebSearcher.parsers import parse_serp
costs = {}
for path in json.load(sys.stdin):
    page = open(path, encoding="utf-8", errors="replace").read()
    times = []
    for _ in range(3):
        started = time.process_time()
        try:
            parse_serp(page)
        except Exception:
            times = []
            break
        times.append((time.process_time() - started) * 1000)
    if times:
        costs[path] = min(times)
print(json.dumps(costs))
"""


@dataclass(frozen=True, slots=True)
class Costs:
    """Milliseconds of CPU of one page; None where the tool is not there or cannot read it."""

    kilobytes: float
    tree: float
    ours: float
    xpath: float
    selectolax: float | None


def main() -> None:
    options = read_arguments()
    logging.disable(logging.CRITICAL)
    pages = [page for page in read_pages(options.corpus) if page.kind == "results"]
    pages = [page for page in pages if page.engine in BOXES][:: options.every]
    show_costs(pages, options.runs)
    if options.websearcher:
        show_websearcher([page for page in pages if page.engine == "google"])
    if options.hostile:
        show_hostile()


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=corpus_folder())
    parser.add_argument("--runs", type=int, default=5, help="of which the least counts")
    parser.add_argument("--every", type=int, default=1, help="take only each n-th page")
    parser.add_argument("--websearcher", action="store_true", help="install and measure it too")
    parser.add_argument("--hostile", action="store_true", help="the pages made to cost, too")
    return parser.parse_args()


def show_costs(pages: list[SavedPage], runs: int) -> None:
    print("| engine | pages | kB | bs4 tree alone | Athanor | ratio | lxml XPath | selectolax |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    by_engine: dict[str, list[Costs]] = defaultdict(list)
    for page in pages:
        by_engine[page.engine].append(measure_page(page, runs))
    for engine, costs in by_engine.items():
        tree, ours = mean(c.tree for c in costs), mean(c.ours for c in costs)
        other = [c.selectolax for c in costs if c.selectolax is not None]
        cells = (
            engine,
            str(len(costs)),
            f"{mean(c.kilobytes for c in costs):.0f}",
            f"{tree:.1f}",
            f"{ours:.1f}",
            f"{ours / tree:.2f}",
            f"{mean(c.xpath for c in costs):.1f}",
            f"{mean(other):.1f}" if other else "not installed",
        )
        print(f"| {' | '.join(cells)} |", flush=True)


def mean(values: Iterator[float] | list[float]) -> float:
    return statistics.fmean(values)


def measure_page(page: SavedPage, runs: int) -> Costs:
    exchange, engine, query = page.as_exchange(), get_engine(page.engine), Query(text=page.query)
    text = decode_page(exchange.body, exchange.headers.get("content-type", ""))
    boxes, title = BOXES[page.engine]

    def read_ours() -> object:
        read_target.cache_clear()  # no page profits from the one before
        return engine.read(exchange, query)

    return Costs(
        kilobytes=len(exchange.body) / 1024,
        tree=cost(lambda: BeautifulSoup(exchange.body, "lxml"), runs),
        ours=cost(read_ours, runs),
        xpath=cost(lambda: extract_by_xpath(text, boxes, title), runs),
        selectolax=measure_selectolax(text, boxes, title, runs),
    )


def cost(run: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        gc.collect()
        started = time.process_time()
        run()
        times.append((time.process_time() - started) * 1000)
    return min(times)


def extract_by_xpath(text: str, boxes: str, title: str) -> tuple[list[tuple[str, str]], int]:
    tree: Any = html.document_fromstring(text.encode("utf-8", "replace"))
    found = []
    for box in tree.xpath(as_xpath(boxes)):
        for heading in box.xpath(as_xpath(title)):
            anchors = heading.xpath("ancestor::a[@href]") or heading.xpath(".//a[@href]")
            if anchors:
                found.append((str(heading.text_content()), str(anchors[0].get("href"))))
    return found, len(tree.xpath("//a[@href]"))


def as_xpath(selectors: str) -> str:
    return "|".join(as_one_xpath(selector) for selector in selectors.split(", "))


def as_one_xpath(selector: str) -> str:
    """Only tag, .class, #id and descendants, which is all that stands in BOXES."""
    return "." + "".join(f"//{as_step(word)}" for word in selector.split())


def as_step(word: str) -> str:
    if word.startswith("#"):
        return f"*[@id='{word[1:]}']"
    tag, _, name = word.partition(".")
    told = f"[contains(concat(' ',normalize-space(@class),' '),' {name} ')]" if name else ""
    return f"{tag or '*'}{told}"


def measure_selectolax(text: str, boxes: str, title: str, runs: int) -> float | None:
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError:
        return None

    def extract() -> object:
        tree = LexborHTMLParser(text)
        found = []
        for box in tree.css(boxes):
            for heading in box.css(title):
                anchor = heading.css_first("a[href]") or heading.parent
                found.append((heading.text(), anchor.attributes.get("href") if anchor else ""))
        return found, len(tree.css("a[href]"))

    return cost(extract, runs)


def show_websearcher(pages: list[SavedPage]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        python = install_websearcher(Path(folder))
        if python is None:
            print(f"\n{WEBSEARCHER} cannot be installed here.")
            return
        paths = [str(page.folder / page.file) for page in pages]
        done = subprocess.run(
            [python, "-c", WEBSEARCHER_RUN],
            input=json.dumps(paths),
            capture_output=True,
            text=True,
            check=True,
        )
        costs: dict[str, float] = json.loads(done.stdout)
        average = mean(list(costs.values())) if costs else 0.0
        print(
            f"\n{WEBSEARCHER}: {average:.1f} ms a page, {len(costs)} of {len(paths)} Google pages read"
        )


def install_websearcher(folder: Path) -> str | None:
    """In an environment of its own: it wants other versions of what we use. None where it cannot be had."""
    python = str(folder / "bin" / "python")
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], check=False)
    install = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        WEBSEARCHER,
    ]
    done = made.returncode == 0 and subprocess.run(install, capture_output=True, check=False)
    return python if done and done.returncode == 0 else None


def show_hostile() -> None:
    print(
        "\n| page of 8 MB | CPU, the slowest of four engines | memory that it took |\n|---|---|---|"
    )
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for name in HOSTILE:
            seconds, megabytes = pool.apply(measure_hostile, (name,))
            print(f"| {name} | {seconds:.2f} s | {megabytes:.0f} MB |", flush=True)


def measure_hostile(name: str) -> tuple[float, float]:
    """In a process of its own, so that its memory is its own."""
    logging.disable(logging.CRITICAL)
    os.environ.setdefault("PYTHONHASHSEED", "0")
    body, slowest = HOSTILE[name](), 0.0
    get_engine("google").read(answer(b"<p>"), Query(text="kettle"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for engine in ("google", "bing", "duckduckgo", "yandex"):
        started = time.process_time()
        get_engine(engine).read(answer(body), Query(text="kettle"))
        slowest = max(slowest, time.process_time() - started)
    return slowest, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


if __name__ == "__main__":
    main()
