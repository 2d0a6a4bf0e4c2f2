"""Doing a bulk act, a bounded step at a time, from keyword to keyword in the order of the file."""

from collections.abc import Callable, Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Func, Value
from django.utils import timezone

from jobs.batches import HOOK_QUEUE
from jobs.enqueue import NewJob, enqueue
from jobs.models import Queue
from keywords.bulk.records import BulkAct
from keywords.cancellation import cancel_keywords
from keywords.deletion import delete_keywords
from keywords.filtering import ListFilter
from keywords.models import Keyword, KeywordList, KeywordQuerySet
from keywords.runs import rerun
from keywords.uploads.tags import LONGEST_TAG, MOST_TAGS

KIND = "keywords.bulk"
STEP = 1000
# More keywords than this are a job's work; the request does the rest itself.
AT_ONCE = 2000
Act = BulkAct.Act


def find_meant(keyword_list: KeywordList, narrowing: ListFilter) -> KeywordQuerySet:
    return narrowing.apply(Keyword.objects.filter(keyword_list=keyword_list))


def start_act(
    keyword_list: KeywordList,
    narrowing: ListFilter,
    act: str,
    *,
    by: AbstractBaseUser,
    tag: str = "",
) -> BulkAct:
    """A short one is done when this returns; a long one by a job, whose progress the row tells."""
    bulk_act = BulkAct.objects.create(
        owner_id=by.pk,
        keyword_list=keyword_list,
        act=act,
        tag=tag,
        query=narrowing.query_string(),
        total=find_meant(keyword_list, narrowing).count(),
    )
    if bulk_act.total > AT_ONCE:
        enqueue_act(bulk_act)
        return bulk_act
    while not bulk_act.finished_at:
        bulk_act = advance(bulk_act.pk, by=by)
    return bulk_act


@transaction.atomic
def enqueue_act(bulk_act: BulkAct) -> None:
    Queue.objects.get_or_create(name=HOOK_QUEUE)
    job = NewJob(
        kind=KIND, queue=HOOK_QUEUE, owner=bulk_act.owner_id, args={"act": bulk_act.pk}, priority=2
    )
    bulk_act.job_id = enqueue(job)
    bulk_act.save(update_fields=["job"])


@transaction.atomic
def advance(pk: int, *, by: AbstractBaseUser | None = None) -> BulkAct:
    """One step, all of it or nothing; a step that was done is not repeated."""
    bulk_act = BulkAct.objects.select_for_update(of=("self",)).select_related("owner").get(pk=pk)
    if bulk_act.finished_at:
        return bulk_act
    meant = find_meant(bulk_act.keyword_list, ListFilter.read(bulk_act.query))
    following = meant.filter(pk__gt=bulk_act.after).order_by("pk")
    ids = list(following.values_list("pk", flat=True)[:STEP])
    if ids:
        bulk_act.done += do_act(bulk_act, ids, by or bulk_act.owner)
        bulk_act.seen += len(ids)
        bulk_act.after = ids[-1]
    if len(ids) < STEP:
        bulk_act.finished_at = timezone.now()
    bulk_act.save(update_fields=["done", "seen", "after", "finished_at"])
    return bulk_act


def do_act(bulk_act: BulkAct, ids: Sequence[int], by: AbstractBaseUser) -> int:
    """Returns how many it changed: those for which there was nothing to do are not among them."""
    keywords = Keyword.objects.filter(pk__in=ids)
    acts: dict[str, Callable[[], int]] = {
        Act.RERUN: lambda: rerun(keywords, by=by),
        Act.CANCEL: lambda: cancel_keywords(keywords, by=by),
        Act.REMOVE: lambda: delete_keywords(keywords, by=by),
        Act.TAG: lambda: add_tag(keywords, bulk_act.tag),
        Act.UNTAG: lambda: remove_tag(keywords, bulk_act.tag),
    }
    return acts[bulk_act.act]()


def add_tag(keywords: KeywordQuerySet, tag: str) -> int:
    without = keywords.exclude(tags__contains=[tag]).filter(
        **{f"tags__{MOST_TAGS - 1}__isnull": True}
    )
    return without.update(tags=array_function("array_append", tag))


def remove_tag(keywords: KeywordQuerySet, tag: str) -> int:
    with_it = keywords.filter(tags__contains=[tag])
    return with_it.update(tags=array_function("array_remove", tag))


def array_function(name: str, tag: str) -> Func:
    text = models.CharField(max_length=LONGEST_TAG)
    return Func(
        F("tags"), Value(tag, output_field=text), function=name, output_field=ArrayField(text)
    )
