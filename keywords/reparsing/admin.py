"""Reading again, in the admin: choose, look at what would change, write it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString

from jobs import batches
from jobs.admin import charts
from jobs.admin.base import BigTable, ForOperators, ReadOnly, operator_name
from jobs.batches import Progress
from jobs.groups import may_operate, may_view
from keywords.models import KeywordList, Search, Source
from keywords.reparsing.operating import (
    NothingToRead,
    Stage,
    settle_stage,
    start_look,
    start_write,
    stop,
)
from keywords.reparsing.records import Reparse
from keywords.reparsing.selection import Selection
from serp.engines.registry import ENGINE_MODULES, get_engine

MOST_SEARCHES = 10_000
REFRESH_SECONDS = "3"
BUSY = {Stage.LOOKING, Stage.WRITING}


class SelectionForm(forms.Form):
    """Everything left empty: every stored page that another parser than today's has read."""

    engine = forms.ChoiceField(required=False)
    source = forms.ModelMultipleChoiceField(
        Source.objects.order_by("name"), required=False, to_field_name="name", label="Sources"
    )
    since = forms.DateField(
        required=False,
        label="Fetched since",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    parser_version = forms.CharField(
        required=False, max_length=50, help_text="Only pages that this version has read."
    )
    everything = forms.BooleanField(
        required=False, label="Also what today's parsers have read themselves"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        engine = self.fields["engine"]
        assert isinstance(engine, forms.ChoiceField)
        engine.choices = [
            ("", "every engine"),
            *((name, get_engine(name).title) for name in sorted(ENGINE_MODULES)),
        ]

    def selection(self) -> Selection:
        data = self.cleaned_data
        return Selection(
            engine=data["engine"],
            sources=tuple(source.name for source in data["source"]),
            since=data["since"].isoformat() + "T00:00:00+00:00" if data["since"] else "",
            parser_version=data["parser_version"],
            everything=data["everything"],
        )


@admin.register(Reparse)
class ReparseAdmin(ForOperators, ReadOnly, BigTable[Reparse]):
    list_display = ("__str__", "what", "stage", "pages", "changes", "created_by", "created_at")
    ordering = ("-id",)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path("add/", view(self.start), name="keywords_reparse_add"),
            path("<int:pk>/change/", view(self.show), name="keywords_reparse_change"),
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_operate(request.user)

    @admin.display(description="Which pages")
    def what(self, reparse: Reparse) -> str:
        return Selection.read(reparse.selection).in_words

    @admin.display(description="Read")
    def pages(self, reparse: Reparse) -> str:
        return f"{reparse.seen.get('read', 0):,}"

    @admin.display(description="Would change")
    def changes(self, reparse: Reparse) -> str:
        return f"{count_changes(reparse):,}"

    def start(self, request: HttpRequest) -> HttpResponse:
        if not may_operate(request.user):
            raise PermissionDenied
        form = SelectionForm(request.POST or None)
        if form.is_valid():
            try:
                return look(request, form.selection())
            except NothingToRead:
                form.add_error(None, NOTHING)
        return self.render(request, "start", {"title": "Read stored pages again", "form": form})

    def show(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not may_view(request.user):
            raise PermissionDenied
        reparse = Reparse.objects.filter(pk=pk).first()
        if reparse is None:
            raise Http404
        if request.method == "POST":
            return self.act(request, reparse)
        reparse = settle_stage(reparse)
        response = self.render(request, "reading", describe(request, reparse))
        if reparse.stage in BUSY:
            response["Refresh"] = REFRESH_SECONDS
        return response

    def act(self, request: HttpRequest, reparse: Reparse) -> HttpResponse:
        if not may_operate(request.user):
            raise PermissionDenied
        by = operator_name(request)
        if "stop" in request.POST:
            stop(reparse, by=by)
            messages.success(
                request, "Stopped. What was written stays, and so do the earlier readings."
            )
        elif start_write(
            reparse, also_worse="also_worse" in request.POST, owner=request.user.pk or 0, by=by
        ):
            messages.success(request, "The new readings are being written.")
        else:
            messages.warning(request, "There is nothing to write now.")
        return HttpResponseRedirect(address_of(reparse), status=303)

    def render(self, request: HttpRequest, name: str, context: dict[str, Any]) -> TemplateResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/reparsing/{name}.html", {**shared, **context})


NOTHING = "No stored page is to be read again: each was read by today's parser."


def address_of(reparse: Reparse) -> str:
    return reverse("admin:keywords_reparse_change", args=[reparse.pk])


def count_changes(reparse: Reparse) -> int:
    seen = reparse.seen
    return sum(int(seen.get(kind, 0)) for kind in ("changed", "better", "worse"))


def describe(request: HttpRequest, reparse: Reparse) -> dict[str, Any]:
    selection = Selection.read(reparse.selection)
    is_written = reparse.stage in {Stage.WRITING, Stage.DONE}
    return {
        "title": f"Reading again: {selection.in_words}",
        "reparse": reparse,
        "words": selection.in_words,
        "seen": reparse.seen,
        "written": reparse.written if is_written else None,
        "fields": sorted(reparse.seen.get("fields", {}).items(), key=lambda each: -each[1]),
        "outcomes": sorted(reparse.seen.get("outcomes", {}).items(), key=lambda each: -each[1]),
        "changes": count_changes(reparse),
        "gauge": draw_progress(reparse),
        "is_busy": reparse.stage in BUSY,
        "may_write": reparse.stage == Stage.LOOKED and may_operate(request.user),
        "may_stop": reparse.stage in BUSY and may_operate(request.user),
    }


def draw_progress(reparse: Reparse) -> SafeString | str:
    batch = reparse.write_batch if reparse.stage == Stage.WRITING else reparse.look_batch
    if reparse.stage not in BUSY or not batch:
        return ""
    found = batches.measure([batch]).get(batch, Progress({}))
    return charts.draw_gauge(found.finished, found.total, label=f"{found.share:.0%}")


def look(request: HttpRequest, selection: Selection) -> HttpResponse:
    """Raises NothingToRead."""
    reparse = start_look(selection, owner=request.user.pk or 0, by=operator_name(request))
    return HttpResponseRedirect(address_of(reparse), status=303)


# Actions of other tables


def make_action(select: Callable[[QuerySet[Any]], Selection]) -> Callable[..., Any]:
    @admin.action(description="Read stored pages again…", permissions=["operate"])
    def read_stored_again(
        modeladmin: object, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        try:
            return look(request, select(queryset))
        except NothingToRead:
            messages.warning(request, NOTHING)
        except ValueError as mistake:
            messages.error(request, str(mistake))
        return None

    return read_stored_again


def select_sources(sources: QuerySet[Source]) -> Selection:
    return Selection(sources=tuple(sources.values_list("name", flat=True)))


def select_lists(lists: QuerySet[KeywordList]) -> Selection:
    return Selection(list_ids=tuple(lists.values_list("pk", flat=True)))


def select_searches(searches: QuerySet[Search]) -> Selection:
    """Also what today's parser has read: who chooses single searches means them."""
    ids = tuple(searches.order_by().values_list("pk", flat=True)[: MOST_SEARCHES + 1])
    if len(ids) > MOST_SEARCHES:
        raise ValueError(
            f"{MOST_SEARCHES:,} searches at most: choose their lists or sources instead."
        )
    return Selection(search_ids=ids, everything=True)


read_sources_again = make_action(select_sources)
read_lists_again = make_action(select_lists)
read_searches_again = make_action(select_searches)
