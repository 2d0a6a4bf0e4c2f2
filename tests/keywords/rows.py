"""Rows for tests of keywords, with sensible defaults."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, User
from django.db import connection

from jobs.models import Job
from keywords.lists import start_list
from keywords.models import Keyword, KeywordList, Source
from keywords.sources import ensure_practice_source
from keywords.uploads import Import, read_list


def make_user(name: str = "alice", **fields: Any) -> User:
    email = f"{name}@example.org"
    model: Any = get_user_model()
    user: User = model.objects.filter(username=name).first() or model.objects.create_user(
        name, email, "a password of sorts", **fields
    )
    return user


def make_import(*texts: str, max_keywords: int = 1000) -> Import:
    return read_list(texts or ["red shoes", "blue shoes"], max_keywords=max_keywords)


MANY = 500


def make_list(
    *texts: str,
    owner: AbstractBaseUser | None = None,
    source: Source | None = None,
    name: str = "Shoes",
    **options: Any,
) -> KeywordList:
    keyword_list = start_list(
        owner=owner or make_user(),
        name=name,
        source=source or ensure_practice_source(),
        imported=options.pop("imported", None) or make_import(*texts),
        **options,
    )
    if len(texts) >= MANY:
        analyze()
    return keyword_list


def analyze() -> None:
    """What the server does by itself within a minute. Without it the statistics are those of earlier
    tests, which left nothing: of empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE keywords_keyword, keywords_search, keywords_resultlink, jobs_job")


def job_of(keyword: Keyword) -> Job:
    search = Keyword.objects.get(pk=keyword.pk).latest_search
    assert search is not None
    assert search.job is not None
    return search.job
