"""Rows by id, for their owner alone: to anybody else they are not there."""

from django.http import Http404

from keywords.models import (
    Keyword,
    KeywordList,
    KeywordListQuerySet,
    KeywordQuerySet,
    Search,
    SearchQuerySet,
)
from keywords.views.access import SignedInRequest


def find_list(
    request: SignedInRequest, pk: int, lists: KeywordListQuerySet | None = None
) -> KeywordList:
    found = (
        (KeywordList.objects if lists is None else lists)
        .for_user(request.user)
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def find_keyword(
    request: SignedInRequest, pk: int, keywords: KeywordQuerySet | None = None
) -> Keyword:
    found = (
        (Keyword.objects if keywords is None else keywords)
        .for_user(request.user)
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def find_search(
    request: SignedInRequest, pk: int, searches: SearchQuerySet | None = None
) -> Search:
    found = (
        (Search.objects if searches is None else searches)
        .for_user(request.user)
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found
