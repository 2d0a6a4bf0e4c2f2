"""The drawing of the job's life equals the code."""

import re
from pathlib import Path

from jobs.states import TRANSITIONS

DRAWING = Path(__file__).parents[2] / "docs" / "job-lifecycle.md"


class TestLifecycleDrawing:
    def test_shows_every_arrow_and_no_other(self) -> None:
        drawn = set(re.findall(r"^ +(\w+) --> (\w+): (\w+)$", DRAWING.read_text(), re.MULTILINE))
        coded = {
            (str(source), str(to), name)
            for name, (sources, to) in TRANSITIONS.items()
            for source in sources
        }
        assert drawn == coded

    def test_explains_every_arrow(self) -> None:
        explained = set(re.findall(r"^\| (\w+) \|", DRAWING.read_text(), re.MULTILINE))
        assert explained >= {*TRANSITIONS, "enqueue"}
