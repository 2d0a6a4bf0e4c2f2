"""The list page and its company with a list of a million keywords, in a scratch database of its own. Prints
a Markdown table of whole requests, the best of some: time passed, CPU of the web process, and queries.

    python -m scripts.bench_pages [--keywords 1000000]
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROUNDS = 5
EMAIL = "bench@example.org"
POLL = "poll, nothing has changed, 200 rows"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keywords", type=int, default=1_000_000)
    args = parser.parse_args()
    with scratch_database():
        list_id, seconds = fill(args.keywords)
        print(f"{args.keywords:,} keywords written by SQL in {seconds:.0f} s\n", flush=True)
        print(
            "| what | time | CPU of it | in the database | queries |\n|---|---|---|---|---|",
            flush=True,
        )
        measure(list_id, args.keywords)


@contextmanager
def scratch_database() -> Iterator[None]:
    """Dropped at the end, with the server that held it where the data folder is ours too."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # Postgres runs as another user where we are root
        if "DATABASE_URL" not in os.environ:
            os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
        os.environ.setdefault("LOG_LEVEL", "ERROR")
        import django
        from django.test.utils import setup_test_environment, teardown_test_environment

        django.setup()
        from django.db import connection

        setup_test_environment()
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db("unused", verbosity=0)
            teardown_test_environment()


def fill(count: int) -> tuple[int, float]:
    """Keywords with a run each: most good, some refused, some waiting. Returns the list's id."""
    from django.contrib.auth.models import User
    from django.db import connection

    from jobs.models import Queue
    from keywords.models import KeywordList
    from keywords.sources import ensure_practice_source

    owner = User.objects.create_user("bench", EMAIL, "unused")
    source = ensure_practice_source()
    keyword_list = KeywordList.objects.create(owner=owner, name="A million keywords")
    queue = Queue.objects.get(name="practice")
    values = {
        "count": count,
        "list": keyword_list.pk,
        "source": source.pk,
        "queue": queue.pk,
        "owner": owner.pk,
    }
    started = time.perf_counter()
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, values if "%(" in statement else None)
    return keyword_list.pk, time.perf_counter() - started


def measure(list_id: int, count: int) -> None:
    from django.test import Client

    from keywords.models import Keyword
    from keywords.statuses import count_lists
    from keywords.views.poll_tickets import TICKET, issue_ticket
    from keywords.views.progress import build_progress
    from keywords.views.rows import build_rows, select_rows

    client = Client()
    from django.contrib.auth.models import User

    owner = User.objects.get(email=EMAIL)
    client.force_login(owner)
    base = f"/lists/{list_id}"
    first = list(select_rows(Keyword.objects.filter(keyword_list=list_id)).order_by("pk")[:200])
    versions = ",".join(f"{row.id}.{row.version}" for row in build_rows(first))
    panel = build_progress(count_lists([list_id])[list_id]).version
    middle = first[0].pk + count // 2
    paths = {
        "list page, 200 rows": f"{base}?size=200",
        "… in the middle of the list": f"{base}?size=200&after={middle}",
        "… only the refused (6 %)": f"{base}?size=200&outcome=blocked",
        "… only those that wait": f"{base}?size=200&status=waiting",
        "… text that 1 % hold": f"{base}?size=200&q=shoes17",
        "… text that nothing holds": f"{base}?size=200&q=zzzz",
        "… `ads>2`": f"{base}?size=200&q=ads%3E2",
        "… `ads>7` (1 in 1,000)": f"{base}?size=200&q=ads%3E7",
        "… `domain:` on every page": f"{base}?size=200&q=domain:every.example",
        "… `domain:` on 1 page in 1,000": f"{base}?size=200&q=domain:rare7.example",
        "… sorted by text": f"{base}?size=200&sort=keyword",
        "… sorted by ads: not done, and said": f"{base}?size=200&sort=-ads",
        "… the refused, sorted by ads, 60,000": f"{base}?size=200&sort=-ads&outcome=blocked",
        "… the 20,000 that failed of the network, sorted by time": f"{base}?size=200&sort=-fetched&outcome=network",
        POLL: f"{base}/rows?rows={versions}&panel={panel}",
        f"{POLL}, without its ticket": f"{base}/rows?rows={versions}&panel={panel}",
        "lists page": "/",
        "a keyword, with its neighbours": f"/keywords/{middle}",
    }
    for what, path in paths.items():
        # Half a minute old at most, as in a browser.
        ticket = urlencode({TICKET: issue_ticket(owner.pk, list_id)})
        asked = f"{path}&{ticket}" if what == POLL else path
        show(what, partial(client.get, asked, headers=headers_of(path)))


def headers_of(path: str) -> dict[str, str]:
    return {"HX-Request": "true"} if "/rows" in path else {}


def show(what: str, ask: Callable[[], Any]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times, costs, waits = [], [], []
    for _ in range(ROUNDS):
        started, spent = time.perf_counter(), time.process_time()
        with CaptureQueriesContext(connection) as queries:
            answer = ask()
        times.append(time.perf_counter() - started)
        costs.append(time.process_time() - spent)
        waits.append(sum(float(query["time"]) for query in queries))
        assert answer.status_code in {200, 204}, answer.status_code
    found = [f"{min(each) * 1000:.0f} ms" for each in (times, costs, waits)]
    print(f"| {what} | {' | '.join(found)} | {len(queries)} |", flush=True)


# i % 100: 0-5 refused, 6-7 network, 8-13 waiting, the rest good. The counts are written as the triggers would.
FILL = [
    "SET session_replication_role = replica",
    "DROP INDEX IF EXISTS keywords_link_url_holds, keywords_keyword_text_holds",
    """
    INSERT INTO jobs_job (id, kind, queue_id, owner, priority, turn, scheduled_at, state, attempt, max_attempts,
        args, error, created_at, started_at, finished_at, changed_at)
    SELECT i, 'keywords.search', %(queue)s, %(owner)s, 5,
        CASE WHEN i %% 100 BETWEEN 8 AND 13 THEN i END, now(),
        CASE WHEN i %% 100 < 8 THEN 'discarded' WHEN i %% 100 < 14 THEN 'available' ELSE 'completed' END,
        CASE WHEN i %% 100 BETWEEN 8 AND 13 THEN 0 ELSE 1 END, 5, '{}', '', now(),
        CASE WHEN i %% 100 NOT BETWEEN 8 AND 13 THEN now() END,
        CASE WHEN i %% 100 NOT BETWEEN 8 AND 13 THEN now() END, now()
    FROM generate_series(1, %(count)s) i
    """,
    """
    INSERT INTO keywords_keyword (id, keyword_list_id, row, text, source_id, country, language, device,
        latest_search_id, latest_good_search_id, standing)
    SELECT i, %(list)s, i, 'keyword ' || md5(i::text) || ' shoes' || i %% 100, %(source)s, '', '', 'desktop', i,
        CASE WHEN i %% 100 >= 14 THEN i END,
        CASE WHEN i %% 100 < 6 THEN 'blocked' WHEN i %% 100 < 8 THEN 'network' WHEN i %% 100 < 14 THEN ''
            ELSE 'ok' END
    FROM generate_series(1, %(count)s) i
    """,
    """
    INSERT INTO keywords_search (id, keyword_id, job_id, outcome, reason, evidence, refusals, created_at, fetched_at,
        ads_top, ads_total, organic_total, links_total, total_results, stats_raw, related_searches, people_also_ask,
        features, engine, layout, parser_version)
    SELECT i, i, i, CASE WHEN i %% 100 < 6 THEN 'blocked' WHEN i %% 100 < 8 THEN 'network' WHEN i %% 100 < 14 THEN ''
            ELSE 'ok' END,
        '', '', 0, now(), CASE WHEN i %% 100 NOT BETWEEN 8 AND 13 THEN now() - i * interval '1 second' END,
        good * (i %% 4), good * CASE WHEN i %% 1000 = 999 THEN 8 ELSE i %% 7 END, good * 10, good * (80 + i %% 40),
        good * (i * 7919::bigint), '', '[]', '[]', '{}', 'practice', '', ''
    FROM (SELECT i, CASE WHEN i %% 100 >= 14 THEN 1 END AS good FROM generate_series(1, %(count)s) i) of
    """,
    """
    INSERT INTO keywords_resultlink (search_id, block, rank, absolute_rank, title, url, href_raw, opaque, domain,
        display_url, snippet)
    SELECT i, 'organic', rank, rank, 'A title of some length', 'https://' || domain || '/' || i, '', false, domain, '', ''
    FROM generate_series(1, %(count)s) i
    CROSS JOIN LATERAL (VALUES (1, 'every.example'), (2, 'rare' || i %% 1000 || '.example')) l(rank, domain)
    WHERE i %% 100 >= 14
    """,
    """
    INSERT INTO keywords_standingchange (keyword_list_id, standing, change)
    SELECT keyword_list_id, standing, count(*) FROM keywords_keyword GROUP BY 1, 2
    """,
    "SET session_replication_role = DEFAULT",
    """
    DO $$ BEGIN
        IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN
            CREATE INDEX keywords_keyword_text_holds ON keywords_keyword USING gin (upper(text) gin_trgm_ops);
        END IF;
    END $$
    """,
    "VACUUM ANALYZE jobs_job, keywords_keyword, keywords_search, keywords_resultlink, keywords_standingchange",
]


if __name__ == "__main__":
    main()
