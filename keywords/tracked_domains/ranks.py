"""Which domains a list follows, and their ranks."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Min
from django.utils.translation import gettext as _

from keywords.models import KeywordList, ResultLink
from keywords.tracked_domains.records import TrackedDomain
from serp.urls import registrable_domain

MOST_DOMAINS = 5


class NotADomain(Exception):
    """str(e) is one plain sentence."""


def clean_domain(text: str) -> str:
    """The registrable domain of an address or a host. Raises NotADomain."""
    host = text.strip().lower().removeprefix("https://").removeprefix("http://").partition("/")[0]
    domain = registrable_domain(f"http://{host}") if host else ""
    if not domain or "." not in domain or len(domain) > 255:
        raise NotADomain(
            _("“%(text)s” is no domain; write it like example.com.") % {"text": text[:100]}
        )
    return domain


def track(keyword_list: KeywordList, text: str) -> TrackedDomain:
    """Raises NotADomain, also where there are as many as a list may have."""
    domain = clean_domain(text)
    others = keyword_list.tracked_domains.exclude(domain=domain)
    if others.count() >= MOST_DOMAINS:
        raise NotADomain(
            _("A list follows up to %(n)d domains; remove one first.") % {"n": MOST_DOMAINS}
        )
    return keyword_list.tracked_domains.get_or_create(domain=domain)[0]


def find_ranks(
    search_ids: Collection[int], domains: Collection[str]
) -> Mapping[int, Mapping[str, int]]:
    """search -> domain -> its best organic rank; where it is not among the results it has none."""
    if not search_ids or not domains:
        return {}
    rows = (
        ResultLink.objects.filter(
            search__in=search_ids, block=ResultLink.Block.ORGANIC, domain__in=domains
        )
        .order_by()
        .values_list("search_id", "domain")
        .annotate(best=Min("rank"))
    )
    ranks: dict[int, dict[str, int]] = defaultdict(dict)
    for search_id, domain, best in rows:
        ranks[search_id][domain] = best
    return ranks
