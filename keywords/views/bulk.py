"""`/lists/ID/bulk`: an act on the ticked keywords, or on exactly all that match the filter. Asks first,
in words and with the number; a long one shows how far it is at `/lists/ID/acts/ID`."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from keywords.bulk.acting import find_meant, start_act
from keywords.bulk.records import BulkAct
from keywords.filtering import ListFilter
from keywords.models import KeywordList
from keywords.templatetags.figures import grouped
from keywords.uploads.tags import clean_tag
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.finding import find_list
from keywords.views.list_page import find_address
from keywords.views.list_view import SIZES

Act = BulkAct.Act
SAMPLE = 10


@dataclass(frozen=True)
class Wording:
    """`question` takes n; `warning` says what it means."""

    question: Any
    button: Any
    warning: Any = ""
    tone: str = "is-primary"


WORDINGS = {
    Act.RERUN: Wording(
        gettext_lazy("Run %(n)s keywords again?"),
        gettext_lazy("Run again"),
        gettext_lazy("Those that wait or run already are left as they are."),
    ),
    Act.CANCEL: Wording(
        gettext_lazy("Cancel the searches of %(n)s keywords?"),
        gettext_lazy("Cancel them"),
        gettext_lazy("What has finished stays as it is; earlier results are kept."),
        "is-danger",
    ),
    Act.REMOVE: Wording(
        gettext_lazy("Remove %(n)s keywords?"),
        gettext_lazy("Remove for good"),
        gettext_lazy("Their results and saved pages go with them. This cannot be undone."),
        "is-danger",
    ),
    Act.TAG: Wording(gettext_lazy("Tag %(n)s keywords"), gettext_lazy("Add the tag")),
    Act.UNTAG: Wording(gettext_lazy("Take a tag off %(n)s keywords"), gettext_lazy("Take it off")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def act_on_many(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword_list = find_list(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and asked.get("act") == "export":
        return send_to_export(keyword_list, read_meant(asked))
    act, narrowing = read_act(asked), read_meant(asked)
    if not act or narrowing.problems or not is_meant(asked, narrowing):
        messages.warning(request, _("Choose some keywords first, and what to do with them."))
        return back_to(keyword_list, asked)
    if request.method != "POST":
        return ask(request, keyword_list, act, narrowing)
    tag = clean_tag(asked.get("tag", ""))
    if act in {Act.TAG, Act.UNTAG} and not tag:
        return ask(request, keyword_list, act, narrowing, problem=_("Write a tag."))
    bulk_act = start_act(keyword_list, narrowing, act, by=request.user, tag=tag)
    if not bulk_act.finished_at:
        return HttpResponseRedirect(
            reverse("list-act", args=[keyword_list.pk, bulk_act.pk]), status=303
        )
    tell_done(request, bulk_act)
    return back_to(keyword_list, asked)


def read_act(asked: QueryDict) -> str:
    act = asked.get("act", "")
    return act if act in Act.values else ""


def read_meant(asked: QueryDict) -> ListFilter:
    """The ticked ones, unless it says that all are meant."""
    ids = asked.getlist("id")[: max(SIZES)]
    if ids and not asked.get("all"):
        return ListFilter.build(q=f"id:{','.join(ids)}")
    return ListFilter.parse(asked)


def is_meant(asked: QueryDict, narrowing: ListFilter) -> bool:
    """Nothing ticked is not everything: that has to be said."""
    return bool(asked.get("all")) or narrowing.q.startswith("id:")


def send_to_export(keyword_list: KeywordList, narrowing: ListFilter) -> HttpResponse:
    url = find_address("list-export", keyword_list.pk) or reverse("list", args=[keyword_list.pk])
    return HttpResponseRedirect(f"{url}?{narrowing.query_string()}")


def back_to(keyword_list: KeywordList, asked: QueryDict) -> HttpResponse:
    """To the list as it was looked at; the sign that all were meant is no part of that."""
    back = asked.get("back", "")
    query = back if back.startswith("?") else ""
    return HttpResponseRedirect(f"{reverse('list', args=[keyword_list.pk])}{query}", status=303)


def ask(
    request: SignedInRequest,
    keyword_list: KeywordList,
    act: str,
    narrowing: ListFilter,
    *,
    problem: str = "",
) -> HttpResponse:
    meant = find_meant(keyword_list, narrowing)
    count = meant.count()
    wording = WORDINGS[Act(act)]
    context = {
        "list": keyword_list,
        "act": act,
        "filter": narrowing,
        "count": count,
        "sample": list(meant.order_by("pk").values_list("text", flat=True)[:SAMPLE]),
        "more": max(count - SAMPLE, 0),
        "wording": wording,
        "question": wording.question % {"n": grouped(count)},
        "needs_tag": act in {Act.TAG, Act.UNTAG},
        "problem": problem,
        "back": request.GET.get("back", "") or request.POST.get("back", ""),
    }
    return render(request, "keywords/list_bulk.html", context)


def tell_done(request: SignedInRequest, bulk_act: BulkAct) -> None:
    text = ngettext(
        "%(act)s: %(done)s of %(seen)s keyword.",
        "%(act)s: %(done)s of %(seen)s keywords.",
        bulk_act.seen,
    )
    values = {
        "act": bulk_act.get_act_display(),
        "done": grouped(bulk_act.done),
        "seen": grouped(bulk_act.seen),
    }
    say = messages.success if bulk_act.done else messages.warning
    say(request, text % values)


@never_cache
@require_safe
@signed_in
def show_act(request: SignedInRequest, pk: int, act: int) -> HttpResponse:
    keyword_list = find_list(request, pk)
    acts = BulkAct.objects.for_user(request.user).filter(keyword_list=keyword_list)
    bulk_act = get_object_or_404(acts.select_related("job"), pk=act)
    version = f"{bulk_act.seen}-{bulk_act.finished_at is not None}"
    if request.GET.get("version") == version:
        return HttpResponse(status=204)
    context = {
        "list": keyword_list,
        "act": bulk_act,
        "version": version,
        "percent": bulk_act.seen * 100 // bulk_act.total if bulk_act.total else 100,
        "words": ListFilter.read(bulk_act.query).in_words(),
        "has_failed": bulk_act.job is not None and bulk_act.job.state in {"discarded", "cancelled"},
    }
    return render(request, "keywords/list_act.html", context)
