"""Removing lists with all that belongs to them."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from keywords.cancellation import cancel_list
from keywords.models import KeywordList
from keywords.saved_pages import delete_unused


def delete_list(keyword_list: KeywordList, *, by: AbstractBaseUser) -> None:
    """Cancels what has not finished, then removes everything that belongs to the list."""
    with transaction.atomic():
        cancel_list(keyword_list, by=by)
        page_ids = delete_contents(keyword_list.pk)
        keyword_list.delete()
    delete_unused(page_ids)


def delete_contents(list_id: int) -> list[int]:
    """By statements, since Django would load every row first. Returns the ids of the saved pages."""
    with connection.cursor() as cursor:
        for statement in DELETE_RESULTS:
            cursor.execute(statement, [list_id])
        cursor.execute(DELETE_SEARCHES, [list_id])
        page_ids = {page_id for (page_id,) in cursor.fetchall() if page_id}
        cursor.execute("DELETE FROM keywords_keyword WHERE keyword_list_id = %s", [list_id])
        cursor.execute("DELETE FROM keywords_skippedrow WHERE keyword_list_id = %s", [list_id])
    return sorted(page_ids)


DELETE_RESULTS = [
    f"""
    DELETE FROM {table} r USING keywords_search s JOIN keywords_keyword k ON k.id = s.keyword_id
    WHERE k.keyword_list_id = %s AND r.search_id = s.id
    """  # noqa: S608 - our own names
    for table in ("keywords_resultlink", "keywords_pagevisit", "keywords_searchreading")
]
DELETE_SEARCHES = """
DELETE FROM keywords_search s USING keywords_keyword k
WHERE k.keyword_list_id = %s AND s.keyword_id = k.id RETURNING s.page_id
"""
