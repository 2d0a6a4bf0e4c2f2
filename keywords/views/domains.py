"""`/domains`: who stands in the results of one's keywords, and `/domains/compare`: some of them side by side."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from keywords.domain_comparison import FEWEST, MOST, compare_domains
from keywords.link_search.answering import within_time
from keywords.link_search.cursors import read_place, write_place
from keywords.link_search.question import QuestionMistake
from keywords.link_search.scope import Scope
from keywords.made_up import has_made_up
from keywords.models import KeywordList
from keywords.share_of_voice import (
    KINDS,
    LINKS_STEP,
    MOST_ADS,
    MOST_LINKS,
    Board,
    DomainRow,
    Order,
    PageCounts,
    count_pages,
    find_trends,
    rank_domains,
)
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.domain_request import DomainRequest
from keywords.views.search import LISTS_OFFERED
from keywords.views.search_request import MOST_ID, SIZES, SearchRequest, read_number

BARS = 10
WIDEST = 1000  # of a bar, in the units of its drawing
KIND_WORDS: dict[str, str | Promise] = {
    "all": gettext_lazy("Ads and organic"),
    "ads": gettext_lazy("Ads"),
    "organic": gettext_lazy("Organic"),
}
COLUMNS: list[tuple[Order, str | Promise]] = [
    ("keywords", gettext_lazy("Keywords")),
    ("ad_keywords", gettext_lazy("In ads")),
    ("organic_keywords", gettext_lazy("Organic")),
    ("top3_keywords", gettext_lazy("Top 3")),
    ("top10_keywords", gettext_lazy("Top 10")),
    ("share_of_voice", gettext_lazy("Share of voice")),
]


@dataclass(frozen=True)
class ShownDomain:
    """`trend` counts keywords against the run before; None where no keyword had one."""

    row: DomainRow
    trend: int | None
    width: int
    keywords_link: str


@dataclass(frozen=True)
class Bar:
    label: str
    count: int
    width: int


@dataclass(frozen=True)
class Looked:
    """What is read of the database for one page."""

    board: Board
    trends: dict[str, int]
    pages: PageCounts
    keyword_total: int


@require_safe
@signed_in
def show_domains(request: SignedInRequest) -> HttpResponse:
    asked = DomainRequest.read(request.GET)
    context = describe_choices(request, asked)
    try:
        looked, scope = look(asked, asked.scope(request.user))
    except QuestionMistake as mistake:
        return render(
            request, "keywords/domains.html", context | {"mistake": str(mistake)}, status=400
        )
    context |= describe_board(asked, looked) | describe_bound(asked, scope, looked.keyword_total)
    return render(request, "keywords/domains.html", context)


def describe_choices(request: SignedInRequest, asked: DomainRequest) -> dict[str, Any]:
    lists = KeywordList.objects.for_user(request.user)
    if asked.list_id and not lists.filter(pk=asked.list_id).exists():
        raise Http404
    return {
        "asked": asked,
        "is_made_up": has_made_up(asked.scope(request.user)),
        "lists": lists.order_by("-pk").only("name")[:LISTS_OFFERED],
        "kinds": [(kind, KIND_WORDS[kind], asked.but(kind=kind).link()) for kind in KINDS],
        "columns": [(order, word, asked.but(order=order).link()) for order, word in COLUMNS],
        "sizes": [(size, asked.but(size=size).link()) for size in SIZES],
        "all_link": asked.but(patient=True).link(),
        "plain_link": asked.but(text="").link(),
        "most": MOST,
    }


def look(asked: DomainRequest, scope: Scope) -> tuple[Looked, Scope]:
    after = read_place(asked.after)

    def read(within: Scope, deadline: Any) -> Looked:
        board = rank_domains(
            within,
            kind=asked.kind,
            order=asked.order,
            text=asked.text,
            after=after,
            size=asked.size,
        )
        deadline.share()
        names = [row.domain for row in board.rows]
        trends = find_trends(within, names, kind=asked.kind)
        deadline.share()
        return Looked(board, trends, count_pages(within), within.keywords().count())

    return within_time(read, scope, patient=asked.patient)


def describe_board(asked: DomainRequest, looked: Looked) -> dict[str, Any]:
    board = looked.board
    most = max((getattr(row, asked.order) for row in board.rows), default=0) or 1
    rows = [
        ShownDomain(
            row,
            trend=looked.trends.get(row.domain),
            width=round(WIDEST * getattr(row, asked.order) / most),
            keywords_link=link_keywords(asked, row.domain),
        )
        for row in board.rows
    ]
    return {
        "rows": rows,
        "bars": rows[:BARS] if not asked.after else [],
        "order_word": dict(COLUMNS)[asked.order],
        "domain_total": board.total,
        "keyword_total": looked.keyword_total,
        "ads_bars": draw_histogram(looked.pages.ads, MOST_ADS),
        "links_bars": draw_histogram(looked.pages.links, MOST_LINKS, LINKS_STEP),
        "first_link": asked.but().link() if asked.after else "",
        "next_link": asked.but(after=write_place(board.after)).link() if board.after else "",
    }


def link_keywords(asked: DomainRequest, domain: str) -> str:
    """The keywords that the board counts, as a search across results."""
    where = {"ads": "ad", "organic": "organic"}.get(asked.kind, "domain")
    match = "exact" if where == "domain" else "domain"
    search = SearchRequest(list_id=asked.list_id, tag=asked.tag)
    return search.asking(where=where, match=match, value=domain).link()


def draw_histogram(counts: list[tuple[int, int]], last: int, step: int = 1) -> list[Bar]:
    """From `last` on they are counted together."""
    most = max((count for _, count in counts), default=0) or 1
    return [
        Bar(
            label=name_bar(n, last, step),
            count=count,
            width=round(WIDEST * count / most),
        )
        for n, count in counts
    ]


def name_bar(n: int, last: int, step: int) -> str:
    if n == last:
        return _("%(n)d or more") % {"n": n}
    return str(n) if step == 1 else f"{n}\N{EN DASH}{n + step - 1}"


def describe_bound(asked: DomainRequest, scope: Scope, keyword_total: int) -> dict[str, Any]:
    """How many keywords there would be, where only the newest were looked at."""
    whole = Scope(scope.user, scope.list_id, scope.tag)
    return {
        "keyword_total": keyword_total,
        "all_keywords": whole.keywords().count() if scope.first else None,
    }


@require_safe
@signed_in
def show_comparison(request: SignedInRequest) -> HttpResponse:
    asked = DomainRequest.read(request.GET)
    context = describe_choices(request, asked)
    context["board_link"] = reverse("domains") + asked.but(domains=()).link()
    if len(asked.domains) > MOST or len(asked.domains) < FEWEST:
        context["choice_mistake"] = len(asked.domains) > MOST or bool(asked.domains)
        return render(request, "keywords/domain_comparison.html", context)
    after = read_number(request.GET, "after", MOST_ID)

    def read(within: Scope, deadline: Any) -> Any:
        found = compare_domains(within, asked.domains, after=after, size=asked.size)
        return found, within.keywords().count()

    try:
        (found, total), scope = within_time(read, asked.scope(request.user), patient=asked.patient)
    except QuestionMistake as mistake:
        context["mistake"] = str(mistake)
        return render(request, "keywords/domain_comparison.html", context, status=400)
    context |= {
        "comparison": found,
        "first_link": asked.but().link() if after else "",
        "next_link": asked.but(after=str(found.after)).link() if found.after else "",
        **describe_bound(asked, scope, total),
    }
    return render(request, "keywords/domain_comparison.html", context)
