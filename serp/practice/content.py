"""What a made-up results page says: the same question gets the same answer, always."""

import hashlib
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from serp.practice import words

PAGES = 5  # later pages find nothing
PER_PAGE = 10
NOTHING_FOUND = 0.03  # share of keywords without any result
WITHOUT_STATS = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question to the practice engine."""

    keyword: str
    page: int = 1
    language: str = "en"
    country: str = ""
    device: str = "desktop"


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An ad or a result."""

    title: str
    url: str
    display_url: str
    snippet: str
    sitelinks: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    asked: Asked
    top_ads: tuple[Entry, ...] = ()
    bottom_ads: tuple[Entry, ...] = ()
    organic: tuple[Entry, ...] = ()
    stats: str = ""
    related: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def found_nothing(self) -> bool:
        return not self.organic


def make_content(asked: Asked, *, decoys: bool = False) -> Content:
    """`decoys` gives results that have nothing to do with the keyword."""
    whole = seeded(asked.keyword.casefold())
    nothing = whole.random() < NOTHING_FOUND or asked.keyword.casefold().startswith("nothing:")
    if nothing or asked.page > PAGES or not asked.keyword.strip():
        return Content(asked=asked)
    dice = seeded(asked.keyword.casefold(), asked.page, asked.country, asked.language, asked.device)
    subject = dice.choice(words.DECOYS) if decoys else asked.keyword.strip()
    return Content(
        asked=asked,
        top_ads=make_ads(dice, subject, dice.choice((0, 1, 2, 2, 3, 4))),
        organic=make_organic(dice, subject, dice.choice((8, 9, 10, 10, 10))),
        bottom_ads=make_ads(dice, subject, dice.choice((0, 0, 1, 2, 3))),
        stats=make_stats(whole, asked.language),
        related=fill(dice.sample(words.RELATED, dice.choice((0, 4, 6, 8))), subject),
        questions=fill(dice.sample(words.QUESTIONS, dice.choice((0, 0, 3, 4))), subject),
    )


def seeded(*parts: object) -> Random:
    """Dice that fall alike for the same parts, in every process (hash() would not)."""
    text = "\0".join(map(str, parts)).encode()
    return Random(int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()))  # noqa: S311


def fill(templates: list[str], keyword: str) -> tuple[str, ...]:
    return tuple(template.format(keyword=keyword) for template in templates)


def make_ads(dice: Random, subject: str, count: int) -> tuple[Entry, ...]:
    titles = fill(dice.sample(words.AD_TITLES, count), subject)
    return tuple(make_entry(dice, title, subject, path="offers") for title in titles)


def make_organic(dice: Random, subject: str, count: int) -> tuple[Entry, ...]:
    titles = fill(dice.sample(words.TITLES, count), subject)
    with_sitelinks = dice.random() < 0.3
    return tuple(
        make_entry(dice, title, subject, sitelinks=with_sitelinks and number == 0)
        for number, title in enumerate(titles)
    )


def make_entry(
    dice: Random, title: str, subject: str, *, path: str = "", sitelinks: bool = False
) -> Entry:
    site = make_site(dice)
    section = path or dice.choice(words.SECTIONS)
    slug = "-".join(subject.casefold().split())[:60]
    root = f"https://{site}"
    return Entry(
        title=title[:1].upper() + title[1:],
        url=f"{root}/{section}/{quote(slug)}",
        display_url=f"{site} \u203a {section}",
        snippet=" ".join(fill(dice.sample(words.SENTENCES, 2), subject)),
        sitelinks=make_sitelinks(dice, root) if sitelinks else (),
    )


def make_site(dice: Random) -> str:
    name = f"{dice.choice(words.FIRST)}{dice.choice(('', '-'))}{dice.choice(words.SECOND)}"
    return f"{dice.choice(words.SUBDOMAINS)}{name}.{dice.choice(words.ENDINGS)}"


def make_sitelinks(dice: Random, root: str) -> tuple[Link, ...]:
    return tuple(
        Link(name, f"{root}/{name.lower()}")
        for name in dice.sample(words.SITELINKS, dice.choice((2, 4)))
    )


def make_stats(dice: Random, language: str) -> str:
    """The count is the keyword's, so that every page of it says the same."""
    if dice.random() < WITHOUT_STATS:
        return ""
    language = language if language in words.STATS else "en"
    number = int(10 ** dice.uniform(2.5, 8.5))
    number -= number % 10 ** max(len(str(number)) - 3, 0)
    seconds = f"{dice.uniform(0.1, 0.9):.2f}"
    return words.STATS[language].format(
        number=f"{number:,}".replace(",", words.GROUPING[language]),
        seconds=seconds if language == "en" else seconds.replace(".", ","),
    )
