from collections.abc import Iterator

import pytest

from keywords.models import Source
from keywords.sources import ensure_practice_source, set_source
from serp.practice import PracticeServer


@pytest.fixture(scope="session")
def engine() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


@pytest.fixture
def source(db: None, engine: PracticeServer) -> Source:
    ensure_practice_source()
    return set_source("practice", base_url=engine.url)
