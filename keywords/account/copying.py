"""A copy of everything that belongs to an account, as lines of JSON, written by a job in steps."""

from collections.abc import Iterator, Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from jobs.enqueue import NewJob, enqueue
from jobs.states import UNFINISHED
from keywords.account.records import preferences_of
from keywords.exports.asking import KEPT, QUEUE, ensure_queue
from keywords.exports.formats import dump
from keywords.exports.records import ExportFile, ExportPart
from keywords.models import ApiToken, Keyword, KeywordList, ResultLink, Search, SkippedRow
from keywords.notifications.rules import settings_of
from keywords.schedules import find_schedule
from keywords.tracked_domains.records import TrackedDomain

KIND = "keywords.account_copy"
SHAPE = "account"
STEP = 100  # keywords, each with all its runs
# A search's row points at others' things; the rest of it is its owner's.
SEARCH_FIELDS = tuple(
    field.attname
    for field in Search._meta.concrete_fields
    if field.name not in {"job", "page", "keyword", "refusals"}
)
LINK_FIELDS = tuple(
    field.attname for field in ResultLink._meta.concrete_fields if field.name != "search"
)


@transaction.atomic
def start_copy(user: User) -> ExportFile:
    """The one that is being written, where there is one."""
    # Two presses of the button are one copy: the second waits for the first's row.
    User.objects.select_for_update().get(pk=user.pk)
    mine = ExportFile.objects.for_user(user).filter(shape=SHAPE)
    if under_way := mine.filter(finished_at=None, job__state__in=UNFINISHED).first():
        return under_way
    export = ExportFile.objects.create(
        owner=user,
        title="",
        filename=f"athanor-{timezone.localdate().isoformat()}.ndjson",
        shape=SHAPE,
        written_as="ndjson",
        keywords_total=keywords_of(user.pk).count(),
        expires_at=timezone.now() + KEPT,
    )
    ensure_queue()
    export.job_id = enqueue(
        NewJob(kind=KIND, queue=QUEUE, owner=user.pk, args={"export": export.pk})
    )
    export.save(update_fields=["job"])
    return export


def keywords_of(owner_id: int) -> Any:
    return Keyword.objects.filter(keyword_list__owner=owner_id)


@transaction.atomic
def advance(pk: int) -> ExportFile:
    """One step. Raises ExportFile.DoesNotExist where it was deleted."""
    export = ExportFile.objects.select_for_update(of=("self",)).select_related("owner").get(pk=pk)
    if export.finished_at:
        return export
    following = keywords_of(export.owner_id).filter(pk__gt=export.after).order_by("pk")
    ids = list(following.values_list("pk", flat=True)[:STEP])
    number = export.parts.count()
    rows = [*(describe_account(export.owner) if number == 0 else ()), *describe_keywords(ids)]
    body = b"".join(dump(row) + b"\n" for row in rows)
    ExportPart.objects.create(export=export, number=number, body=body)
    export.size += len(body)
    export.rows_done += len(rows)
    export.keywords_done += len(ids)
    export.after = ids[-1] if ids else export.after
    if len(ids) < STEP:
        export.finished_at = timezone.now()
    export.save()
    return export


def describe_account(user: User) -> Iterator[dict[str, Any]]:
    yield {
        "kind": "account",
        "email": user.email,
        "joined_at": user.date_joined,
        "last_login_at": user.last_login,
        "preferences": model_to_dict(preferences_of(user), exclude=["id", "owner"]),
        "notifications": model_to_dict(settings_of(user.pk), exclude=["id", "owner"]),
    }
    for token in ApiToken.objects.filter(owner=user).order_by("pk"):
        yield {
            "kind": "token",
            **model_to_dict(token, exclude=["id", "owner", "sha256"]),
            "created_at": token.created_at,
            "last_used_at": token.last_used_at,
        }
    for passkey in Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN):
        yield {
            "kind": "passkey",
            "name": str(passkey),
            "created_at": passkey.created_at,
            "last_used_at": passkey.last_used_at,
        }
    for session in UserSession.objects.filter(user=user).order_by("pk"):
        columns = ("ip", "user_agent", "created_at", "last_seen_at")
        yield {"kind": "session", **{name: getattr(session, name) for name in columns}}
    for keyword_list in KeywordList.objects.filter(owner=user).order_by("pk"):
        yield from describe_list(keyword_list)


def describe_list(keyword_list: KeywordList) -> Iterator[dict[str, Any]]:
    schedule = find_schedule(keyword_list)
    domains = TrackedDomain.objects.filter(keyword_list=keyword_list)
    yield {
        "kind": "list",
        "id": keyword_list.pk,
        "name": keyword_list.name,
        "created_at": keyword_list.created_at,
        "imported": keyword_list.imported,
        "domains": sorted(domains.values_list("domain", flat=True)),
        "schedule": schedule and {"cron": schedule.cron, "time_zone": schedule.time_zone},
    }
    skipped = SkippedRow.objects.filter(keyword_list=keyword_list).order_by("row")
    for row in skipped.values("row", "text", "reason").iterator():
        yield {"kind": "skipped row", "list": keyword_list.pk, **row}


def describe_keywords(ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Each with its runs, and each run with its links."""
    links: dict[int, list[dict[str, Any]]] = {}
    found = ResultLink.objects.filter(search__keyword__in=ids).order_by("search_id", "pk")
    for link in found.values("search_id", *LINK_FIELDS).iterator():
        links.setdefault(link.pop("search_id"), []).append(link)
    runs: dict[int, list[dict[str, Any]]] = {}
    searches = Search.objects.filter(keyword__in=ids).order_by("pk")
    for search in searches.values("keyword_id", *SEARCH_FIELDS).iterator():
        search["links"] = links.get(search["id"], [])
        runs.setdefault(search.pop("keyword_id"), []).append(search)
    keywords = Keyword.objects.filter(pk__in=ids).order_by("pk")
    columns = ("id", "text", "row", "country", "language", "device", "tags", "source__name")
    for keyword in keywords.values("keyword_list_id", *columns):
        yield {
            "kind": "keyword",
            "list": keyword.pop("keyword_list_id"),
            **keyword,
            "runs": runs.get(keyword["id"], []),
        }
