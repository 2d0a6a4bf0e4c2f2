"""`/find`: what the search field of every page finds, as a page and as suggestions while one types."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from keywords.global_search import find_everywhere
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.search_request import SearchRequest

SHOWN = 20
SUGGESTED = 5


@require_safe
@signed_in
def find(request: SignedInRequest) -> HttpResponse:
    return render(request, "keywords/find.html", describe(request, SHOWN))


@require_safe
@signed_in
def suggest(request: SignedInRequest) -> HttpResponse:
    """A part of a page: the list below the field."""
    return render(request, "keywords/find_suggestions.html", describe(request, SUGGESTED))


def describe(request: SignedInRequest, most: int) -> dict[str, Any]:
    """One more than is shown tells that there are more."""
    text = request.GET.get("q", "").strip()
    hits = find_everywhere(request.user, text, most + 1)
    in_keywords = SearchRequest().asking(where="keyword", value=text)
    return {
        "text": text,
        "hits": hits,
        "lists": hits.lists[:most],
        "keywords": hits.keywords[:most],
        "domains": [(domain, link_domain(domain)) for domain in hits.domains[:most]],
        "has_more_keywords": len(hits.keywords) > most,
        "has_more_domains": len(hits.domains) > most,
        "keywords_link": reverse("search") + in_keywords.link(),
        "domains_link": f"{reverse('domains')}?{urlencode({'q': text})}",
        "links_link": reverse("search") + SearchRequest().asking(value=text).link(),
    }


def link_domain(domain: str) -> str:
    """The keywords in whose results it stands."""
    asked = SearchRequest().asking(where="domain", match="exact", value=domain)
    return reverse("search") + asked.link()
