"""Which question meets which fault: by its own words, or by dice that fall alike every time.

A keyword that holds `fault:429` always meets that fault, `fault:503x2` twice and then never again.
Any other keyword meets the faults by their shares: `429=0.05,captcha=0.02`. The dice are thrown
for (keyword, attempt), so that a run can be repeated and a retry has a new chance.
"""

import re
from collections import Counter
from collections.abc import Mapping

from serp.practice.content import seeded

STATUS_FAULTS = frozenset({"400", "401", "403", "404", "429", "451", "500", "502", "503"})
NAMED_FAULTS = {
    "captcha": "a redirect to a page that asks to prove being human",
    "challenge": "the same at once, with status 403",
    "shell": "a page that needs JavaScript, status 200",
    "consent": "a redirect to a consent page",
    "drip": "a good page, one byte at a time",
    "drip-headers": "the headers, one byte at a time",
    "silent": "no answer at all",
    "delay": "a good page, five seconds late",
    "truncated": "half of the announced bytes, then the end",
    "bomb": "a small gzip that unpacks to 64 MiB",
    "layout": "a good page in a layout that no parser knows",
    "loop": "a redirect to itself",
    "elsewhere": "a redirect to another site",
    "blank": "status 200 and no body",
    "nothing": "an honest page that says nothing was found",
    "decoy": "a good page with results that have nothing to do with the keyword",
    "garbage": "bytes that are not HTTP",
    "reset": "the connection reset",
}
ALIASES = {
    "empty": "blank",
    "slow": "drip",
    "js": "shell",
    "redirect-loop": "loop",
    "gzip-bomb": "bomb",
}
IN_KEYWORD = re.compile(r"fault:([a-z-]+?|\d{3})(?:x(\d{1,4}))?(?=[^\w-]|$)")


class UnknownFault(ValueError):
    """No fault has that name."""


def fault_name(name: str) -> str:
    name = ALIASES.get(name, name)
    if name not in STATUS_FAULTS and name not in NAMED_FAULTS:
        known = ", ".join((*sorted(STATUS_FAULTS), *NAMED_FAULTS))
        raise UnknownFault(f"There is no fault {name!r}. Known: {known}.")
    return name


def read_shares(text: str) -> dict[str, float]:
    """`429=0.05,captcha=0.02` as numbers. Raises UnknownFault and ValueError."""
    shares: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, share = part.partition("=")
        shares[fault_name(name.strip())] = float(share or 1)
    return checked_shares(shares)


def checked_shares(shares: Mapping[str, float]) -> dict[str, float]:
    named = {fault_name(name): float(share) for name, share in shares.items()}
    if any(share < 0 for share in named.values()) or sum(named.values()) > 1.000001:
        raise ValueError("The shares of the faults must add up to 1 at most.")
    return named


class FaultPlan:
    """Decides, and counts the attempts of each keyword while there is something to decide."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self.shares = checked_shares(shares)
        self.attempts: Counter[str] = Counter()

    def choose(self, keyword: str) -> str:
        """The fault that this request meets, or "" for a good answer."""
        ordered = IN_KEYWORD.search(keyword) if "fault:" in keyword else None
        if not ordered and not self.shares:
            return ""
        self.attempts[keyword] += 1
        if ordered:
            return self.ordered_fault(ordered, self.attempts[keyword])
        return self.throw_dice(keyword, self.attempts[keyword])

    def ordered_fault(self, ordered: re.Match[str], attempt: int) -> str:
        times = ordered[2]
        if times is not None and attempt > int(times):
            return ""
        try:
            return fault_name(ordered[1])
        except UnknownFault:
            return ""

    def throw_dice(self, keyword: str, attempt: int) -> str:
        fallen = seeded("fault", keyword, attempt).random()
        for name, share in self.shares.items():
            fallen -= share
            if fallen < 0:
                return name
        return ""
