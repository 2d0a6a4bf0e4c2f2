"""The folder of saved pages: its manifest, its files, its truth."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serp.types import Exchange, Hop, Request

DEFAULT_FOLDER = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "serp-corpus"
# Where a page of each engine stood, so that its relative links lead somewhere.
BASE_URLS = {
    "google": "https://www.google.com/search?q=x",
    "bing": "https://www.bing.com/search?q=x",
    "duckduckgo": "https://html.duckduckgo.com/html/?q=x",
    "brave": "https://search.brave.com/search?q=x",
    "yahoo": "https://search.yahoo.com/search?p=x",
    "mojeek": "https://www.mojeek.com/search?q=x",
    "startpage": "https://www.startpage.com/sp/search?query=x",
    "ecosia": "https://www.ecosia.org/search?q=x",
    "yandex": "https://yandex.com/search/?text=x",
    "baidu": "https://www.baidu.com/s?wd=x",
}


class CorpusMissing(Exception):
    """There is no folder of saved pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A record of the manifest whose file is there."""

    folder: Path
    file: str
    engine: str
    layout: str
    kind: str  # results, no_results, captcha, js_required, other, api_json
    date: str
    query: str

    @property
    def body(self) -> bytes:
        return (self.folder / self.file).read_bytes()

    @property
    def truth(self) -> Mapping[str, Any] | None:
        path = self.folder / "truth" / f"{self.file}.json"
        if not path.is_file():
            return None
        truth: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        return truth

    def as_exchange(self) -> Exchange:
        """The page as if it had just been fetched."""
        status, headers, body = split_saved_headers(self.body)
        url = BASE_URLS.get(self.engine, "https://example.org/")
        return Exchange(
            request=Request(url=url),
            hops=(Hop(url=url, status=status),),
            status=status,
            headers=headers,
            body=body,
            fetcher="saved",
        )


def corpus_folder() -> Path:
    return Path(os.environ.get("ATHANOR_CORPUS") or DEFAULT_FOLDER)


def read_pages(folder: Path) -> list[SavedPage]:
    """Raises CorpusMissing."""
    manifest = folder / "manifest.jsonl"
    if not manifest.is_file():
        raise CorpusMissing(
            f"There are no saved pages in {folder}. Say where they are: --corpus DIR, or ATHANOR_CORPUS."
        )
    records = [
        json.loads(line) for line in manifest.read_text("utf-8").splitlines() if line.strip()
    ]
    return [_make_page(folder, record) for record in records if (folder / record["file"]).is_file()]


def _make_page(folder: Path, record: Mapping[str, Any]) -> SavedPage:
    words = {
        name: str(record.get(name) or "")
        for name in ("file", "engine", "layout", "kind", "date", "query")
    }
    return SavedPage(folder=folder, **words)


def split_saved_headers(body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a file that may begin with the head of an HTTP answer."""
    if not body.startswith(b"HTTP/"):
        return 200, {}, body
    for blank_line in (b"\r\n\r\n", b"\n\n"):
        head, found, rest = body.partition(blank_line)
        if found and b"<" not in head:
            break
    first, *lines = head.decode("latin-1").splitlines()
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return int(first.split()[1]), headers, rest
