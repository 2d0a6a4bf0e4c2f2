"""Source, KeywordList, Keyword, Search (one run), ResultLink, SavedPage, and the import's row reports.

A keyword's status is its latest search's job state and outcome: see `keywords.statuses`.
Every row belongs to an owner; `for_user` is the one way in for pages and API.
"""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keywords.breaker import Breaker  # noqa: F401 - a table of this app
from keywords.page_health import PageHealth, SourceFigures  # noqa: F401 - tables of this app
from keywords.proxies import Proxy  # noqa: F401 - a table of this app
from keywords.source_checks import SourceCheck  # noqa: F401 - a table of this app
from keywords.statuses import outcome_of, status_of
from keywords.usage import SourceUsage  # noqa: F401 - a table of this app

Owner = AbstractBaseUser | AnonymousUser


class Source(models.Model):
    """A configured search engine; one queue of jobs, named like it."""

    name = models.SlugField(max_length=100, unique=True)
    engine = models.CharField(max_length=50, help_text="Name of an engine of serp.")
    base_url = models.URLField(blank=True, max_length=500, help_text="Empty: the engine's own.")
    queue = models.OneToOneField("jobs.Queue", on_delete=models.PROTECT, related_name="source")
    enabled = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    only_saved = models.BooleanField(
        db_default=False,
        default=False,
        editable=False,
        help_text="Holds imported pages; it is never asked.",
    )
    allow_private = models.BooleanField(
        default=False, help_text="May reach private and loopback addresses."
    )
    user_agent = models.CharField(
        max_length=300, blank=True, help_text="Empty: our own, honest one."
    )
    settings = models.JSONField(default=dict, blank=True, help_text="Options of the engine.")
    expectation = models.CharField(
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="What users may expect of it, in a sentence. Empty: what is known of the engine.",
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        default="",
        db_default="",
        help_text="Two letters, such as de: for keywords that name none.",
    )
    language = models.CharField(
        max_length=35,
        blank=True,
        default="",
        db_default="",
        help_text="Such as de or pt-BR: for keywords that name none.",
    )
    budget_day = models.PositiveIntegerField(
        null=True, blank=True, help_text="Requests a day; empty: no limit."
    )
    budget_month = models.PositiveIntegerField(
        null=True, blank=True, help_text="Requests a month; empty: no limit."
    )
    canary_keyword = models.CharField(
        max_length=255,
        blank=True,
        default="",
        db_default="",
        help_text="Asked again and again to see whether the source still answers well. Empty: none.",
    )
    canary_minutes = models.PositiveSmallIntegerField(
        default=60, db_default=60, help_text="From one canary to the next."
    )
    users_may_test = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Everybody may test it on the sources page, not operators only.",
    )
    # Fernet token of a JSON object; see keywords.vault. Never shown.
    credentials = models.BinaryField(default=b"", blank=True, editable=False)
    # Refusals in a row, for the length of the next cool-down.
    refusals = models.PositiveIntegerField(default=0, editable=False)
    # Network and server errors in a row: enough of them, and the queue cools down.
    failures = models.PositiveIntegerField(default=0, editable=False)
    # Pages in a row that were not understood: enough of them, and the canary is asked.
    misread = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="keywords_source_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class KeywordListQuerySet(models.QuerySet["KeywordList"]):
    def for_user(self, user: Owner) -> "KeywordListQuerySet":
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()


class KeywordList(models.Model):
    """Keywords that were imported together, and how they are searched."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="keyword_lists"
    )
    name = models.CharField(max_length=200)
    # How it came in: {"how": "file"|"paste"|"api", "filename", "encoding", "delimiter",
    # "has_header", "rows", "accepted",
    # "skipped", "ignored_columns"}
    imported = models.JSONField(default=dict, blank=True)
    priority = models.PositiveSmallIntegerField(default=5, help_text="0 is first, 9 is last.")
    # Names the press of Start that made this list, so that a second press makes no second one.
    start_key = models.CharField(max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # When its keywords, or some of them, were last started.
    last_run_at = models.DateTimeField(db_default=Now(), editable=False)
    # Since when its searches are held back; see keywords.holding.
    paused_at = models.DateTimeField(null=True, editable=False)

    objects = KeywordListQuerySet.as_manager()

    class Meta:
        indexes = [
            # the API: an owner's lists, newest first
            models.Index(fields=["owner", "-id"], name="keywords_list_of_owner"),
            # the lists page: by their last activity
            models.Index(fields=["owner", "-last_run_at", "-id"], name="keywords_list_activity"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "start_key"],
                condition=~Q(start_key=""),
                name="keywords_list_started_once",
            ),
            models.CheckConstraint(
                condition=Q(priority__lte=9), name="keywords_list_priority_0_to_9"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SkippedRow(models.Model):
    """A row of an import that became no keyword, and why. Kept with the list."""

    keyword_list = models.ForeignKey(
        KeywordList, on_delete=models.CASCADE, related_name="skipped_rows", db_index=False
    )
    row = models.PositiveIntegerField(help_text="Row of the file, from 1.")
    text = models.CharField(max_length=1000, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        indexes = [
            # the import report, in order of the file
            models.Index(fields=["keyword_list", "row"], name="keywords_skipped_of_list"),
        ]

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"


class KeywordQuerySet(models.QuerySet["Keyword"]):
    def for_user(self, user: Owner) -> "KeywordQuerySet":
        return self.filter(keyword_list__owner_id=user.pk) if user.is_authenticated else self.none()

    def with_status(self) -> "KeywordQuerySet":
        """Adds `status` and `outcome`, of the latest search; two joins."""
        return self.annotate(status=status_of(), outcome=outcome_of())


class Keyword(models.Model):
    """One thing to search for, at one source, from one place."""

    keyword_list = models.ForeignKey(
        KeywordList, on_delete=models.CASCADE, related_name="keywords", db_index=False
    )
    row = models.PositiveIntegerField(default=0, help_text="Row of the file, from 1.")
    text = models.CharField(max_length=255)
    # Django protects the source; a check of the database for each new keyword made uploads slow.
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        related_name="keywords",
        db_index=False,
        db_constraint=False,
    )
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=35, blank=True)
    device = models.CharField(
        max_length=10,
        default="desktop",
        choices=[("desktop", _("Desktop")), ("mobile", _("Mobile"))],
    )
    # Two shortcuts. Without constraints, since checking those cost a sixth of an upload; searches
    # go with their keyword, or by Django, which clears the shortcut.
    # The newest run, whatever came of it: the keyword's status.
    latest_search = models.ForeignKey(
        "Search",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_constraint=False,
    )
    # The newest run whose page can be trusted. A failure never replaces it.
    latest_good_search = models.ForeignKey(
        "Search",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_constraint=False,
    )

    tags = ArrayField(models.CharField(max_length=50), db_default=[], default=list, blank=True)
    # Status and outcome in one word, kept by the database: see keywords.standings.
    standing = models.CharField(
        max_length=20, db_default="", default="", editable=False, blank=True
    )

    objects = KeywordQuerySet.as_manager()

    class Meta:
        indexes = [
            # the list page: keyset paging through a list
            models.Index(fields=["keyword_list", "id"], name="keywords_keyword_of_list"),
            # And, where Postgres has pg_trgm, "texts that contain": see the migration text_indexes.
            # the list page: those of an outcome, in the same order
            models.Index(
                fields=["keyword_list", "standing", "id"], name="keywords_keyword_standing"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["keyword_list", "text", "source", "country", "language", "device"],
                name="keywords_keyword_once_a_list",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class SearchQuerySet(models.QuerySet["Search"]):
    def for_user(self, user: Owner) -> "SearchQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(keyword__keyword_list__owner_id=user.pk)

    def with_status(self) -> "SearchQuerySet":
        """Adds `status` and `shown_outcome`; one join."""
        return self.annotate(status=status_of(""), shown_outcome=outcome_of(""))


class Search(models.Model):
    """One run of a keyword. `outcome` is "" until an answer was judged; counts are null unless the
    page could be trusted: a failure is never 0."""

    keyword = models.ForeignKey(
        Keyword, on_delete=models.CASCADE, related_name="searches", db_index=False
    )
    # The job may be pruned; the search stays. Both are written in one transaction and jobs are deleted
    # through Django alone, so no constraint: it would cost an eighth of an upload.
    job = models.OneToOneField(
        "jobs.Job",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="search",
        db_constraint=False,
    )
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    evidence = models.CharField(max_length=1000, blank=True)
    # How often the source refused it: such attempts are given back, but not for ever.
    refusals = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    fetched_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    ads_top = models.PositiveIntegerField(null=True, blank=True)
    ads_bottom = models.PositiveIntegerField(null=True, blank=True)
    ads_total = models.PositiveIntegerField(null=True, blank=True)
    organic_total = models.PositiveIntegerField(null=True, blank=True)
    links_total = models.PositiveIntegerField(null=True, blank=True)
    total_results = models.BigIntegerField(null=True, blank=True)
    stats_raw = models.CharField(max_length=500, blank=True)
    related_searches = models.JSONField(default=list, blank=True)
    people_also_ask = models.JSONField(default=list, blank=True)
    features = models.JSONField(default=dict, blank=True)
    engine = models.CharField(max_length=50, blank=True)
    layout = models.CharField(max_length=100, blank=True)
    parser_version = models.CharField(max_length=50, blank=True)
    page = models.ForeignKey(
        "SavedPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="searches"
    )

    objects = SearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "searches"
        indexes = [
            # the keyword page: its runs, newest first
            models.Index(fields=["keyword", "-id"], name="keywords_search_of_keyword"),
        ]

    def __str__(self) -> str:
        return f"search {self.pk} of keyword {self.keyword_id}"


class ResultLink(models.Model):
    """One link of a results page: an ad, an organic result or any other link."""

    class Block(models.TextChoices):
        AD_TOP = "ad_top", _("Top ad")
        AD_BOTTOM = "ad_bottom", _("Bottom ad")
        AD_RIGHT = "ad_right", _("Side ad")
        ORGANIC = "organic", _("Organic result")
        OTHER = "other", _("Other link")

    AD_BLOCKS = (Block.AD_TOP, Block.AD_BOTTOM, Block.AD_RIGHT)

    search = models.ForeignKey(
        Search, on_delete=models.CASCADE, related_name="result_links", db_index=False
    )
    block = models.CharField(max_length=10, choices=Block.choices)
    rank = models.PositiveIntegerField(help_text="Place within the block, from 1.")
    absolute_rank = models.PositiveIntegerField(
        null=True, blank=True, help_text="Place on the page."
    )
    title = models.TextField(blank=True)
    # Where it leads, unwrapped; "" where the page does not tell.
    url = models.TextField(blank=True)
    href_raw = models.TextField(blank=True)
    opaque = models.BooleanField(default=False)
    domain = models.CharField(max_length=255, blank=True)
    display_url = models.TextField(blank=True)
    snippet = models.TextField(blank=True)

    class Meta:
        indexes = [
            # the keyword page: one search's links in order
            models.Index(fields=["search", "block", "rank"], name="keywords_link_of_search"),
            # Where does a domain stand? ("domain is", the comparison of domains; its pattern class
            # also serves the global search's "domains that begin so".)
            models.Index(
                fields=["domain", "search"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
                condition=~Q(block="other"),
                name="keywords_link_of_domain",
            ),
            # And, where Postgres has pg_trgm, "URLs that contain": see the migration text_indexes.
        ]

    def __str__(self) -> str:
        return self.url or self.href_raw


class SavedPage(models.Model):
    """An answer as it came, compressed with zstandard; equal bodies are kept once."""

    sha256 = models.CharField(max_length=64, unique=True)
    body = models.BinaryField()
    size = models.PositiveIntegerField(help_text="Bytes before compression.")
    content_type = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.sha256[:12]


class PageVisit(models.Model):
    """How a saved page was got: what belongs to the request and not to the bytes."""

    search = models.OneToOneField(Search, on_delete=models.CASCADE, related_name="visit")
    final_url = models.TextField(blank=True)
    hops = models.JSONField(default=list, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    wire_bytes = models.PositiveIntegerField(default=0)
    fetcher = models.CharField(max_length=20, blank=True)
    problem = models.CharField(max_length=50, blank=True)
    problem_detail = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.final_url


class ApiToken(models.Model):
    """A bearer token of the API. The secret is shown once; only its hash is kept."""

    class Scope(models.TextChoices):
        READ = "read", "Read"
        WRITE = "write", "Read and write"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(
        max_length=16, help_text="The first characters, to tell tokens apart."
    )
    sha256 = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=5, choices=Scope.choices, default=Scope.READ)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_from = models.GenericIPAddressField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.scope})"


# Tables of this app, each beside what it serves.
from keywords.account.records import Preferences  # noqa: E402, F401
from keywords.bulk.records import BulkAct  # noqa: E402, F401
from keywords.drafts.records import Draft  # noqa: E402, F401
from keywords.exports.records import ExportFile, ExportPart  # noqa: E402, F401
from keywords.notifications.records import (  # noqa: E402, F401
    ListNotifications,
    Notification,
    NotificationSettings,
)
from keywords.reparsing.records import Reparse, SearchReading  # noqa: E402, F401
from keywords.standings import StandingChange  # noqa: E402, F401
from keywords.tracked_domains.records import TrackedDomain  # noqa: E402, F401
