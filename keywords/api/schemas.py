"""What goes in and out."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

from keywords.statuses import Status
from serp.types import Outcome


def refuse_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    return text


Text = Annotated[str, AfterValidator(refuse_nul)]


class SkippedOut(Schema):
    row: int
    text: str
    reason: str


class ListCounts(Schema):
    """Keywords by status, and finished ones by outcome."""

    total: int
    waiting: int
    running: int
    retrying: int
    done: int
    failed: int
    cancelled: int
    outcomes: dict[str, int]


class ListOut(Schema):
    id: int
    name: str
    created_at: datetime
    priority: int
    accepted: int
    skipped_count: int
    imported: dict[str, Any] = Field(description="How the list came in.")
    counts: ListCounts


class ListWithReport(ListOut):
    skipped: list[SkippedOut] = Field(description="Every row that became no keyword, and why.")


class KeywordIn(Schema):
    text: str
    country: str = ""
    language: str = ""
    device: str = ""
    priority: int | None = None


class ListOptions(Schema):
    name: Text = Field("", max_length=200, description="Without one: the name of the file.")
    source: Text = Field("", description="Name of a source; without one: the default source.")
    country: str = Field("", pattern="^([A-Za-z]{2})?$", description="ISO 3166, two letters.")
    language: str = Field(
        "", max_length=35, pattern="^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)?$", description="BCP 47."
    )
    device: Literal["desktop", "mobile"] = "desktop"
    priority: int = Field(5, ge=0, le=9, description="0 is first.")
    start_at: AwareDatetime | None = Field(None, description="Not before then.")
    on_duplicate: Literal["add", "skip", "rerun"] = Field(
        "add",
        description="What becomes of keywords that you have in another list already, with the same "
        "source and options: `add` them all the same, `skip` them, or skip them and search again "
        "for those you have (`rerun`).",
    )


class ListIn(ListOptions):
    keywords: list[str | KeywordIn]


class UploadIn(ListOptions):
    """The fields that go with a file."""

    encoding: Text | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    has_header: bool | None = None


class Started(Schema):
    started: int


class Cancelled(Schema):
    cancelled: int


class Paused(Schema):
    paused: int


class Resumed(Schema):
    resumed: int


class ResultCounts(Schema):
    """null: not known. A failure is never 0."""

    ads_top: int | None
    ads_bottom: int | None
    ads_total: int | None
    organic_total: int | None
    links_total: int | None
    total_results: int | None


class SearchOut(Schema):
    """One run of a keyword."""

    id: int
    keyword_id: int
    status: Status
    outcome: Outcome | Literal[""] = Field(description="Empty until an answer was judged.")
    reason: str
    created_at: datetime
    fetched_at: datetime | None
    seconds: float | None
    http_status: int | None
    counts: ResultCounts
    stats_raw: str
    engine: str
    layout: str
    parser_version: str
    has_page: bool


class LinkOut(Schema):
    block: Literal["ad_top", "ad_bottom", "ad_right", "organic", "other"]
    rank: int = Field(description="Place within its block, from 1.")
    absolute_rank: int | None = Field(description="Place among all ads and results of the page.")
    title: str
    url: str = Field(description="Where it leads; empty where the page does not tell.")
    href_raw: str
    opaque: bool
    domain: str
    display_url: str
    snippet: str


class AttemptOut(Schema):
    number: int
    result: str
    started_at: datetime
    finished_at: datetime
    error: str
    facts: dict[str, Any]


class ResultOut(SearchOut):
    """A run with what stood on the page."""

    evidence: str
    final_url: str
    related_searches: list[Any]
    people_also_ask: list[Any]
    features: dict[str, Any]
    ads: list[LinkOut]
    organic: list[LinkOut]
    links: list[LinkOut] = Field(description="Every other link of the page, in its order.")
    attempts: list[AttemptOut]


class KeywordOut(Schema):
    """`status`, `outcome`, `reason` and `counts` are those of the latest search."""

    id: int
    list: int
    row: int
    text: str
    source: str
    country: str
    language: str
    device: str
    status: Status
    outcome: Outcome | Literal[""]
    reason: str
    counts: ResultCounts
    stats_raw: str
    fetched_at: datetime | None
    latest_search: int | None
    latest_good_search: int | None


class KeywordWithResult(KeywordOut):
    result: ResultOut | None = Field(
        description="The latest good result; a failure never replaces it."
    )
