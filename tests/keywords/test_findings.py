"""Rows out of anything that a page may hold."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs import lifecycle
from jobs.models import Queue
from jobs.outcomes import Done
from jobs.performing import Task
from jobs.registry import get_handler
from jobs.settling import settle
from keywords.findings import MOST_LINKS, clean_json, cut, describe_visit, list_links
from keywords.handlers import build_finding
from keywords.models import Keyword, Search
from keywords.payloads import Payload
from keywords.verdict_policy import Decision, Step
from serp.types import (
    Ad,
    Exchange,
    Hop,
    OrganicResult,
    Outcome,
    Reading,
    Request,
    Serp,
    Target,
    Verdict,
)
from tests.jobs.rows import make_worker
from tests.keywords.rows import job_of, make_list
from tests.keywords.work import hurry

HOSTILE = "a\x00b\ud800c"


def make_target(url: str, href: str = "") -> Target:
    return Target(href_raw=href or url, url=url, domain="example.org")


def make_result(rank: int, url: str, title: str = "title") -> OrganicResult:
    return OrganicResult(rank=rank, absolute_rank=rank, title=title, target=make_target(url))


def make_ad(position: int, url: str, block: str = "top") -> Ad:
    target = make_target(url)
    return Ad(block=block, position=position, absolute_rank=1, title="ad", target=target)


class TestCut:
    @given(st.text(), st.integers(0, 50))
    def test_makes_text_that_postgres_takes(self, text: str, length: int) -> None:
        done = cut(text, length)
        assert "\x00" not in done
        assert len(done) <= length
        done.encode()

    def test_leaves_good_text_alone(self) -> None:
        assert cut("größe", 255) == "größe"
        assert cut(HOSTILE, 255) == "a\ufffdb?c"


class TestCleanJson:
    def test_keeps_plain_values(self) -> None:
        value = {"a": [1, 2.5, True, None, "x"], "b": {"c": "d"}}
        assert clean_json(value) == value

    def test_takes_out_what_jsonb_refuses(self) -> None:
        cleaned = clean_json({HOSTILE: (float("nan"), float("inf"), HOSTILE, 1 + 2j)})
        assert cleaned["a\ufffdb?c"][:3] == [None, None, "a\ufffdb?c"]

    def test_is_not_endless(self) -> None:
        assert len(clean_json(list(range(1000)))) == 200


class TestListLinks:
    def test_gives_each_link_of_the_page_one_row(self) -> None:
        ad, result = make_ad(1, "https://ad.test/"), make_result(1, "https://a.test/")
        links = (ad.target, result.target, result.target, make_target("https://more.test/"))
        rows = list_links(Serp(ads=(ad,), organic=(result,), links=links, links_total=4))
        assert [(row[0], row[1], row[4]) for row in rows] == [
            ("ad_top", 1, "https://ad.test/"),
            ("organic", 1, "https://a.test/"),
            ("other", 3, "https://a.test/"),
            ("other", 4, "https://more.test/"),
        ]

    def test_names_every_place_of_ads(self) -> None:
        ads = tuple(make_ad(1, f"https://{block}.test/", block) for block in ("bottom", "right"))
        assert [row[0] for row in list_links(Serp(ads=ads))] == ["ad_bottom", "ad_right"]

    def test_keeps_opaque_targets_without_an_address(self) -> None:
        target = Target(href_raw="/goto?x", url=None, domain="example.org", opaque=True)
        (row,) = list_links(Serp(links=(target,), links_total=1))
        assert (row[4], row[5], row[6]) == ("", "/goto?x", True)

    def test_is_not_endless(self) -> None:
        links = (make_target("https://a.test/" + "x" * 100_000),) * (MOST_LINKS + 5)
        rows = list_links(Serp(links=links, links_total=len(links)))
        assert len(rows) == MOST_LINKS
        assert len(rows[0][4]) == 8000


class TestDescribeVisit:
    def test_keeps_no_cookies(self) -> None:
        headers = {"set-cookie": "session=secret", "content-type": "text/html"}
        hop = Hop(url="http://a.test/", status=200)
        exchange = Exchange(request=Request(url="http://a.test/"), hops=(hop,), headers=headers)
        visit = describe_visit(exchange)
        assert visit["headers"] == {"content-type": "text/html"}
        assert visit["hops"] == [{"url": "http://a.test/", "status": 200, "location": ""}]


def save(payload: Payload, serp: Serp, body: bytes = b"<html>") -> None:
    """As a worker would, with this page as what came back."""
    jobs, _ = lifecycle.claim(
        Queue.objects.get(name="practice").pk, worker_id=make_worker().pk, count=1
    )
    exchange = Exchange(
        request=Request(url="http://a.test/"),
        status=200,
        headers={"x-odd": HOSTILE},
        body=body,
        started_at=datetime.now(UTC),
    )
    verdict = Verdict(outcome=Outcome.OK, evidence=HOSTILE)
    reading = Reading(verdict=verdict, serp=serp)
    finding = build_finding(payload, exchange, reading, Decision(step=Step.DONE))
    task = Task(job=jobs[0], handler=get_handler("keywords.search"), payload=payload)
    task.outcome = Done(value=finding)
    settle([task], worker_name="test")


def load(keyword: Keyword) -> Payload:
    payloads: Any = get_handler("keywords.search").load([_claimed(keyword)])
    payload: Payload = payloads[job_of(keyword).pk]
    return payload


def _claimed(keyword: Keyword) -> Any:
    return job_of(keyword)


@pytest.mark.django_db
class TestSaving:
    def test_takes_whatever_a_page_holds(self) -> None:
        keyword = make_list("one").keywords.get()
        serp = Serp(
            organic=(make_result(1, "https://a.test/" + HOSTILE, HOSTILE * 5000),),
            links=(make_target("https://b.test/", HOSTILE),),
            links_total=2**40,
            total_results=2**70,
            stats_raw=HOSTILE * 500,
            related_searches=(HOSTILE,) * 500,
            features={"panel": {HOSTILE: [HOSTILE, float("nan")]}},
            layout=HOSTILE * 100,
        )
        hurry("practice")
        save(load(keyword), serp, body=b"\x00\xff" * 1000)
        search = Search.objects.get(keyword=keyword)
        assert search.outcome == "ok"
        assert job_of(keyword).state == "completed"
        assert search.total_results is None
        assert len(search.related_searches) == 200
        assert search.result_links.count() == 2

    def test_never_gives_a_newer_good_search_away(self) -> None:
        keyword = make_list("one").keywords.get()
        newer = Search.objects.create(keyword=keyword, outcome="ok")
        Keyword.objects.update(latest_good_search=newer)
        hurry("practice")
        save(load(keyword), Serp())
        keyword.refresh_from_db()
        assert keyword.latest_good_search == newer
