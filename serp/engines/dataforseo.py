"""DataForSEO: Google's results page as JSON, element by element. Documents of 2026.

HTTP says 200 to nearly everything: the code of the *task* tells what happened. Credentials: `login`
and `password`. Settings: `location_code` or `location_name` (else the country decides), `depth`.
"""

import base64

from serp.engines.api import (
    ApiEngine,
    credential,
    error_verdict,
    links_to,
    post_json,
    setting,
)
from serp.engines.api_boxes import (
    answer_box,
    cited_box,
    keep_boxes,
    list_box,
    panel_box,
    read_date,
    read_sitelinks,
)
from serp.engines.values import (
    JsonObject,
    count_at,
    objects_at,
    text_at,
    texts_at,
)
from serp.errors import BadQuery
from serp.features import Box, item_at, make_box
from serp.types import (
    Ad,
    EngineOptions,
    Exchange,
    OrganicResult,
    Outcome,
    Query,
    Request,
    Serp,
    Target,
    Verdict,
)
from serp.urls import read_target

TITLE = "DataForSEO"
ADDRESS = "https://api.dataforseo.com/v3/serp/google/organic/live/advanced"
DEFAULT_DEPTH = 10
DEFAULT_LANGUAGE = "en"

OK = 20000
NO_RESULTS = 40102
# A country's code is 2000 and its ISO 3166 number. For others the source sets `location_code`.
COUNTRIES = {
    "ae": 784, "ar": 32, "at": 40, "au": 36, "be": 56, "bg": 100, "br": 76, "ca": 124, "ch": 756,
    "cl": 152, "co": 170, "cz": 203, "de": 276, "dk": 208, "eg": 818, "es": 724, "fi": 246, "fr": 250,
    "gb": 826, "gr": 300, "hk": 344, "hu": 348, "id": 360, "ie": 372, "il": 376, "in": 356, "it": 380,
    "jp": 392, "ke": 404, "kr": 410, "ma": 504, "mx": 484, "my": 458, "ng": 566, "nl": 528, "no": 578,
    "nz": 554, "pe": 604, "ph": 608, "pl": 616, "pt": 620, "ro": 642, "sa": 682, "se": 752, "sg": 702,
    "sk": 703, "th": 764, "tr": 792, "tw": 158, "ua": 804, "us": 840, "vn": 704, "za": 710,
}  # fmt: skip
# The first digits of a task's code, the longest first, and what they mean for the job.
CODES = (
    (40101, Outcome.SERVER_ERROR),  # the search engine failed
    (40103, Outcome.SERVER_ERROR),  # the task could not be done
    (40202, Outcome.RATE_LIMITED),  # too many requests a minute
    (40209, Outcome.RATE_LIMITED),  # too many at once
    (401, Outcome.QUOTA),
    (402, Outcome.QUOTA),  # the balance, the day's limit, the account
    (403, Outcome.QUOTA),
    (404, Outcome.BAD_REQUEST),
    (40501, Outcome.BAD_REQUEST),
    (405, Outcome.BAD_REQUEST),
    (40, Outcome.BAD_REQUEST),
    (5, Outcome.SERVER_ERROR),
)


def build_request(query: Query, options: EngineOptions) -> Request:
    if query.page > 1:
        raise BadQuery(f"{TITLE} gives no second page: set 'depth' to get more results at once.")
    task: dict[str, object] = {
        "keyword": query.text,
        "language_code": query.language.partition("-")[0] or DEFAULT_LANGUAGE,
        "device": query.device,
        "depth": int(setting(options, "depth") or DEFAULT_DEPTH),
        **read_location(query, options),
    }
    login = f"{credential(options, 'login', TITLE)}:{credential(options, 'password', TITLE)}"
    key = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    return post_json(options.base_url or ADDRESS, [task], secret_headers=key)


def read_location(query: Query, options: EngineOptions) -> dict[str, object]:
    code, name = setting(options, "location_code"), setting(options, "location_name")
    if code.isdigit():
        return {"location_code": int(code)}
    if name:
        return {"location_name": name}
    number = COUNTRIES.get(query.country)
    if number is None:
        raise BadQuery(f"{TITLE} needs a country, or the setting 'location_code'.")
    return {"location_code": 2000 + number}


def judge_error(exchange: Exchange, answer: JsonObject) -> Verdict | None:
    if exchange.status in {401, 402, 403}:
        said = text_at(answer, "status_message")
        return error_verdict(Outcome.QUOTA, TITLE, exchange, said)
    for level in (answer, first_task(answer)):
        code = count_at(level, "status_code")
        if code is not None and code not in {OK, NO_RESULTS}:
            said = f"{code} {text_at(level, 'status_message')}"
            return error_verdict(outcome_of(code), TITLE, exchange, said)
    return None


def first_task(answer: JsonObject) -> JsonObject:
    return next(iter(objects_at(answer, "tasks")), {})


def outcome_of(code: int) -> Outcome:
    written = str(code)
    return next(
        (outcome for start, outcome in CODES if written.startswith(str(start))),
        Outcome.SERVER_ERROR,
    )


def parse_answer(answer: JsonObject) -> tuple[Serp, str]:
    task = first_task(answer)
    result = next(iter(objects_at(task, "result")), {})
    items = objects_at(result, "items")
    organic = [item for item in items if item.get("type") == "organic"]
    paid = [item for item in items if item.get("type") == "paid"]
    links = links_to([text_at(item, "url") for item in items])
    total = count_at(result, "se_results_count")
    serp = Serp(
        query_echo=text_at(result, "keyword"),
        ads=read_ads(paid, first_rank(organic)),
        organic=tuple(read_organic(item, rank) for rank, item in enumerate(organic, 1)),
        links=links,
        links_total=len(links),
        stats_raw="" if total is None else str(total),
        total_results=total,
        related_searches=tuple(
            text for i in of_type(items, "related_searches") for text in texts_at(i, "items")
        ),
        people_also_ask=tuple(
            text_at(question, "title")
            for item in of_type(items, "people_also_ask")
            for question in objects_at(item, "items")
        ),
        features=read_features(items),
    )
    return serp, read_nothing(task, result)


def read_nothing(task: JsonObject, result: JsonObject) -> str:
    if count_at(task, "status_code") == NO_RESULTS:
        return f"{NO_RESULTS} {text_at(task, 'status_message')}"
    counted = count_at(result, "items_count")
    return "items_count 0" if counted == 0 and "keyword" in result else ""


def of_type(items: list[JsonObject], kind: str) -> list[JsonObject]:
    return [item for item in items if item.get("type") == kind]


def first_rank(organic: list[JsonObject]) -> int:
    return min((count_at(item, "rank_absolute") or 1 for item in organic), default=1)


def read_ads(paid: list[JsonObject], first_organic: int) -> tuple[Ad, ...]:
    """An ad before the first result stands at the top; the answer itself does not say."""
    counts: dict[str, int] = {}
    ads = []
    for item in paid:
        rank = count_at(item, "rank_absolute") or 0
        on_the_right = text_at(item, "position") == "right"
        block = "right" if on_the_right else "top" if rank <= first_organic else "bottom"
        counts[block] = counts.get(block, 0) + 1
        ads.append(read_ad(item, block, counts[block], rank))
    return tuple(ads)


def read_ad(item: JsonObject, block: str, position: int, absolute_rank: int) -> Ad:
    return Ad(
        block=block,
        position=position,
        absolute_rank=absolute_rank,
        title=text_at(item, "title"),
        target=item_target(item),
        display_url=text_at(item, "breadcrumb"),
        snippet=text_at(item, "description"),
    )


def read_organic(item: JsonObject, rank: int) -> OrganicResult:
    return OrganicResult(
        rank=rank,
        absolute_rank=count_at(item, "rank_absolute") or rank,
        title=text_at(item, "title"),
        target=item_target(item),
        display_url=text_at(item, "breadcrumb"),
        snippet=text_at(item, "description"),
        date=text_at(item, "pre_snippet") or read_date(item),
        sitelinks=read_sitelinks(item),
    )


def item_target(item: JsonObject) -> Target:
    return read_target(text_at(item, "url"), "", text_at(item, "domain"))


# Its names for the kinds of elements, and ours.
KINDS = {
    "shopping": "shopping",
    "popular_products": "shopping",
    "paid_shopping": "shopping",
    "local_services": "local_services",
    "local_pack": "local_pack",
    "map": "local_pack",
    "top_stories": "news",
    "video": "videos",
    "short_videos": "videos",
    "images": "images",
    "people_also_ask": "people_also_ask",
}
READ_ELSEWHERE = frozenset({"organic", "paid", "related_searches"})


def read_features(items: list[JsonObject]) -> dict[str, object]:
    boxes: dict[str, Box] = {}
    for item in items:
        kind = KINDS.get(text_at(item, "type"))
        if kind is not None:
            boxes[kind] = join_boxes(boxes.get(kind, Box()), read_box(item))
    for name, (kind, read) in SINGLE_BOXES.items():
        found = next(iter(of_type(items, name)), None)
        if found is not None:
            boxes[kind] = with_rank(read(found), found)
    return {**keep_boxes(**boxes), **keep_boxes(other=count_others(items))}


SINGLE_BOXES = {
    "ai_overview": ("ai_overview", cited_box),
    "featured_snippet": ("featured_snippet", answer_box),
    "knowledge_graph": ("knowledge_panel", panel_box),
}


def read_box(item: JsonObject) -> Box:
    """An element with entries, or one that is an entry itself, as each place of a local pack is."""
    entries = objects_at(item, "items")
    own = [] if entries or not text_at(item, "title") else [item]
    box = list_box(entries or own, title=text_at(item, "title") if entries else "")
    return with_rank(box or make_box([]), item)


def with_rank(box: Box, item: JsonObject) -> Box:
    rank = count_at(item, "rank_absolute")
    return {**box, "rank": rank} if rank else box


def join_boxes(first: Box, second: Box) -> Box:
    if not first:
        return second
    return {**first, "items": [*first.get("items", []), *second.get("items", [])]}


def count_others(items: list[JsonObject]) -> Box:
    """The kinds that have no name here, and how many of each."""
    known = {*KINDS, *SINGLE_BOXES, *READ_ELSEWHERE}
    kinds = [kind for item in items if (kind := text_at(item, "type")) and kind not in known]
    counted = [item_at(kind, "", text=str(kinds.count(kind))) for kind in dict.fromkeys(kinds)]
    return make_box(counted) if counted else Box()


engine = ApiEngine(
    name="dataforseo",
    title=TITLE,
    label="Paid: Google's whole page, ads and features included. Reliable; each search costs.",
    parser_version="dataforseo-2",
    build_request=build_request,
    judge_error=judge_error,
    parse_answer=parse_answer,
)
