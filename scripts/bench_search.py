"""Questions across results, on a database of a million links: how long each takes, and why.

    python -m scripts.bench_search [--keywords 100000] [--folder KEEP] [--explain]

Fills a scratch database with one account's lists (ten links a keyword, an earlier run of every tenth), and asks what
the pages ask. Prints a Markdown table: the median and the slowest of seven.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LISTS = 10
ROUNDS = 7
EMAIL = "bench@example.org"

# Domains are as unequal as in life: the 20th part of them has half of the links.
FILL = """
INSERT INTO keywords_keywordlist (id, owner_id, name, imported, priority, start_key)
SELECT n, %(owner)s, 'List ' || n, '{}', 5, '' FROM generate_series(1, %(lists)s) n;

INSERT INTO keywords_keyword (id, keyword_list_id, row, text, source_id, country, language, device,
    latest_search_id, latest_good_search_id)
SELECT n, 1 + (n - 1) * %(lists)s / %(keywords)s, n, (ARRAY['cheap', 'red', 'best', 'second hand'])[1 + n %% 4] || ' '
    || (ARRAY['shoes', 'insurance', 'laptop', 'garden chair', 'bicycle'])[1 + n %% 5] || ' ' || n,
    %(source)s, '', '', 'desktop', %(keywords)s + n, %(keywords)s + n
FROM generate_series(1, %(keywords)s) n;

INSERT INTO keywords_search (id, keyword_id, outcome, reason, evidence, refusals, fetched_at, ads_total, organic_total,
    links_total, stats_raw, related_searches, people_also_ask, features, engine, layout, parser_version)
SELECT run * %(keywords)s + n, n, 'ok', '', '', 0, now() - make_interval(days => 2 - run), 2, 6, 10,
    '', '[]', '[]', '{}', 'practice', '', '1'
FROM generate_series(0, 1) run, generate_series(1, %(keywords)s) n WHERE run = 1 OR n %% 10 = 0;

INSERT INTO keywords_resultlink (search_id, block, rank, absolute_rank, title, url, href_raw, opaque, domain,
    display_url, snippet)
SELECT search, block, rank, place, 'Title ' || domain || ' for you', url, url, false, 'shop-' || domain || '.example',
    'shop-' || domain || '.example', CASE WHEN block = 'other' THEN '' ELSE repeat('Some words of a snippet. ', 6) END
FROM (
    SELECT search, place, domain,
        CASE WHEN place <= 2 THEN 'ad_top' WHEN place <= 8 THEN 'organic' ELSE 'other' END AS block,
        CASE WHEN place <= 2 THEN place WHEN place <= 8 THEN place - 2 ELSE place - 8 END AS rank,
        'https://www.shop-' || domain || '.example/' || repeat('part/', (random() * 4)::int)
            || (ARRAY['shoes', 'technology', 'finance', 'travel', 'garden', 'a-b-c', 'index.html', 'item'])[1 + (random() * 7.02)::int %% 8]
            || CASE WHEN random() < 0.5 THEN '/' ELSE '/' || (random() * 1e6)::int END AS url
    FROM (
        SELECT s.id AS search, place, floor(5000 * random() ^ 3)::int AS domain
        FROM keywords_search s, generate_series(1, 10) place ORDER BY s.id, place
    ) chosen
) made;

SELECT setval('keywords_search_id_seq', (SELECT max(id) FROM keywords_search));
SELECT setval('keywords_keyword_id_seq', (SELECT max(id) FROM keywords_keyword));
SELECT setval('keywords_keywordlist_id_seq', (SELECT max(id) FROM keywords_keywordlist));
"""


def main() -> None:
    options = read_arguments()
    with scratch_folder(options.folder) as folder:
        prepare_django(folder)
        fill_once(options.keywords)
        print("| question | answer | median | slowest |\n|---|---|---|---|", flush=True)
        for name, ask in list_questions().items():
            measure(name, ask, explain=options.explain)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keywords", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="keep the database here and use it again")
    parser.add_argument("--explain", action="store_true", help="print the plans too")
    return parser.parse_args()


@contextmanager
def scratch_folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # Postgres runs as another user where we are root
        yield Path(folder)


def prepare_django(folder: Path) -> None:
    os.environ["DATA_DIR"] = str(folder / "data")
    os.environ["DJANGO_SETTINGS_MODULE"] = "scraper_app.settings"
    os.environ.pop("DATABASE_URL", None)
    # Before Django reads its settings.
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def fill_once(keywords: int) -> None:
    from django.contrib.auth.models import User
    from django.db import connection

    from keywords.sources import ensure_practice_source

    owner, is_new = User.objects.get_or_create(username="bench", email=EMAIL)
    if not is_new:
        return
    values = {"owner": owner.pk, "lists": LISTS, "keywords": keywords}
    values["source"] = ensure_practice_source().pk
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE")


def list_questions() -> dict[str, Callable[[], str]]:
    """As the pages ask them: the numbers and the first page of rows."""
    from django.contrib.auth.models import User

    from keywords.domain_comparison import compare_domains
    from keywords.global_search import find_everywhere
    from keywords.link_search.answering import within_time
    from keywords.link_search.question import LinkQuestion
    from keywords.link_search.scope import Scope
    from keywords.share_of_voice import rank_domains

    owner = User.objects.get(email=EMAIL)
    everything, one_list = Scope(owner), Scope(owner, list_id=1)
    url = find_common_url()
    technology = LinkQuestion(where="ad", value="technology")
    slashes = LinkQuestion(match="count", value="/", n=6)
    domain = LinkQuestion(where="organic", match="domain", value="shop-20.example", top=3)
    regex = LinkQuestion(match="regex", value="tech[a-z]+y/[0-9]+$")

    def board(scope: Scope) -> str:
        found, asked = within_time(lambda each, _: rank_domains(each), scope)
        return f"{found.total:,} domains{bound_of(asked)}"

    def compare() -> str:
        names = [f"shop-{number}.example" for number in range(5)]
        found, asked = within_time(lambda each, _: compare_domains(each, names), everything)
        return f"{found.keyword_count:,} keywords{bound_of(asked)}"

    def find(text: str) -> str:
        hits = find_everywhere(owner, text, 6)
        return f"{len(hits.keywords)} keywords, {len(hits.domains)} domains shown, too slow: {sorted(hits.slow) or 'none'}"

    return {
        "keywords with an ad URL containing “technology”": lambda: ask(
            technology, everything, "keyword"
        ),
        "the same, rare: “technology/99999”": lambda: ask(
            technology.but(value="technology/99999"), everything, "keyword"
        ),
        "how often does a URL appear": lambda: ask(
            LinkQuestion(match="exact", value=url), everything, "url"
        ),
        "URLs with at least 6 of “/”": lambda: ask(slashes, everything, "url"),
        "the same, of one list": lambda: ask(slashes, one_list, "url"),
        "domains advertising on most keywords": lambda: ask(
            LinkQuestion(where="ad"), everything, "domain"
        ),
        "keywords with no ads": lambda: ask(
            LinkQuestion(where="ad", without=True), everything, "keyword"
        ),
        "where a domain ranks in the top 3": lambda: ask(domain, everything, "keyword"),
        "a pattern": lambda: ask(regex, everything, "url"),
        "the board of domains": lambda: board(everything),
        "the board of one list": lambda: board(one_list),
        "five domains compared": compare,
        "the search field: “garden chair 9999”": lambda: find("garden chair 9999"),
        "the search field: “shop-12”": lambda: find("shop-12"),
        "the search field: “sh”": lambda: find("sh"),
    }


def ask(question: Any, scope: Any, group: Any) -> str:
    from keywords.link_search.answering import answer_with
    from keywords.link_search.groups import take_groups

    found, _ = answer_with(
        lambda each: take_groups(question, each, group, None, 50), question, scope
    )
    links = "" if found.link_count is None else f"{found.link_count:,} links, "
    return f"{links}{found.keyword_count:,} keywords{bound_of(found.scope)}"


def bound_of(scope: Any) -> str:
    from keywords.link_search.scope import MOST_KEYWORDS

    return f", bounded to {MOST_KEYWORDS:,} keywords" if scope.first else ""


def find_common_url() -> str:
    from django.db.models import Count

    from keywords.models import ResultLink

    counted = ResultLink.objects.values_list("url").annotate(links=Count("pk"))
    return str(counted.order_by("-links").values_list("url", flat=True)[0])


def measure(name: str, ask: Callable[[], str], *, explain: bool) -> None:
    from django.db import connection, reset_queries

    took, answer = [], ""
    for _ in range(ROUNDS):
        started = time.perf_counter()
        answer = ask()
        took.append(time.perf_counter() - started)
    median, slowest = statistics.median(took), max(took)
    print(f"| {name} | {answer} | {median * 1000:.0f} ms | {slowest * 1000:.0f} ms |", flush=True)
    if explain:
        connection.force_debug_cursor = True
        reset_queries()
        ask()
        connection.force_debug_cursor = False
        for query in connection.queries_log:
            show_plan(query["sql"])


def show_plan(sql: str) -> None:
    from django.db import connection

    if not sql.startswith("SELECT"):
        return
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql.replace("%", "%%"))
        print(f"\n{sql}\n" + "\n".join(row[0] for row in cursor.fetchall()), flush=True)


if __name__ == "__main__":
    main()
