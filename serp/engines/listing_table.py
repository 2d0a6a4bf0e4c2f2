"""The table that describes an engine whose pages are lists of marked boxes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LONGEST_HREF = 2000  # of which is looked at
_NEVER = re.compile(r"(?!)")
# Counters of clicks on ads, whichever engine shows them.
PAID_LINKS = re.compile(
    r"bing\.com/acli?c?k\?|/aclk\?|googleadservices\.|doubleclick\.net|/cbclk\d?/|duckduckgo\.com(/|%2F)y\.js"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Selectors of one engine's pages. In a box they are looked for inside the box."""

    title: str  # the engine's name for users
    host_label: str  # "bing" of www.bing.com: links that lead there are no results
    frame: str
    results: str
    result_title: str
    rows: str = ""  # titles of results that have no boxes: each reaches to the next
    snippet: str = ""
    display_url: str = ""
    ads: str = ""
    ad_title: str = ""
    ads_bottom: str = ""  # what an ad at the bottom stands in, where its place does not tell
    ads_right: str = ""
    ad_links: re.Pattern[str] = PAID_LINKS  # a result whose link is such is an ad
    aside: str = ""  # what holds no results, whatever it looks like
    stats: str = ""
    related: str = ""
    questions: str = ""
    no_results: str = ""
    no_results_words: re.Pattern[str] = _NEVER  # looked for in the frame
    needs_js: str = ""
    refusal: str = ""
    refusal_words: re.Pattern[str] = _NEVER  # looked for in the title
    target_attribute: str = ""  # of the box, where it tells the target that the link hides
    link: str = ""  # the link, where the title neither is one nor is in one
    link_attribute: str = "href"
    guesses: bool = True  # whether what repeats is taken where there are no boxes
    query_field: str = "q"
    # Boxes that have no heading to be known by: name among the features -> selector.
    boxes: Mapping[str, str] = field(default_factory=dict)
    beside: str = ""  # the column beside the results, where a panel stands
    finds_boxes: bool = True

    def is_paid(self, href: str) -> bool:
        return self.ad_links.search(href[:LONGEST_HREF]) is not None
