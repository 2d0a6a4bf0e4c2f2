"""Lists: start, look at, run again, cancel, delete."""

import hashlib
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Header, Router
from ninja import Status as Answer

from keywords.api.auth import reading, user_of, writing
from keywords.api.list_intake import find_source, read_new_list
from keywords.api.paging import Page, Paging, take_page
from keywords.api.problems import Refusal
from keywords.api.schemas import (
    Cancelled,
    ListOut,
    ListWithReport,
    Paused,
    Resumed,
    Started,
)
from keywords.api.showing import show_lists, show_report
from keywords.holding import pause_list, resume_list
from keywords.lists import UnableToStart, cancel_list, delete_list, rerun, start_list
from keywords.models import KeywordList
from keywords.statuses import Status
from serp.types import Outcome

router = Router(tags=["lists"])

NEW_LIST = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/ListIn"}},
            "multipart/form-data": {
                "schema": {
                    "allOf": [
                        {"$ref": "#/components/schemas/UploadIn"},
                        {
                            "type": "object",
                            "properties": {"file": {"type": "string", "format": "binary"}},
                            "required": ["file"],
                        },
                    ]
                }
            },
        },
    }
}


@router.post("", response={201: ListWithReport}, auth=writing, openapi_extra=NEW_LIST)
def create_list(
    request: HttpRequest,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", max_length=255)] = "",
) -> Any:
    """Start a list of keywords: one job each.

    Send a file as `multipart/form-data`, or JSON. Every row that becomes no keyword is told with its
    reason. A second request with the same `Idempotency-Key` answers with the list that the first
    one made.
    """
    options, imported = read_new_list(request)
    try:
        keyword_list = start_list(
            owner=user_of(request),
            name=options.name,
            source=find_source(options.source),
            imported=imported,
            country=options.country.lower(),
            language=options.language,
            device=options.device,
            priority=options.priority,
            start_at=options.start_at,
            start_key=make_start_key(idempotency_key),
            on_duplicate=options.on_duplicate,
        )
    except UnableToStart as error:
        raise Refusal(409, str(error)) from None
    return Answer(201, show_report(keyword_list))


def make_start_key(idempotency_key: str) -> str:
    if not idempotency_key:
        return ""
    return "api:" + hashlib.sha256(idempotency_key.encode()).hexdigest()


@router.get("", response=Page[ListOut], auth=reading)
def list_lists(request: HttpRequest, paging: Paging) -> Any:
    """Your lists, newest first."""
    return take_page(
        KeywordList.objects.for_user(user_of(request)), paging, show_lists, newest=True
    )


@router.get("/{int:list_id}", response=ListWithReport, auth=reading)
def get_list(request: HttpRequest, list_id: int) -> Any:
    return show_report(find_list(request, list_id))


@router.delete("/{int:list_id}", response={204: None}, auth=writing)
def remove_list(request: HttpRequest, list_id: int) -> Any:
    """Cancels what has not finished and removes all that belongs to the list."""
    delete_list(find_list(request, list_id), by=user_of(request))
    return Answer(204, None)


@router.post("/{int:list_id}/rerun", response=Started, auth=writing)
def rerun_list(
    request: HttpRequest,
    list_id: int,
    status: Status | None = None,
    outcome: Outcome | None = None,
) -> Any:
    """A new search for each keyword that has none on its way; `status` and `outcome` narrow."""
    keywords = find_list(request, list_id).keywords.with_status()
    wanted = {"status": status, "outcome": outcome}
    keywords = keywords.filter(**{name: value for name, value in wanted.items() if value})
    return {"started": rerun(keywords, by=user_of(request))}


@router.post("/{int:list_id}/cancel", response=Cancelled, auth=writing)
def cancel(request: HttpRequest, list_id: int) -> Any:
    """Cancels what has not finished, running searches too."""
    keyword_list = find_list(request, list_id)
    return {"cancelled": cancel_list(keyword_list, by=user_of(request))}


@router.post("/{int:list_id}/pause", response=Paused, auth=writing)
def pause(request: HttpRequest, list_id: int) -> Any:
    """Holds back what waits; running searches end as usual. Their status stays `waiting`."""
    return {"paused": pause_list(find_list(request, list_id), by=user_of(request))}


@router.post("/{int:list_id}/resume", response=Resumed, auth=writing)
def resume(request: HttpRequest, list_id: int) -> Any:
    """What was held back waits for its turn again."""
    return {"resumed": resume_list(find_list(request, list_id), by=user_of(request))}


def find_list(request: HttpRequest, list_id: int) -> KeywordList:
    """Raises Http404 for other people's, too."""
    return get_object_or_404(KeywordList.objects.for_user(user_of(request)), pk=list_id)
