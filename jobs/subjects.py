"""What jobs are about, for operators: told by the apps that own the kinds, since this package does
not know them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from jobs.models import Job


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that a job is about: `what` it is ("keyword"), its name, and where it is shown. `is_minor`: on
    the job's own page only."""

    what: str
    name: str
    url: str = ""
    is_minor: bool = False


# By job id; in as few queries as possible, whatever the number of jobs.
Describe = Callable[[Sequence[Job]], Mapping[int, Sequence[Subject]]]
# Jobs whose subject is called like the text.
Find = Callable[[str], Q]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """How jobs of one kind are described, and found: a Find by each word ("keyword", "list")."""

    describe: Describe
    find: Mapping[str, Find] = field(default_factory=dict)


_by_kind: dict[str, Subjects] = {}


def register_subjects(kind: str, subjects: Subjects) -> None:
    _by_kind[kind] = subjects


def describe_jobs(jobs: Sequence[Job]) -> dict[int, Sequence[Subject]]:
    described: dict[int, Sequence[Subject]] = {}
    for kind, subjects in _by_kind.items():
        of_kind = [job for job in jobs if job.kind == kind]
        if of_kind:
            described |= subjects.describe(of_kind)
    return described


def describe_briefly(jobs: Sequence[Job]) -> dict[int, Sequence[Subject]]:
    """For tables."""
    return {
        id_: [subject for subject in subjects if not subject.is_minor]
        for id_, subjects in describe_jobs(jobs).items()
    }


def searchable_words() -> list[str]:
    return sorted({word for subjects in _by_kind.values() for word in subjects.find})


def find_by_subject(text: str, word: str = "") -> Q:
    """Jobs about something of that name; `word` "" looks through all. Matches nothing where no kind
    knows the word."""
    found = Q(pk__in=[])
    for kind, subjects in _by_kind.items():
        for known, find in subjects.find.items():
            if word in {"", known}:
                found |= Q(kind=kind) & find(text)
    return found
