"""Links from a row of an answer to exactly what it counts."""

from django import template

from keywords.link_search.groups import NameGroup
from keywords.views.search_request import SearchRequest

register = template.Library()


@register.simple_tag
def asking_for(asked: SearchRequest, row: NameGroup) -> str:
    """The keywords of one URL or domain, in the same places and runs."""
    match = "exact" if asked.group == "url" else "domain"
    where = asked.question.where
    if where not in {"ad", "organic"}:
        where = "any" if asked.group == "url" else "domain"
    return asked.but(group="keyword").asking(where=where, match=match, value=row.name).link()
