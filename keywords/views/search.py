"""`/search`: questions across the results of all keywords, answered in a sentence and a table."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from keywords.link_search.answering import Answer, answer_with
from keywords.link_search.broader import COUNTED, Broader, find_broader
from keywords.link_search.cursors import read_cursor
from keywords.link_search.download import download_answer
from keywords.link_search.groups import take_groups
from keywords.link_search.presets import PRESETS, Preset
from keywords.link_search.question import GROUPS, QuestionMistake
from keywords.link_search.scope import Scope
from keywords.link_search.wording import (
    GROUP_WORDS,
    MATCH_WORDS,
    RUNS_WORDS,
    WHERE_WORDS,
    Sentence,
    describe,
    name_links,
    phrase_absence,
    phrase_answer,
)
from keywords.made_up import has_made_up
from keywords.models import KeywordList
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.search_request import SIZES, SearchRequest

LISTS_OFFERED = 500
TOPS = (1, 3, 5, 10, 20)


@dataclass(frozen=True)
class Suggestion:
    """A broader search that finds something."""

    words: str
    link: str
    keyword_count: int
    is_more: bool
    is_wider_scope: bool


@require_safe
@signed_in
def search_results(request: SignedInRequest) -> HttpResponse:
    asked = SearchRequest.read(request.GET)
    check_list(request, asked)
    context = describe_form(request, asked)
    if asked.is_asked:
        context |= describe_answer(request, asked)
        context["is_made_up"] = has_made_up(asked.scope(request.user))
    status = 400 if context.get("mistake") else 200
    return render(request, "keywords/search.html", context, status=status)


@require_safe
@signed_in
def download_found(request: SignedInRequest) -> HttpResponse | StreamingHttpResponse:
    """Every row of the answer as CSV, written while it is sent."""
    asked = SearchRequest.read(request.GET)
    check_list(request, asked)
    try:
        pieces = download_answer(asked.question, asked.scope(request.user))
    except QuestionMistake as mistake:
        context = describe_form(request, asked) | {"mistake": str(mistake)}
        return render(request, "keywords/search.html", context, status=400)
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="search.csv"'
    return response


def check_list(request: SignedInRequest, asked: SearchRequest) -> None:
    lists = KeywordList.objects.for_user(request.user)
    if asked.list_id and not lists.filter(pk=asked.list_id).exists():
        raise Http404


def describe_form(request: SignedInRequest, asked: SearchRequest) -> dict[str, Any]:
    lists = KeywordList.objects.for_user(request.user).order_by("-pk")
    return {
        "asked": asked,
        "question": asked.question,
        "presets": [(preset, link_preset(asked, preset)) for preset in PRESETS],
        "preset": find_preset(asked),
        "lists": lists.only("name")[:LISTS_OFFERED],
        "wheres": WHERE_WORDS.items(),
        "matches": MATCH_WORDS.items(),
        "runs": RUNS_WORDS.items(),
        "tops": TOPS,
    }


def link_preset(asked: SearchRequest, preset: Preset) -> str:
    """Where something has yet to be typed, the form is filled in; else it is asked at once."""
    filled = asked.but(question=preset.question, group=preset.group, patient=False)
    return filled.to_fill_in if preset.hint else filled.link()


def find_preset(asked: SearchRequest) -> Preset | None:
    """The one whose question this is, whatever has been typed."""
    bare = asked.question.but(value="", n=1)
    return next(
        (
            preset
            for preset in PRESETS
            if preset.question.but(value="", n=1) == bare and preset.group == asked.group
        ),
        None,
    )


def describe_answer(request: SignedInRequest, asked: SearchRequest) -> dict[str, Any]:
    try:
        after = read_cursor(asked.after)
        found, page = answer_with(
            lambda scope: take_groups(asked.question, scope, asked.group, after, asked.size),
            asked.question,
            asked.scope(request.user),
            patient=asked.patient,
        )
    except QuestionMistake as mistake:
        return {"mistake": str(mistake)}
    context = describe_found(request, asked, found) | {"page": page}
    if page.next_cursor:
        context["next_link"] = asked.but(after=page.next_cursor).link()
    if not page.rows and not asked.after:
        context["suggestions"] = suggest(asked, found.scope)
    return context


def describe_found(request: SignedInRequest, asked: SearchRequest, found: Answer) -> dict[str, Any]:
    question = asked.question
    return {
        "answer": found,
        "sentence": describe_sentence(asked),
        "noun": name_links(question, found.link_count or 0),
        "first_link": asked.but().link(),
        "links_link": asked.but(group="link").link(),
        "keywords_link": asked.but(group="keyword").link(),
        "total_link": asked.but(group="keyword").asking(**EVERYTHING).link(),
        "all_link": asked.but(patient=True).link(),
        "groups": [(each, GROUP_WORDS[each], asked.but(group=each).link()) for each in GROUPS],
        "sizes": [(size, asked.but(size=size).link()) for size in SIZES],
        "download_link": reverse("search-download") + asked.link(),
        "api_call": describe_call(request, asked),
    }


# Every keyword that has a result.
EVERYTHING: dict[str, Any] = {
    "where": "keyword",
    "match": "contains",
    "value": "",
    "without": False,
    "top": 0,
}


def describe_sentence(asked: SearchRequest) -> Sentence:
    if asked.question.without:
        return Sentence("", phrase_absence(asked.question))
    return phrase_answer(asked.question)


def describe_call(request: SignedInRequest, asked: SearchRequest) -> str:
    address = request.build_absolute_uri("/api/v1/links/groups") + asked.link()
    return f"curl -H 'Authorization: Bearer YOUR_TOKEN' '{address.replace(chr(39), '%27')}'"


def suggest(asked: SearchRequest, scope: Scope) -> list[Suggestion]:
    if asked.question.without:
        return []
    return [build_suggestion(asked, each) for each in find_broader(asked.question, scope)]


def build_suggestion(asked: SearchRequest, broader: Broader) -> Suggestion:
    wider = asked.but(
        question=broader.question, list_id=broader.scope.list_id, tag=broader.scope.tag
    )
    return Suggestion(
        words=describe(broader.question),
        link=wider.link(),
        keyword_count=broader.keyword_count,
        is_more=broader.keyword_count == COUNTED,
        is_wider_scope=broader.scope.list_id != asked.list_id or broader.scope.tag != asked.tag,
    )
