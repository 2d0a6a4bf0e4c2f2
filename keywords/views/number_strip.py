"""The numbers of a run as tiles, each with what has changed since the good run before."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keywords.views.keyword_runs import Run


@dataclass(frozen=True)
class Tile:
    """`delta` is None where there is nothing to compare with; `note` stands under the number."""

    label: str | Promise
    value: int | None
    delta: int | None
    tab: str = ""
    note: str = ""
    # A rank is better when it is lower.
    is_rank: bool = False

    @property
    def size(self) -> int:
        return abs(self.delta or 0)

    @property
    def has_risen(self) -> bool:
        return (self.delta or 0) > 0


FIGURES = (
    ("ads_top", gettext_lazy("Top ads"), "ads"),
    ("ads_total", gettext_lazy("All ads"), "ads"),
    ("organic_total", gettext_lazy("Organic results"), "organic"),
    ("links_total", gettext_lazy("Links on the page"), "links"),
)


def build_tiles(
    run: Run, base: Run | None, domain: str, places: Mapping[int, int | None]
) -> list[Tile]:
    tiles = [build_tile(name, label, tab, run, base) for name, label, tab in FIGURES]
    tiles.append(build_stats(run, base))
    if domain:
        tiles.append(build_rank(run, base, domain, places))
    return tiles


def build_tile(name: str, label: str | Promise, tab: str, run: Run, base: Run | None) -> Tile:
    now: int | None = getattr(run.search, name)
    return Tile(label, now, difference(now, getattr(base.search, name) if base else None), tab)


def build_stats(run: Run, base: Run | None) -> Tile:
    total = run.search.total_results
    before = base.search.total_results if base else None
    note = run.search.stats_raw or _("the page shows no number")
    return Tile(_("Result stats"), total, difference(total, before), note=note)


def build_rank(run: Run, base: Run | None, domain: str, places: Mapping[int, int | None]) -> Tile:
    now = places.get(run.search.pk)
    before = places.get(base.search.pk) if base else None
    note = domain if now is not None else _("%(domain)s is not among them") % {"domain": domain}
    return Tile(_("My rank"), now, difference(now, before), "organic", note, is_rank=True)


def difference(now: int | None, before: int | None) -> int | None:
    return now - before if now is not None and before is not None else None
