"""Removing lists with all that belongs to them."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from keywords.cancellation import cancel_keywords, cancel_list
from keywords.models import KeywordList, KeywordQuerySet
from keywords.saved_pages import delete_unused


def delete_list(keyword_list: KeywordList, *, by: AbstractBaseUser) -> None:
    """Cancels what has not finished, then removes everything that belongs to the list."""
    with transaction.atomic():
        cancel_list(keyword_list, by=by)
        page_ids = delete_contents(keyword_list.pk)
        keyword_list.delete()
    delete_unused(page_ids)


def delete_keywords(keywords: KeywordQuerySet, *, by: AbstractBaseUser) -> int:
    """Cancels what has not finished, then removes these with all that belongs to them."""
    with transaction.atomic():
        cancel_keywords(keywords, by=by)
        ids = list(keywords.order_by("pk").values_list("pk", flat=True))
        page_ids = delete_rows("k.id = ANY(%s)", ids)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM keywords_keyword WHERE id = ANY(%s)", [ids])
    delete_unused(page_ids)
    return len(ids)


def delete_contents(list_id: int) -> list[int]:
    """By statements, since Django would load every row first. Returns the ids of the saved pages."""
    page_ids = delete_rows("k.keyword_list_id = %s", list_id)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM keywords_keyword WHERE keyword_list_id = %s", [list_id])
        cursor.execute("DELETE FROM keywords_skippedrow WHERE keyword_list_id = %s", [list_id])
    return page_ids


def delete_rows(condition: str, value: int | list[int]) -> list[int]:
    """What belongs to the keywords `k` of the condition; returns the ids of the saved pages."""
    with connection.cursor() as cursor:
        for table in RESULT_TABLES:
            cursor.execute(DELETE_RESULTS.format(table=table, condition=condition), [value])
        cursor.execute(DELETE_SEARCHES.format(condition=condition), [value])
        return sorted({page_id for (page_id,) in cursor.fetchall() if page_id})


RESULT_TABLES = ("keywords_resultlink", "keywords_pagevisit", "keywords_searchreading")
DELETE_RESULTS = """
DELETE FROM {table} r USING keywords_search s JOIN keywords_keyword k ON k.id = s.keyword_id
WHERE {condition} AND r.search_id = s.id
"""
DELETE_SEARCHES = """
DELETE FROM keywords_search s USING keywords_keyword k
WHERE {condition} AND s.keyword_id = k.id RETURNING s.page_id
"""
