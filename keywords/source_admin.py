"""Sources, for operators: every setting with its checks, how each is doing, what can be done about it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.admin import cells
from jobs.admin.base import ForOperators, OperatedTable, operator_name
from jobs.admin.nav import register_app, register_table
from jobs.audit import record
from jobs.groups import may_configure, may_operate
from keywords.breaking import State, close_breaker
from keywords.check_jobs import ask_test
from keywords.models import Source
from keywords.proxies import Proxy
from keywords.proxy_settings import add_proxies
from keywords.reparsing.admin import read_sources_again
from keywords.source_form import FIELDS, NULLABLE, SourceForm
from keywords.source_standing import SourceStanding, read_standings
from keywords.sources import engine_of, set_source
from keywords.views.source_words import tell

TEST_KEYWORD = "wikipedia"


class SourceList(ChangeList):
    """Looks at how the sources of the page are doing, all of them at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        ids = [source.pk for source in self.result_list]
        standings = read_standings(Source.objects.filter(pk__in=ids))
        self.standings = {each.source.pk: each for each in standings}
        for source in self.result_list:
            source.standing = self.standings[source.pk]


class ProxyInline(admin.TabularInline):  # type: ignore[type-arg]  # not generic at run time
    """Those that are there: switched off or removed here, added in the form."""

    model = Proxy
    fields = ("label", "enabled", "ok", "refused", "failed", "state")
    readonly_fields = ("label", "ok", "refused", "failed", "state")
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_configure(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_configure(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_operate(request.user)

    @admin.display(description="State")
    def state(self, proxy: Proxy) -> str:
        if proxy.rests:
            return f"rests until {cells.show_time(proxy.resting_until)}: {proxy.reason}"
        return "usable" if proxy.enabled else "off"


register_table(20, "Sources", "keywords.source")
register_app(90, "Keywords", "keywords")


@admin.register(Source)
class SourceAdmin(ForOperators, OperatedTable[Source]):
    form = SourceForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    change_form_template = "admin/operations/source_form.html"
    list_display = (
        *("name", "engine", "state", "answered", "last_refusal", "rate", "budget", "chosen"),
    )
    list_select_related = ("queue",)
    list_filter = ("engine", "enabled")
    search_fields = ("name",)
    show_full_result_count = False
    actions = ("close_breakers", "test_sources", read_sources_again)
    inlines = (ProxyInline,)
    fieldsets = (
        (None, {"fields": ("name", "engine", "base_url", "enabled", "is_default", "expectation")}),
        ("What it asks for", {"fields": ("country", "language")}),
        (
            "Pace",
            {
                "fields": (
                    ("rate_limit", "rate_period", "burst"),
                    ("max_running", "max_running_per_node"),
                    ("budget_day", "budget_month"),
                )
            },
        ),
        (
            "Watching it",
            {"fields": (("canary_keyword", "canary_minutes"), "users_may_test")},
        ),
        ("Secrets", {"fields": ("new_credentials", "forget_credentials", "add_proxies")}),
        ("More", {"fields": ("allow_private", "user_agent", "settings")}),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SourceList

    def get_inlines(self, request: HttpRequest, obj: Source | None) -> Any:
        """No empty table where it has no proxies."""
        return self.inlines if obj is not None and obj.proxies.exists() else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> list[str]:
        return ["name"] if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Source | None = None) -> Any:
        """Who may only look sees no fields of the form's own."""
        if may_configure(request.user):
            return self.fieldsets
        return [(None, {"fields": ("name", *FIELDS)})]

    def has_delete_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        return False

    # Saving

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        """By set_source, as everybody does it, with its audit."""
        cleaned, by = form.cleaned_data, operator_name(request)
        saved = set_source(
            obj.name,
            by=by,
            limits=form.read_limits(),
            credentials={} if cleaned["forget_credentials"] else cleaned["new_credentials"],
            clear=[name for name in NULLABLE if cleaned[name] is None],
            **{name: cleaned[name] for name in FIELDS},
        )
        if cleaned["add_proxies"]:
            add_proxies(saved, cleaned["add_proxies"])
            after = {"count": len(cleaned["add_proxies"])}
            record("add proxies", by=by, queue=saved.queue.name, after=after)
        obj.pk, obj.queue = saved.pk, saved.queue

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        queue, by = form.instance.queue.name, operator_name(request)
        for proxy, names in formset.changed_objects:
            after = {"proxy": proxy.label, **{name: getattr(proxy, name) for name in names}}
            record("change proxy", by=by, queue=queue, after=after)
        for proxy in formset.deleted_objects:
            record("remove proxy", by=by, queue=queue, before={"proxy": proxy.label})

    # What can be done

    @admin.action(description="Ask again now (close the breaker)", permissions=["operate"])
    def close_breakers(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        for source in sources.select_related("queue"):
            close_breaker(source, by=operator_name(request))
        messages.success(request, "They are asked again from now on.")

    @admin.action(description="Test with one keyword each", permissions=["operate"])
    def test_sources(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        for source in sources.filter(enabled=True, only_saved=False).select_related("queue"):
            keyword = source.canary_keyword or TEST_KEYWORD
            by = operator_name(request)
            check = ask_test(source, keyword, by=by, owner=request.user.pk or 0)
            record("test source", by=by, queue=source.queue.name, after={"keyword": keyword})
            url = reverse("source-check", args=[check.pk])
            link = format_html('<a href="{}">Test of {}</a>', url, source.name)
            messages.info(request, link)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = read_standings(Source.objects.filter(pk=object_id if object_id.isdecimal() else 0))
        context = {
            **(extra_context or {}),
            **(describe(found[0]) if found else {}),
            "may_operate": may_operate(request.user),
            "test_keyword": TEST_KEYWORD,
        }
        return super().change_view(request, object_id, form_url, context)

    # Columns

    @admin.display(description="State")
    def state(self, source: Any) -> SafeString:
        standing: SourceStanding = source.standing
        why = tell(standing).note or " ".join(standing.alarms)
        return format_html('{}<span class="ops-why">{}</span>', show_state(standing), why)

    @admin.display(description="Default", ordering="is_default")
    def chosen(self, source: Source) -> str:
        return "yes" if source.is_default else cells.NOTHING

    @admin.display(description="Good of the last 50")
    def answered(self, source: Any) -> str:
        health = source.standing.health
        return f"{health.share:.0%}" if health.tried else cells.NOTHING

    @admin.display(description="Last refusal")
    def last_refusal(self, source: Any) -> str:
        return describe_refusal(source.standing)

    @admin.display(description="Rate")
    def rate(self, source: Source) -> str:
        return describe_rate(source)

    @admin.display(description="Budget left")
    def budget(self, source: Any) -> str:
        return describe_budget(source.standing) or cells.NOTHING


def describe(standing: SourceStanding) -> dict[str, Any]:
    """For the page of one source."""
    told = tell(standing)
    return {
        "standing": standing,
        "state_chip": show_state(standing),
        "note": told.note,
        "alarms": standing.alarms,
        "is_open": standing.breaker_state != State.CLOSED,
        "rate_now": describe_rate(standing.source),
        "budget_left": describe_budget(standing),
        "refusal": describe_refusal(standing),
        "engine_label": engine_of(standing.source).label,
    }


def show_state(standing: SourceStanding) -> SafeString:
    chips = {"ready": "open", "off": "off", "paused": "paused", "half_open": "retryable"}
    name = chips.get(standing.standing, "cooling" if standing.standing != "troubled" else "failed")
    return cells.show_chip(name, str(tell(standing).chip.word))


def describe_refusal(standing: SourceStanding) -> str:
    breaker = standing.breaker
    if breaker is None or breaker.refused_at is None:
        return cells.NOTHING
    return f"{breaker.outcome.replace('_', ' ')}, {cells.show_time(breaker.refused_at)}"


def describe_rate(source: Source) -> str:
    rate = cells.show_rate(source.queue)
    if source.queue.slowdown <= 1 or source.queue.rate_limit is None:
        return rate
    return f"{rate}, slowed to {1 / source.queue.slowdown:.0%}"


def describe_budget(standing: SourceStanding) -> str:
    parts = (f"{each.left:,} of {each.limit:,} this {each.span}" for each in standing.allowances)
    return ", ".join(parts)
