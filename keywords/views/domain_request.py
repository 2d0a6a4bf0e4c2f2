"""What of the domains is asked for in an address."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import QueryDict

from keywords.domain_comparison import MOST
from keywords.link_search.question import read_host
from keywords.link_search.scope import Scope
from keywords.share_of_voice import KINDS, ORDERS, Kind, Order
from keywords.views.search_request import MOST_ID, SIZES, choose, read_number
from serp.urls import domain_of_host


@dataclass(frozen=True)
class DomainRequest:
    list_id: int | None = None
    tag: str = ""
    kind: Kind = "all"
    order: Order = "keywords"
    text: str = ""
    size: int = SIZES[0]
    after: str = ""
    patient: bool = False
    domains: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: QueryDict) -> "DomainRequest":
        return cls(
            list_id=read_number(query, "list", MOST_ID) or None,
            tag=query.get("tag", "").strip()[:50],
            kind=choose(query, "kind", KINDS),
            order=choose(query, "order", ORDERS),
            text=query.get("q", "").strip()[:255],
            size=read_number(query, "size", SIZES[-1]) or SIZES[0],
            after=query.get("after", ""),
            patient=query.get("all") == "1",
            domains=read_domains(query),
        )

    def scope(self, user: User) -> Scope:
        return Scope(user, self.list_id, self.tag)

    def but(self, **changes: Any) -> "DomainRequest":
        """From the first page on."""
        return replace(self, **{"after": "", **changes})

    def link(self) -> str:
        """The part of the address after the question mark, with it."""
        values: list[tuple[str, object]] = [
            ("list", self.list_id),
            ("tag", self.tag),
            ("kind", self.kind if self.kind != KINDS[0] else ""),
            ("order", self.order if self.order != ORDERS[0] else ""),
            ("q", self.text),
            ("size", self.size if self.size != SIZES[0] else ""),
            ("after", self.after),
            ("all", "1" if self.patient else ""),
            *(("d", domain) for domain in self.domains),
        ]
        return f"?{urlencode([(key, value) for key, value in values if value])}"


def read_domains(query: QueryDict) -> tuple[str, ...]:
    """Each once; people also type several into one field, or a whole address. One more than are allowed shows that
    there were too many."""
    names = [part for each in query.getlist("d") for part in each.replace(",", " ").split()]
    hosts = (read_host(name.replace("\x00", "")) for name in names)
    domains = (domain_of_host(host) or host for host in hosts)
    return tuple(dict.fromkeys(domain[:255] for domain in domains if domain))[: MOST + 1]
