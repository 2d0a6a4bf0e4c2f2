"""What users have, for operators: lists, keywords, searches. Saved pages without their bytes."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.admin import cells
from jobs.admin.base import BigTable, ForOperators, ReadOnly, operator_name
from jobs.audit import record
from keywords import job_subjects, source_admin, source_panel  # noqa: F401 - they register themselves
from keywords.models import ApiToken, Keyword, KeywordList, SavedPage, Search
from keywords.people import name_of
from keywords.reparsing.admin import read_lists_again, read_searches_again


class NamedValues(admin.AllValuesFieldListFilter):
    """An empty text would be a link without a name."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or "none"}


@admin.register(KeywordList)
class KeywordListAdmin(ForOperators, ReadOnly, BigTable[KeywordList]):
    actions = (read_lists_again,)
    list_display = ("name", "owner", "created_at", "keywords_link")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__email", "owner__username")
    search_help_text = "Name of the list, or whose it is"
    ordering = ("-id",)
    fields = ("name", "owner", "imported", "created_at", "keywords_link")
    readonly_fields = ("keywords_link",)

    @admin.display(description="Keywords")
    def keywords_link(self, keyword_list: KeywordList) -> SafeString:
        url = reverse("admin:keywords_keyword_changelist")
        return format_html('<a href="{}?keyword_list={}">its keywords</a>', url, keyword_list.pk)


@admin.register(Keyword)
class KeywordAdmin(ReadOnly, BigTable[Keyword]):
    list_display = ("text", "keyword_list", "source", "country", "language", "device", "outcome")
    list_select_related = ("keyword_list", "source", "latest_search")
    search_fields = ("text",)
    ordering = ("-id",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == "keyword_list" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]  # as Django calls it

    @admin.display(description="Latest outcome")
    def outcome(self, keyword: Keyword) -> str:
        search = keyword.latest_search
        return search.outcome if search and search.outcome else cells.NOTHING


@admin.register(Search)
class SearchAdmin(ForOperators, ReadOnly, BigTable[Search]):
    actions = (read_searches_again,)
    list_display = (
        "id",
        "keyword",
        "outcome",
        "http_status",
        "ads_total",
        "organic_total",
        "links_total",
        "fetched_at",
        "job_link",
    )
    list_select_related = ("keyword",)
    list_filter = (("outcome", NamedValues), ("engine", NamedValues))
    search_fields = ("keyword__text",)
    ordering = ("-id",)

    @admin.display(description="Job")
    def job_link(self, search: Search) -> SafeString:
        if search.job_id is None:
            return SafeString("gone")
        url = reverse("admin:jobs_job_change", args=[search.job_id])
        return format_html('<a href="{}">{}</a>', url, search.job_id)


@admin.register(SavedPage)
class SavedPageAdmin(ReadOnly, BigTable[SavedPage]):
    """Never the bytes: they may hold anything, and they may be large."""

    list_display = ("short_hash", "size", "content_type", "created_at")
    search_fields = ("sha256",)
    ordering = ("-id",)
    fields = ("sha256", "size", "content_type", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedPage]:
        return super().get_queryset(request).defer("body")

    @admin.display(description="SHA-256", ordering="sha256")
    def short_hash(self, page: SavedPage) -> str:
        return page.sha256[:12]


@admin.register(ApiToken)
class ApiTokenAdmin(BigTable[ApiToken]):
    """Tokens are made by `create_token` or their owners; here they are seen and revoked."""

    list_display = ("prefix", "name", "owner", "scope", "created_at", "expires_at", "last_used_at")
    list_select_related = ("owner",)
    search_fields = ("prefix", "name", "owner__email")
    ordering = ("-id",)
    fields: ClassVar[tuple[str, ...]] = (
        "prefix",
        "name",
        "owner",
        "scope",
        "created_at",
        "expires_at",
        "last_used_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        self._record(request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset.select_related("owner"):
            self._record(request, token)
        super().delete_queryset(request, queryset)

    def _record(self, request: HttpRequest, token: ApiToken) -> None:
        before = {"token": token.prefix, "of": name_of(token.owner)}
        record("revoke token", by=operator_name(request), before=before)
