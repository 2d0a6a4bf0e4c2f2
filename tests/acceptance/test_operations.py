"""Operations in a browser: within the content security policy, accessible, live, on a phone too."""

import json

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from jobs import control
from jobs.models import Job, Queue
from keywords.models import Source
from tests.acceptance.axe import find_violations
from tests.jobs.rows import claim, make_jobs, make_worker
from tests.jobs.staff import sign_in
from tests.jobs.test_stats import finish
from tests.keywords.rows import make_list

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESKTOP, PHONE = (1280, 800), (360, 740)


def visit(page: Page, server: LiveServer, who: str = "configurer") -> None:
    """Signed in, without going through the form."""
    client = sign_in(who)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])


def make_history() -> dict[str, str]:
    """Some of everything; returns the pages to look at."""
    worker = make_worker(threads=8)
    make_list("green tea", "red shoes")
    make_jobs(12)
    finish(claim(6, worker=worker))
    finish(claim(2, worker=worker), "discarded", error="blocked")
    claim(2, worker=worker)
    control.pause_queue("work", by="anna", reason="captcha wave")
    queue, job = Queue.objects.get(name="work"), Job.objects.filter(state="discarded").first()
    assert job is not None
    return {
        "index": reverse("admin:index"),
        "jobs": reverse("admin:jobs_job_changelist"),
        "job": reverse("admin:jobs_job_change", args=[job.pk]),
        "bulk": reverse("admin:jobs_job_act", args=["cancel"]),
        "queues": reverse("admin:jobs_queue_changelist"),
        "queue": reverse("admin:jobs_queue_change", args=[queue.pk]),
        "pause": reverse("admin:jobs_queue_act", args=["pause"]) + f"?ids={queue.pk}",
        "workers": reverse("admin:jobs_worker_changelist"),
        "audit": reverse("admin:jobs_auditentry_changelist"),
        "schedule": reverse("admin:jobs_schedule_add"),
        "batches": reverse("admin:jobs_batch_changelist"),
        "sources": reverse("admin:keywords_source_changelist"),
        "source": reverse("admin:keywords_source_change", args=[Source.objects.get().pk]),
        "nodes": reverse("admin:jobs_node_changelist"),
        "tables": reverse("admin:app_list", args=["keywords"]),
        "searches": reverse("admin:keywords_search_changelist"),
    }


class TestLooks:
    def test_every_page_is_accessible_and_fits(self, page: Page, live_server: LiveServer) -> None:
        pages = make_history()
        visit(page, live_server)
        page.emulate_media(reduced_motion="reduce")
        found: list[str] = []
        for name, url in pages.items():
            page.goto(live_server.url + url)
            found += [f"{name}: {each}" for each in self.look(page)]
        assert found == []

    def look(self, page: Page) -> list[str]:
        found = []
        for width, height in (DESKTOP, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            wide = page.evaluate("document.documentElement.scrollWidth")
            found += [f"{wide} px wide"] if wide > width else []
            for scheme, rules in (("light", ()), ("dark", ("color-contrast",))):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a literal
                found += find_violations(page, within="main", rules=rules)
        return found


class TestLive:
    def test_front_page_moves_without_a_reload(self, page: Page, live_server: LiveServer) -> None:
        make_worker()
        make_jobs(3)
        visit(page, live_server)
        page.goto(live_server.url + reverse("admin:index"))
        page.get_by_label("Refresh").select_option("2")
        expect(page.locator(".ops-fine")).to_be_visible()
        control.pause_queue("work", by="anna", reason="captcha wave")
        expect(page.get_by_text("paused by anna: captcha wave. 3 jobs wait.")).to_be_visible()

    def test_job_page_follows_its_job_to_the_end(self, page: Page, live_server: LiveServer) -> None:
        [id_] = make_jobs(1)
        visit(page, live_server)
        page.goto(live_server.url + reverse("admin:jobs_job_change", args=[id_]))
        expect(page.locator(".ops-chip").first).to_contain_text("Available")
        [job] = claim(1)
        expect(page.locator(".ops-chip").first).to_contain_text("Running")
        finish([job])
        expect(page.locator(".ops-chip").first).to_contain_text("Completed")
        expect(page.get_by_role("button", name="Retry")).to_be_visible()


class TestArguments:
    def test_are_copied(self, page: Page, live_server: LiveServer) -> None:
        [id_] = make_jobs(1, args={"tea": "green"})
        visit(page, live_server)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(live_server.url + reverse("admin:jobs_job_change", args=[id_]))
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert json.loads(copied) == {"tea": "green"}


class TestActs:
    def test_everything_that_matches_is_cancelled_after_a_page_that_asks(
        self, page: Page, live_server: LiveServer
    ) -> None:
        make_jobs(60)
        make_jobs(5, queue="other")
        visit(page, live_server)
        page.goto(live_server.url + reverse("admin:jobs_job_changelist") + "?queue=work")
        page.locator("#action-toggle").check()
        page.get_by_text("Select all 60 jobs").click()
        page.locator("select[name=action]").select_option("cancel")
        page.get_by_role("button", name="Go").click()
        expect(page.get_by_role("heading", name="Cancel: 60 jobs")).to_be_visible()
        page.get_by_role("button", name="Cancel: 60").click()
        expect(page.get_by_text("60 jobs cancelled.")).to_be_visible()
        assert Job.objects.filter(state="cancelled").count() == 60

    def test_pause_and_resume_from_the_front_page(
        self, page: Page, live_server: LiveServer
    ) -> None:
        make_jobs(1)
        visit(page, live_server, "operator")
        page.goto(live_server.url + reverse("admin:index"))
        row = page.get_by_role("row", name="work")
        row.get_by_role("link", name="Pause").click()
        page.get_by_label("Reason").fill("night")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Paused work.")).to_be_visible()
        row.get_by_role("link", name="Resume").click()
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_text("Resumed work.")).to_be_visible()
        assert Queue.objects.get(name="work").paused_at is None
