"""Stopping what has not finished."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from jobs import control
from jobs.models import Job
from jobs.states import UNFINISHED, State
from keywords.models import KeywordList, KeywordQuerySet, Search, SearchQuerySet
from keywords.people import name_of
from serp.types import Outcome


def cancel_list(keyword_list: KeywordList, *, by: AbstractBaseUser) -> int:
    """Cancels what has not finished; returns how many."""
    return cancel_searches(Search.objects.filter(keyword__keyword_list=keyword_list), by=by)


def cancel_keywords(keywords: KeywordQuerySet, *, by: AbstractBaseUser) -> int:
    """Cancels what of these has not finished; returns how many searches."""
    return cancel_searches(Search.objects.filter(keyword__in=keywords), by=by)


@transaction.atomic
def cancel_searches(searches: SearchQuerySet, *, by: AbstractBaseUser) -> int:
    unfinished = Job.objects.filter(search__in=searches, state__in=UNFINISHED)
    reason = f"Cancelled by {name_of(by)}."
    cancelled = control.cancel_jobs(
        unfinished.values_list("pk", flat=True), by=name_of(by), reason=reason
    )
    searches.filter(job__state=State.CANCELLED).exclude(outcome=Outcome.CANCELLED).update(
        outcome=Outcome.CANCELLED, reason=reason
    )
    return cancelled
