"""Polls of a list that find nothing new, answered before anybody asks who they come from.

Most requests of a page that somebody watches are such polls. Within its half minute a ticket stands for the
session and its user, so that a poll costs the look itself and nothing else. It opens nothing: all that it gets
is "nothing has moved", and any other answer asks for the session.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers

from keywords.views.live_rows import look_for_changes
from keywords.views.poll_tickets import TICKET, read_ticket

Answer = Callable[[HttpRequest], HttpResponseBase]


def quiet_polls_middleware(answer: Answer) -> Answer:
    """Before the one that reads sessions."""

    def answer_quietly(request: HttpRequest) -> HttpResponseBase:
        return find_quiet_answer(request) or answer(request)

    return answer_quietly


def find_quiet_answer(request: HttpRequest) -> HttpResponse | None:
    ticket = request.GET.get(TICKET)
    list_id = find_list_id(request.path_info) if ticket and request.method == "GET" else None
    if ticket is None or list_id is None:
        return None
    owner_id = read_ticket(ticket, list_id)
    if owner_id is None:
        return None
    response = look_for_changes(owner_id, list_id, request.GET).describe_silence()
    if response is not None:
        add_never_cache_headers(response)
    return response


def find_list_id(path: str) -> int | None:
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match.kwargs["pk"] if match.url_name == "list-rows" else None
