"""From files to a list, in one go: opened, recognized, read, kept."""

from collections.abc import Callable, Iterable

from django.contrib.auth.models import AbstractBaseUser

from keywords.models import KeywordList, Source
from keywords.page_imports.holding import options_of
from keywords.page_imports.opening import Opened, open_file
from keywords.page_imports.recognizing import recognize
from keywords.page_imports.storing import NO_QUERY, UNKNOWN, Haul, build_page, keep_pages


class NothingToImport(Exception):
    """No page could be used. `haul` says why for each."""

    def __init__(self, haul: Haul) -> None:
        super().__init__("None of the files holds a results page that is understood here.")
        self.haul = haul


def import_files(
    files: Iterable[tuple[str, bytes]],
    *,
    owner: AbstractBaseUser,
    engine: str = "",
    source: Source | None = None,
    name: str = "",
    filename: str = "",
    most: int | None = None,
    note: Callable[[int], None] = lambda _: None,
) -> tuple[KeywordList, Haul]:
    """`files` are names and bytes; `source` decides how pages are read, else `engine`, else each page
    itself. Beyond `most` pages nothing is read, and the report says so. Raises NothingToImport."""
    haul = Haul()
    for opened in open_all(files):
        haul.seen += 1
        if most is not None and len(haul.pages) >= most:
            haul.skip(
                opened.name, f"Here {most:,} pages are imported at once, and this is one more."
            )
            continue
        take(opened, haul, engine, source)
        note(haul.seen)
    if not haul.pages:
        raise NothingToImport(haul)
    return keep_pages(owner, name, filename, haul), haul


def open_all(files: Iterable[tuple[str, bytes]]) -> Iterable[Opened]:
    for name, data in files:
        yield from open_file(name, data)


def take(opened: Opened, haul: Haul, engine: str, source: Source | None) -> None:
    if opened.exchange is None:
        haul.skip(opened.name, opened.problem)
        return
    options = options_of(source)
    wanted = source.engine if source else engine
    found = recognize(opened.name, opened.exchange, engine=wanted, options=options)
    if found.reading is None:
        haul.skip(opened.name, UNKNOWN)
    elif not found.query:
        haul.skip(opened.name, NO_QUERY)
    else:
        haul.pages.append(build_page(opened, found, source, options))
