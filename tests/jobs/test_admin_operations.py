"""The front page of the admin: what it says is wrong, and that looking at it is cheap."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from jobs import control
from jobs.admin import charts
from jobs.admin.audit import tell_changes
from jobs.admin.charts import Series
from jobs.audit import AuditEntry
from jobs.maintenance import STUCK_AFTER
from jobs.models import Job, Node, Queue, Worker
from jobs.presence_state import NODE_MISSING_AFTER
from jobs.states import State
from tests.jobs.rows import claim, make_jobs, make_queue, make_worker
from tests.jobs.staff import sign_in
from tests.jobs.test_stats import finish

pytestmark = pytest.mark.django_db

INDEX = "admin:index"


def problems(client: Client) -> list[str]:
    return [problem.sentence for problem in client.get(reverse(INDEX)).context["problems"]]


class TestAccess:
    def test_staff_of_no_group_sees_only_the_tables(self) -> None:
        page = sign_in("somebody").get(reverse(INDEX))
        assert page.status_code == 200
        assert "tiles" not in page.context
        assert sign_in("nobody").get(reverse("admin:operations_live")).status_code == 403

    def test_users_are_sent_to_sign_in(self) -> None:
        client = Client()
        client.force_login(User.objects.create_user("anna"))
        assert client.get(reverse(INDEX)).status_code == 302
        assert client.get(reverse("admin:operations_live")).status_code == 302

    def test_buttons_are_for_operators(self) -> None:
        make_queue("google")
        url = reverse("admin:jobs_queue_act", args=["pause"])
        assert url not in sign_in("viewer").get(reverse(INDEX)).content.decode()
        assert url in sign_in("operator").get(reverse(INDEX)).content.decode()

    def test_leads_to_what_one_may_see(self) -> None:
        def links(who: str) -> list[str]:
            context = sign_in(who).get(reverse(INDEX)).context
            return [link.label for link in context["operations_links"]]

        assert links("somebody") == ["Operations"]
        seen = links("viewer")
        assert seen[:4] == ["Operations", "Queues", "Sources", "Jobs"]
        assert "Users" not in seen

    def test_marks_where_one_is(self) -> None:
        queue = make_queue("google")
        client = sign_in("viewer")
        for url, label in (
            (reverse(INDEX), "Operations"),
            (reverse("admin:jobs_queue_changelist"), "Queues"),
            (reverse("admin:jobs_queue_change", args=[queue.pk]), "Queues"),
            (reverse("admin:keywords_source_changelist"), "Sources"),
            (reverse("admin:keywords_keyword_changelist"), "Keywords"),
        ):
            links = client.get(url).context["operations_links"]
            assert [link.label for link in links if link.is_current] == [label]

    def test_has_no_inline_script_or_style(self) -> None:
        make_jobs(3)
        finish(claim(2))
        page = sign_in("operator").get(reverse(INDEX)).content.decode()
        assert "style=" not in page
        assert "<style" not in page
        assert "onclick" not in page
        assert "<script>" not in page


class TestProblems:
    def test_none(self) -> None:
        make_worker()
        assert problems(sign_in("viewer")) == []

    def test_no_node_is_alive(self) -> None:
        make_jobs(3)
        [sentence] = problems(sign_in("viewer"))
        assert sentence.startswith("No worker node is alive, so nothing runs; 3 jobs wait.")

    def test_node_that_is_silent_is_not_alive(self) -> None:
        make_worker()
        Node.objects.update(seen_at=timezone.now() - 2 * NODE_MISSING_AFTER)
        assert "No worker node is alive" in problems(sign_in("viewer"))[0]

    def test_a_paused_queue_says_by_whom_and_why(self) -> None:
        make_worker()
        make_jobs(3)
        control.pause_queue("work", by="anna", reason="captcha wave")
        assert problems(sign_in("viewer")) == [
            "work is closed, paused by anna: captcha wave. 3 jobs wait."
        ]

    def test_a_queue_that_cools_down(self) -> None:
        make_worker()
        until = timezone.now() + timedelta(minutes=5)
        control.cool_down(make_queue().pk, until=until, reason="429")
        [sentence] = problems(sign_in("viewer"))
        assert "cools down until" in sentence

    def test_a_worker_that_hangs(self) -> None:
        make_worker(seen_at=timezone.now() - timedelta(minutes=5))
        assert problems(sign_in("viewer")) == ["Worker host:1 is stuck: last seen 5 min ago."]

    def test_an_open_queue_of_which_nothing_runs(self) -> None:
        make_worker()
        make_jobs(2)
        Job.objects.update(scheduled_at=timezone.now() - timedelta(minutes=20))
        [sentence] = problems(sign_in("viewer"))
        assert sentence.startswith("work is open, and nothing of it runs: 2 jobs wait")

    def test_a_queue_that_fails_often(self) -> None:
        worker = make_worker()
        make_jobs(30)
        finish(claim(20, worker=worker))
        finish(claim(10, worker=worker), "discarded", error="blocked")
        assert "work: 10 of 30 attempts failed in the last hour." in problems(sign_in("viewer"))


class TestFigures:
    def test_tiles(self) -> None:
        worker = make_worker(threads=8)
        make_jobs(6)
        finish(claim(2, worker=worker))
        finish(claim(1, worker=worker), "discarded")
        claim(2, worker=worker)
        tiles = {t.label: t for t in sign_in("viewer").get(reverse(INDEX)).context["tiles"]}
        assert (tiles["Running"].figure, tiles["Running"].note) == ("2", "of 8 slots")
        assert tiles["Waiting"].figure == "1"
        assert tiles["Done in the last hour"].figure == "2"
        assert tiles["Failed for good in the last hour"].note == "33.3% of what ended"

    def test_failures_link_to_a_job(self) -> None:
        make_jobs(1)
        [job] = claim(1)
        finish([job], "discarded", error="blocked")
        page = sign_in("viewer").get(reverse("admin:operations_live")).content.decode()
        assert "blocked" in page
        assert reverse("admin:jobs_job_change", args=[job.id]) in page

    def test_failures_link_to_all_jobs_that_failed_so(self) -> None:
        make_jobs(1)
        finish(claim(1), "discarded", error="read & timeout")
        page = sign_in("viewer").get(reverse(INDEX)).content.decode()
        assert "?queue=work&amp;reason=read%20%26%20timeout" in page

    @pytest.mark.parametrize("name", ["5m", "1h", "6h", "24h", "7d", "nonsense"])
    def test_every_range_counts_what_just_ended(self, name: str) -> None:
        make_jobs(3)
        finish(claim(3), ran=0)
        page = sign_in("viewer").get(f"{reverse(INDEX)}?range={name}")
        [ended] = page.context["history"]["ended"]
        assert (ended.name, sum(ended.values)) == ("completed", 3)

    def test_an_end_just_after_the_page_took_its_time_is_shown(self) -> None:
        make_jobs(1)
        finish(claim(1), ran=90)
        page = sign_in("viewer").get(reverse(INDEX)).content.decode()
        assert "1 ended in the last" in page

    def test_more_queues_cost_no_more_queries(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        client = sign_in("viewer")
        Queue.objects.bulk_create([Queue(name=f"q{i}") for i in range(30)])
        with django_assert_max_num_queries(36):
            client.get(reverse(INDEX))


class TestRescue:
    def make_stuck_worker(self) -> Worker:
        worker = make_worker()
        make_jobs(3)
        claim(2, worker=worker)
        Worker.objects.update(seen_at=timezone.now() - 2 * STUCK_AFTER)
        return worker

    def test_gives_the_jobs_of_a_stuck_worker_to_others(self) -> None:
        worker, client = self.make_stuck_worker(), sign_in("operator")
        url = reverse("admin:jobs_worker_rescue", args=[worker.pk])
        assert url in client.get(reverse(INDEX)).content.decode()
        page = client.post(f"{url}?from=operations", follow=True)
        assert page.request["PATH_INFO"] == reverse(INDEX)
        assert "2 jobs of host:1 given to other workers." in page.content.decode()
        assert Job.objects.filter(state=State.AVAILABLE).count() == 3
        assert url not in page.content.decode()
        assert tell_changes(AuditEntry.objects.get(action="rescue"))[0] == "jobs: 2"

    def test_from_the_page_of_the_worker(self) -> None:
        worker, client = self.make_stuck_worker(), sign_in("operator")
        url = reverse("admin:jobs_worker_rescue", args=[worker.pk])
        page = reverse("admin:jobs_worker_change", args=[worker.pk])
        assert url in client.get(page).content.decode()
        answer = client.post(url, follow=True)
        assert answer.request["PATH_INFO"] == page
        assert "2 jobs of host:1 given to other workers." in answer.content.decode()
        assert url not in answer.content.decode()

    def test_leaves_a_living_worker_alone(self) -> None:
        worker = make_worker()
        make_jobs(1)
        claim(1, worker=worker)
        chosen = {"action": "rescue_selected", "_selected_action": [worker.pk]}
        url = reverse("admin:jobs_worker_changelist")
        page = sign_in("operator").post(url, chosen, follow=True)
        assert "is alive" in page.content.decode()
        assert Job.objects.get().state == State.RUNNING

    def test_is_for_operators_and_by_post(self) -> None:
        url = reverse("admin:jobs_worker_rescue", args=[self.make_stuck_worker().pk])
        viewer = sign_in("viewer")
        assert url not in viewer.get(reverse(INDEX)).content.decode()
        worker_page = reverse("admin:jobs_worker_change", args=[Worker.objects.get().pk])
        assert url not in viewer.get(worker_page).content.decode()
        assert viewer.post(url).status_code == 403
        assert sign_in("operator").get(url).status_code == 405
        assert Job.objects.filter(state=State.RUNNING).count() == 2


class TestGraphs:
    def test_bars_stand_on_each_other_and_fill_the_height(self) -> None:
        series = [Series("completed", "done", [3, 0]), Series("failed", "failed", [1, 2])]
        drawn = str(charts.draw_bars(series, ["09:00", "09:01"], label="Ended"))
        assert 'class="ops-c-completed" x="0.00" y="30.00"' in drawn
        assert 'class="ops-c-failed" x="0.00" y="0.00"' in drawn
        assert "<title>09:01</title>" in drawn

    def test_lines_are_broken_where_nothing_is_known(self) -> None:
        drawn = str(charts.draw_lines([Series("p50", "p50", [1, 2, None, 1, 1])], label="Waits"))
        assert drawn.count("<polyline") == 2

    def test_names_are_escaped(self) -> None:
        drawn = str(charts.draw_sparkline([1, 2], label='"><script>'))
        assert "<script>" not in drawn

    @pytest.mark.parametrize(("used", "width"), [(0, "0.0"), (4, "50.0"), (9, "100.0")])
    def test_gauge(self, used: int, width: str) -> None:
        assert f'width="{width}"' in str(charts.draw_gauge(used, 8, label="slots"))
