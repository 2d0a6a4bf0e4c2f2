"""The search field of every page: lists, keywords and domains of one account, quick however many there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from keywords.link_search.limits import TooSlow, limited_time
from keywords.link_search.question import read_host
from keywords.models import Keyword, KeywordList, Owner
from keywords.share_of_voice import escape_pattern, fetch

LONGEST = 255
# For each kind of thing.
SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found of each kind, at most as many as were asked for. `slow` names the kinds for which there was not
    time enough."""

    lists: Sequence[KeywordList] = ()
    keywords: Sequence[Keyword] = ()
    domains: Sequence[str] = ()
    slow: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_empty(self) -> bool:
        return not (self.lists or self.keywords or self.domains)


def find_everywhere(user: Owner, text: str, most: int) -> Hits:
    """Lists and keywords that contain the text, domains that begin with it."""
    text = text.strip()[:LONGEST]
    if not text or "\x00" in text:
        return Hits()
    slow: set[str] = set()

    def within_time(kind: str, find: Callable[[], list[Any]]) -> list[Any]:
        try:
            with limited_time(SECONDS):
                return find()
        except TooSlow:
            slow.add(kind)
            return []

    list_ids = list(KeywordList.objects.for_user(user).values_list("pk", flat=True))
    return Hits(
        lists=within_time("lists", lambda: find_lists(user, text, most)),
        keywords=within_time("keywords", lambda: find_keywords(list_ids, text, most)),
        domains=within_time("domains", lambda: find_domains(list_ids, text, most)),
        slow=frozenset(slow),
    )


def find_lists(user: Owner, text: str, most: int) -> list[KeywordList]:
    lists = KeywordList.objects.for_user(user).filter(name__icontains=text)
    return list(lists.only("name").order_by("-pk")[:most])


def find_keywords(list_ids: Sequence[int], text: str, most: int) -> list[Keyword]:
    """In no order: the first that are found. Served by keywords_keyword_text_holds; a text that is in nearly all
    keywords is found soon without."""
    keywords = Keyword.objects.filter(keyword_list__in=list_ids, text__icontains=text)
    rows = keywords.annotate(list_name=F("keyword_list__name")).only("text", "keyword_list_id")
    return sorted(rows[:most], key=lambda keyword: keyword.text.lower())


def find_domains(list_ids: Sequence[int], text: str, most: int) -> list[str]:
    beginning = escape_pattern(read_host(text))[1:]
    if beginning == "%":
        return []
    values = {"beginning": beginning, "lists": list(list_ids), "most": most}
    return [row[0] for row in fetch(DOMAINS, values)]


# From name to name through keywords_link_of_domain, whatever the number of links each has.
DOMAINS = """
WITH RECURSIVE names AS (
    (SELECT domain FROM keywords_resultlink WHERE NOT block = 'other' AND domain LIKE %(beginning)s
     ORDER BY domain USING ~<~ LIMIT 1)
    UNION ALL
    SELECT (
        SELECT l.domain FROM keywords_resultlink l
        WHERE NOT l.block = 'other' AND l.domain LIKE %(beginning)s AND l.domain ~>~ names.domain
        ORDER BY l.domain USING ~<~ LIMIT 1
    ) FROM names WHERE names.domain IS NOT NULL
)
SELECT domain FROM names
WHERE domain <> '' AND EXISTS (
    SELECT 1 FROM keywords_resultlink l JOIN keywords_keyword k ON k.latest_good_search_id = l.search_id
    WHERE l.domain = names.domain AND NOT l.block = 'other' AND k.keyword_list_id = ANY(%(lists)s)
) LIMIT %(most)s
"""
