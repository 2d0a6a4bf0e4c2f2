"""The figures at the top of Operations; other apps add theirs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from jobs.admin.problems import Situation


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    figure: str
    note: str = ""
    level: str = ""
    gauge: SafeString | str = ""


_makers: list[Callable[[Situation], Tile]] = []


def register_tile(maker: Callable[[Situation], Tile]) -> None:
    _makers.append(maker)


def more_tiles(situation: Situation) -> list[Tile]:
    return [make(situation) for make in _makers]
