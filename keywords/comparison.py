"""Two runs of a keyword side by side: what is new, what is gone, what has moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from keywords.models import ResultLink


@dataclass(frozen=True, slots=True)
class Compared:
    """A link of the run that is looked at, or one that is gone from it. `place` and `before` are its
    places in the two runs; None where it is not there."""

    link: ResultLink
    place: int | None
    before: int | None

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_gone(self) -> bool:
        return self.place is None

    @property
    def rise(self) -> int:
        """Places won; negative where some were lost; 0 for what is new, gone or where it was."""
        if self.place is None or self.before is None:
            return 0
        return self.before - self.place

    @property
    def fall(self) -> int:
        return -self.rise


@dataclass(frozen=True, slots=True)
class Comparison:
    """`rows` in the order of the run that is looked at; `gone` in that of the other."""

    rows: tuple[Compared, ...]
    gone: tuple[Compared, ...]

    @property
    def new(self) -> int:
        return sum(row.is_new for row in self.rows)

    @property
    def moved(self) -> int:
        return sum(row.rise != 0 for row in self.rows)

    @property
    def is_same(self) -> bool:
        return not (self.new or self.moved or self.gone)


def compare(now: Sequence[ResultLink], before: Sequence[ResultLink]) -> Comparison:
    """Both in the order of the page. The same link twice counts twice: first with first."""
    places = number_keys(before)
    seen = number_keys(now)
    rows = tuple(
        Compared(link, place, places[key][0] if key in places else None)
        for key, (place, link) in seen.items()
    )
    gone = tuple(
        Compared(link, None, place) for key, (place, link) in places.items() if key not in seen
    )
    return Comparison(rows, gone)


def number_keys(
    links: Iterable[ResultLink],
) -> dict[tuple[str, str, int], tuple[int, ResultLink]]:
    """What tells a link from the others -> its place from 1, and the link."""
    found: dict[tuple[str, str, int], tuple[int, ResultLink]] = {}
    times: dict[tuple[str, str], int] = {}
    for place, link in enumerate(links, start=1):
        key = identify(link)
        times[key] = times.get(key, 0) + 1
        found[(*key, times[key])] = (place, link)
    return found


def identify(link: ResultLink) -> tuple[str, str]:
    """By its address; where the page hides it, by its domain and title, which stay from run to run."""
    if link.url and not link.opaque:
        return ("url", link.url.rstrip("/"))
    return ("title", f"{link.domain}\n{link.title}")
