"""Rows by id, for their owner alone: to anybody else they are not there."""

from django.shortcuts import get_object_or_404

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
    rows = KeywordList.objects.all() if lists is None else lists
    return get_object_or_404(rows.for_user(request.user), pk=pk)


def find_keyword(
    request: SignedInRequest, pk: int, keywords: KeywordQuerySet | None = None
) -> Keyword:
    rows = Keyword.objects.all() if keywords is None else keywords
    return get_object_or_404(rows.for_user(request.user), pk=pk)


def find_search(
    request: SignedInRequest, pk: int, searches: SearchQuerySet | None = None
) -> Search:
    rows = Search.objects.all() if searches is None else searches
    return get_object_or_404(rows.for_user(request.user), pk=pk)
