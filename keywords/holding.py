"""Pausing one list: what waits of it is held back and keeps its place, and other lists go on."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from jobs import control
from jobs.models import Job, JobQuerySet
from jobs.states import UNFINISHED
from keywords.models import KeywordList
from keywords.people import name_of


@transaction.atomic
def pause_list(keyword_list: KeywordList, *, by: AbstractBaseUser) -> int:
    """What runs goes on; what is started meanwhile is held, too. Returns how many waiting searches are
    held now."""
    mark(keyword_list, timezone.now())
    unfinished = Job.objects.filter(
        search__keyword__keyword_list=keyword_list, state__in=UNFINISHED, held_at=None
    )
    return control.hold_jobs(unfinished, by=name_of(by))


@transaction.atomic
def resume_list(keyword_list: KeywordList, *, by: AbstractBaseUser) -> int:
    """Also what was held with *Hold* before it ever began. Returns how many searches wait again."""
    mark(keyword_list, None)
    return control.release_jobs(find_held(keyword_list), by=name_of(by))


def mark(keyword_list: KeywordList, paused_at: datetime | None) -> None:
    keyword_list.paused_at = paused_at
    keyword_list.save(update_fields=["paused_at"])


def find_held(keyword_list: KeywordList) -> JobQuerySet:
    held = Job.objects.filter(state__in=UNFINISHED, held_at__isnull=False)
    return held.filter(search__keyword__keyword_list=keyword_list)
