"""Tells Operations what jobs are about: the keyword, its list, whose it is."""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse

from jobs.models import Job
from jobs.subjects import Subject, Subjects, register_subjects
from keywords.models import Search
from keywords.runs import KIND


def describe(jobs: Sequence[Job]) -> dict[int, list[Subject]]:
    searches = (
        Search.objects.filter(job__in=[job.pk for job in jobs])
        .select_related("keyword__keyword_list__owner")
        .only(
            "job_id",
            "keyword__text",
            "keyword__keyword_list__name",
            "keyword__keyword_list__owner__email",
            "keyword__keyword_list__owner__username",
        )
    )
    return {search.job_id: _subjects(search) for search in searches if search.job_id}


def _subjects(search: Search) -> list[Subject]:
    keyword = search.keyword
    owner = keyword.keyword_list.owner
    return [
        Subject("keyword", keyword.text, _change_url("keyword", keyword.pk)),
        Subject(
            "list", keyword.keyword_list.name, _change_url("keywordlist", keyword.keyword_list_id)
        ),
        Subject("search", f"search {search.pk}", _change_url("search", search.pk), is_minor=True),
        Subject("user", owner.email or owner.get_username(), _user_url(owner.pk)),
    ]


def _change_url(model: str, pk: int) -> str:
    return reverse(f"admin:keywords_{model}_change", args=[pk])


def _user_url(pk: int) -> str:
    return reverse("admin:jobs_job_changelist") + f"?owner={pk}"


def _of_keyword(text: str) -> Q:
    return _jobs_of(Q(keyword__text__icontains=text))


def _of_list(text: str) -> Q:
    name = Q(keyword__keyword_list__name__icontains=text)
    return _jobs_of(name | Q(keyword__keyword_list=int(text)) if text.isdecimal() else name)


def _jobs_of(searches: Q) -> Q:
    """By a subquery, not by joins: it is worked out once, also where it is one of several conditions."""
    found = Search.objects.filter(searches, job__isnull=False)
    return Q(pk__in=found.order_by().values("job_id"))


register_subjects(
    KIND, Subjects(describe=describe, find={"keyword": _of_keyword, "list": _of_list})
)
