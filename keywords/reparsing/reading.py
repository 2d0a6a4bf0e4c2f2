"""Reading a stored page with the parser of today. Pure work: no database, no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keywords.findings import cut, describe_serp, list_links
from keywords.reparsing.stored import Link, StoredSearch, build_exchange
from serp.engines.registry import configure_engine
from serp.errors import SerpError
from serp.types import GOOD_OUTCOMES, Engine, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """A page, as it reads now. `problem` says why it could not be read; then there is no more."""

    search_id: int
    columns: Mapping[str, Any]
    links: tuple[Link, ...] = ()
    problem: str = ""

    @property
    def is_good(self) -> bool:
        return self.columns.get("outcome") in GOOD_OUTCOMES


def read_again(searches: Sequence[StoredSearch]) -> list[Reread]:
    """Each engine is made ready once for all the searches of a source."""
    engines: dict[tuple[int, str], Engine | str] = {}
    found = []
    for stored in searches:
        key = (stored.source_id, stored.engine)
        if key not in engines:
            engines[key] = prepare_engine(stored)
        found.append(read_one(stored, engines[key]))
    return found


def prepare_engine(stored: StoredSearch) -> Engine | str:
    """The engine, or why it cannot read."""
    try:
        return configure_engine(stored.engine, stored.options)
    except SerpError as problem:
        return str(problem)


def read_one(stored: StoredSearch, engine: Engine | str) -> Reread:
    if isinstance(engine, str):
        return Reread(search_id=stored.id, columns={}, problem=engine)
    reading = engine.read(build_exchange(stored), stored.query)
    return Reread(
        search_id=stored.id,
        columns=describe_reading(reading, engine),
        links=list_links(reading.serp),
    )


def describe_reading(reading: Reading, engine: Engine) -> dict[str, Any]:
    """The columns of `READ_COLUMNS`."""
    serp, verdict = reading.serp, reading.verdict
    version = serp.parser_version if serp and serp.parser_version else engine.parser_version
    return {
        "outcome": verdict.outcome.value,
        "reason": cut(verdict.reason, 500),
        "evidence": cut(verdict.evidence, 1000),
        "parser_version": cut(version, 50),
        **describe_serp(serp),
    }
