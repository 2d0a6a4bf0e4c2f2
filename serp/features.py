"""What a results page shows besides ads and results: one shape for every engine, in plain JSON.

`Serp.features` is a `Features`. A key is there when, and only when, the page shows that box; all of
them may be missing. Boxes keep what the page tells: an item without a recoverable address has no
`url`, a box whose items cannot be read has `"items": []`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

from serp.types import OrganicResult, Serp, Target
from serp.urls import read_target

MOST_ITEMS = 60
LONGEST_TITLE = 300
LONGEST_TEXT = 1_500


class Item(TypedDict, total=False):
    """One entry of a box: a picture, a video, a place, a product, a source."""

    title: str
    url: str  # unwrapped; missing where the page does not tell it
    domain: str
    click_url: str  # of products and other paid entries: the address over the engine's counter
    display_url: str  # as shown: an address, or the merchant's or the source's name
    text: str  # price, rating, length, address, what else stands in the entry
    date: str


class Box(TypedDict, total=False):
    """One box of the page. `rank` is its absolute rank among all blocks, where it is known."""

    rank: int
    title: str  # its heading, or what the knowledge panel is about
    text: str  # the answer, the description
    url: str  # of the one page that a featured snippet or a panel is taken from
    domain: str
    display_url: str
    block: str  # of ads: "top", "bottom", "right" or "middle"
    items: list[Item]  # an AI overview's are the pages that it cites
    count: int  # where an answer tells how many there are and no more


class ResultDetails(TypedDict, total=False):
    """What an organic result shows besides title, address and snippet."""

    date: str
    sitelinks: list[Item]


class Features(TypedDict, total=False):
    """The boxes that are known by name, in the order in which they are shown to users."""

    ai_overview: Box
    featured_snippet: Box
    knowledge_panel: Box
    shopping: Box  # product ads
    local_services: Box  # ads of craftsmen and the like, vouched for by the engine
    local_pack: Box
    news: Box
    videos: Box
    images: Box
    people_also_ask: Box  # items: title is the question, text and url its answer where it is open
    spelling: Box  # title: the words that the engine searched for, or suggests, instead
    other: Box  # items: title is the engine's name of a kind of box, text how many
    results: dict[str, ResultDetails]  # by organic rank: "1" is the first
    unresponsive_engines: dict[str, str]  # of SearXNG: engine -> why


# The keys that hold a Box, in the order in which they are shown.
BOX_NAMES = tuple(
    name for name in Features.__annotations__ if name not in {"results", "unresponsive_engines"}
)


def make_item(title: str, target: Target | None = None, **texts: str) -> Item:
    """An item without the keys that have nothing to say."""
    told = {
        "title": title[:LONGEST_TITLE],
        "url": (target.url or "") if target else "",
        "domain": target.domain if target else "",
        **{name: text[:LONGEST_TEXT] for name, text in texts.items()},
    }
    return cast(Item, {name: text for name, text in told.items() if text})


def item_at(title: str, url: str, **texts: str) -> Item:
    """An item of an answer that is not HTML."""
    return make_item(title, read_target(url, "") if url else None, **texts)


def make_box(items: Sequence[Item] | None = None, **told: str | int) -> Box:
    """A box without the keys that have nothing to say; `items` stays where it is given, even empty."""
    box: dict[str, Any] = {name: value for name, value in told.items() if value}
    if items is not None:
        box["items"] = list(items)[:MOST_ITEMS]
    return cast(Box, box)


def describe_results(organic: Sequence[OrganicResult]) -> dict[str, ResultDetails]:
    """Dates and sitelinks by rank, of the results that have some."""
    details: dict[str, ResultDetails] = {}
    for result in organic:
        told = ResultDetails()
        if result.date:
            told["date"] = result.date
        if result.sitelinks:
            told["sitelinks"] = [make_item(each.title, each.target) for each in result.sitelinks]
        if told:
            details[str(result.rank)] = told
    return details


def complete_features(serp: Serp) -> Mapping[str, object]:
    """The features with what the organic results themselves add; empty values left out."""
    found = {**serp.features, "results": describe_results(serp.organic)}
    return {name: value for name, value in found.items() if value}
