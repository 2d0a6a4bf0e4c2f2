"""Pausing one list: what waits of it is held back and keeps its place, and other lists go on."""

from django.contrib.auth.models import AbstractBaseUser

from jobs import control
from jobs.models import Job, JobQuerySet
from jobs.states import UNFINISHED
from keywords.models import KeywordList
from keywords.people import name_of


def pause_list(keyword_list: KeywordList, *, by: AbstractBaseUser) -> int:
    """What runs goes on. Returns how many waiting searches are held now."""
    unfinished = Job.objects.filter(
        search__keyword__keyword_list=keyword_list, state__in=UNFINISHED, held_at=None
    )
    return control.hold_jobs(unfinished, by=name_of(by))


def resume_list(keyword_list: KeywordList, *, by: AbstractBaseUser) -> int:
    """Also what was held with *Hold* before it ever began. Returns how many searches wait again."""
    return control.release_jobs(find_held(keyword_list), by=name_of(by))


def is_paused(keyword_list: KeywordList) -> bool:
    return find_held(keyword_list).exists()


def find_held(keyword_list: KeywordList) -> JobQuerySet:
    held = Job.objects.filter(state__in=UNFINISHED, held_at__isnull=False)
    return held.filter(search__keyword__keyword_list=keyword_list)
