"""Jobs in the admin: finding them, their page, and acts on one, some, or all that match."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.tasks import async_task
from pytest_django import DjangoAssertNumQueries

from jobs import control
from jobs.admin.base import COUNT_LIMIT
from jobs.audit import AuditEntry
from jobs.models import Batch, Job
from jobs.states import State
from jobs.testing import drain_queue
from tests.jobs.rows import claim, make_jobs, make_queue, make_worker, state_of
from tests.jobs.staff import sign_in
from tests.jobs.test_stats import finish

pytestmark = pytest.mark.django_db

LIST = "admin:jobs_job_changelist"


def act_url(name: str, query: str) -> str:
    return f"{reverse('admin:jobs_job_act', args=[name])}?{query}"


def ids_of(client: Client, query: str) -> set[int]:
    answer = client.get(f"{reverse(LIST)}?{query}")
    assert answer.status_code == 200
    return {job.pk for job in answer.context["cl"].result_list}


class TestTable:
    def test_tabs_count_every_state(self) -> None:
        ids = make_jobs(4)
        claim(1)
        control.cancel_jobs(ids[-1:], by="anna")
        tabs = {tab["label"]: tab["count"] for tab in self.changes(sign_in("viewer")).tabs}
        assert tabs["All"] == "4"
        assert (tabs["Available"], tabs["Running"], tabs["Cancelled"]) == ("2", "1", "1")

    def test_tabs_count_what_the_filter_leaves(self) -> None:
        make_jobs(3, queue="one")
        make_jobs(2, queue="two")
        tabs = {t["label"]: t["count"] for t in self.changes(sign_in("viewer"), "queue=two").tabs}
        assert (tabs["All"], tabs["Available"]) == ("2", "2")

    def test_turns_pages_by_id(self) -> None:
        ids = make_jobs(120)[::-1]
        client = sign_in("viewer")
        first = self.changes(client, "queue=work")
        assert first.newer_url == ""
        second = self.changes(client, first.older_url[1:])
        third = self.changes(client, second.older_url[1:])
        pages = [[job.pk for job in page.result_list] for page in (first, second, third)]
        assert pages == [ids[:50], ids[50:100], ids[100:]]
        assert third.older_url == ""
        back = self.changes(client, third.newer_url[1:])
        assert [job.pk for job in back.result_list] == ids[50:100]
        assert "queue=work" in back.newer_url

    def changes(self, client: Client, query: str = "") -> Any:
        return client.get(f"{reverse(LIST)}?{query}").context["cl"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("state=running", [0]),
            ("state=available", [1, 2]),
            ("queue=work", [0, 1, 2]),
            ("queue=other", []),
            ("kind=test.work", [0, 1, 2]),
            ("age=hour", [0, 1, 2]),
        ],
    )
    def test_filters(self, query: str, found: list[int]) -> None:
        ids = make_jobs(3)
        claim(1)
        assert ids_of(sign_in("viewer"), query) == {ids[i] for i in found}

    def test_finds_by_number_error_user_and_key(self) -> None:
        user = User.objects.create_user("anna", email="anna@example.org")
        ids = make_jobs(3, owner=user.pk) + make_jobs(1, unique_key="tea")
        Job.objects.filter(pk=ids[1]).update(error="TimeoutError: too slow")
        client = sign_in("viewer")
        assert ids_of(client, f"q={ids[0]}") == {ids[0]}
        assert ids_of(client, "q=timeouterror") == {ids[1]}
        assert ids_of(client, "q=user: anna@") == set(ids[:3])
        assert ids_of(client, "q=key: tea") == {ids[3]}

    def test_finds_by_outcome_and_by_class_of_error(self) -> None:
        worker = make_worker()
        ids = make_jobs(4, queue="work")
        finish(claim(1, worker=worker), "discarded", error="captcha")
        finish(claim(1, worker=worker), "discarded", error="timeout")
        [job] = claim(1, worker=worker)
        finish([job], facts={"outcome": "ok"})
        client = sign_in("viewer")
        assert ids_of(client, "reason=captcha") == {ids[0]}
        assert ids_of(client, "outcome=ok") == {ids[2]}
        assert ids_of(client, "outcome=ok&state=discarded") == set()
        tabs = self.changes(client, "reason=captcha").tabs
        assert {tab["name"]: tab["count"] for tab in tabs}["discarded"] == "1"

    def test_offers_what_the_newest_jobs_have(self) -> None:
        anna, ben = (User.objects.create_user(name) for name in ("anna", "ben"))
        batch = Batch.objects.create(name="Teas")
        make_jobs(1, owner=anna.pk)
        make_jobs(1, owner=ben.pk, batch_id=batch.pk)
        finish(claim(1), "discarded", error="captcha", facts={"outcome": "blocked"})
        table = self.changes(sign_in("viewer"))
        offered = {
            spec.title: [choice["display"] for choice in spec.choices(table)][1:]
            for spec in table.filter_specs
        }
        assert offered["user"] == ["ben", "anna"]
        assert offered["list or batch"] == ["Teas"]
        assert offered["outcome"] == ["blocked"]
        assert offered["error class"] == ["captcha"]

    def test_shows_priority_and_outcome(self) -> None:
        make_jobs(1, priority=3)
        make_jobs(1, priority=7)
        finish(claim(1), facts={"outcome": "ok"})
        finish(claim(1))
        page = sign_in("viewer").get(reverse(LIST)).content.decode()
        assert '<td class="field-priority">3</td>' in page
        assert '<td class="field-outcome">ok</td>' in page
        assert '<td class="field-outcome">completed</td>' in page

    def test_refuses_a_filter_that_makes_no_sense(self) -> None:
        page = sign_in("viewer").get(f"{reverse(LIST)}?owner=x", follow=True)
        assert "Owner must be a number, not &#x27;x&#x27;." in page.content.decode()

    def test_says_so_where_there_are_none(self) -> None:
        client = sign_in("operator")
        assert "There are none yet." in client.get(reverse(LIST)).content.decode()
        make_jobs()
        assert "There are none yet." not in client.get(reverse(LIST)).content.decode()
        for query in ("q=nothing+like+it", "state=completed"):
            page = client.get(f"{reverse(LIST)}?{query}").content.decode()
            assert "Nothing matches." in page

    def test_tells_when_a_job_will_be_tried_again(self) -> None:
        make_jobs()
        later = timezone.now() + timedelta(days=1)
        Job.objects.update(
            state=State.RETRYABLE, turn=None, started_at=timezone.now(), scheduled_at=later
        )
        page = sign_in("viewer").get(reverse(LIST)).content.decode()
        assert f'<time datetime="{later.isoformat()}"' in page

    def test_costs_the_same_queries_for_more_rows(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        client = sign_in("viewer")
        make_jobs(40)
        with django_assert_max_num_queries(22):
            client.get(reverse(LIST))


class TestPage:
    def test_shows_attempts_and_error(self) -> None:
        [id_] = make_jobs()
        claim(1)
        control.cancel_jobs([id_], by="anna", reason="no longer wanted")
        page = sign_in("viewer").get(reverse("admin:jobs_job_change", args=[id_])).content.decode()
        assert "no longer wanted" in page
        assert "Cancelled" in page

    def test_shows_operators_what_the_state_allows(self) -> None:
        [id_] = make_jobs()
        url = reverse("admin:jobs_job_change", args=[id_])
        page = sign_in("operator").get(url)
        assert [act.name for act in page.context["acts"]] == [
            "cancel",
            "hold",
            "set_priority",
            "move",
        ]
        assert sign_in("viewer").get(url).context["acts"] == []

    def test_folds_the_traceback_of_an_exception_that_nobody_expected(self) -> None:
        [id_] = make_jobs(args={"raise": "no such shoe"})
        drain_queue("work")
        page = sign_in("viewer").get(reverse("admin:jobs_job_change", args=[id_]))
        [row] = page.context["attempts"]
        assert row["traceback"].endswith("ValueError: no such shoe\n")
        assert "tests/workload" in row["traceback"]
        assert row["facts"] == []
        assert f'<details id="ops-traceback-{row["attempt"].pk}">' in page.content.decode()

    def test_names_the_function_of_a_task_of_django_q2(self) -> None:
        async_task("math.sqrt", 4)
        job = Job.objects.get()
        page = sign_in("viewer").get(reverse("admin:jobs_job_change", args=[job.pk]))
        assert [each.name for each in page.context["subjects"]] == ["math.sqrt"]

    def test_tells_the_script_when_nothing_moves_any_more(self) -> None:
        [id_] = make_jobs()
        client, url = sign_in("viewer"), reverse("admin:jobs_job_live", args=[id_])
        assert 'data-moves="yes"' in client.get(url).content.decode()
        control.cancel_jobs([id_], by="anna")
        assert 'data-moves="no"' in client.get(url).content.decode()

    def test_of_an_unknown_job_is_404(self) -> None:
        client = sign_in("viewer")
        assert client.get(reverse("admin:jobs_job_change", args=[1])).status_code == 404
        assert client.get(reverse("admin:jobs_job_live", args=[1])).status_code == 404

    def test_is_closed_to_staff_without_a_group(self) -> None:
        [id_] = make_jobs()
        client = sign_in("somebody")
        assert client.get(reverse("admin:jobs_job_change", args=[id_])).status_code == 403
        assert client.get(reverse("admin:jobs_job_live", args=[id_])).status_code == 403

    def test_cannot_be_edited(self) -> None:
        [id_] = make_jobs()
        client = sign_in("configurer")
        client.post(reverse("admin:jobs_job_change", args=[id_]), {"state": "completed"})
        assert state_of(id_) == State.AVAILABLE


class TestActs:
    def test_viewer_may_not(self) -> None:
        ids = make_jobs(2)
        client = sign_in("viewer")
        assert client.post(act_url("cancel", "")).status_code == 403
        assert client.get(act_url("cancel", "")).status_code == 403
        assert state_of(ids[0]) == State.AVAILABLE

    def test_chosen_rows_lead_to_the_page_that_asks(self) -> None:
        ids = make_jobs(3)
        answer = sign_in("operator").post(
            reverse(LIST), {"action": "cancel", "_selected_action": ids[:2]}, follow=True
        )
        plan = answer.context["plan"]
        assert (plan.chosen, plan.affected) == (2, 2)
        assert "2 chosen jobs" in answer.content.decode()
        assert state_of(ids[0]) == State.AVAILABLE

    def test_offers_all_where_counting_stopped(self) -> None:
        client = sign_in("operator")
        make_jobs(60)
        assert "Select all 60 jobs" in client.get(reverse(LIST)).content.decode()
        make_jobs(COUNT_LIMIT)
        page = client.get(reverse(LIST)).content.decode()
        assert "Select everything that matches" in page
        assert "10001" not in page

    def test_of_chosen_rows_come_back_to_the_table_as_it_was(self) -> None:
        ids, client = make_jobs(3), sign_in("operator")
        table = f"{reverse(LIST)}?queue=work"
        chosen = {"action": "cancel", "_selected_action": ids[:1]}
        asked = client.post(table, chosen, follow=True)
        assert asked.context["back"] == table
        answer = client.post(f"{act_url('cancel', '')}{asked.context['query']}")
        assert answer["Location"] == table
        assert [state_of(id_) for id_ in ids[:2]] == [State.CANCELLED, State.AVAILABLE]

    def test_everything_that_matches_is_counted_exactly_with_conflicts(self) -> None:
        make_jobs(40, queue="one")
        make_jobs(7, queue="two")
        claim(3, queue="one")
        control.cancel_jobs(make_jobs(5, queue="one"), by="anna")
        answer = sign_in("operator").post(
            f"{reverse(LIST)}?queue=one",
            {"action": "cancel", "_selected_action": ["1"], "select_across": "1"},
            follow=True,
        )
        plan = answer.context["plan"]
        assert (plan.chosen, plan.affected, len(plan.sample)) == (45, 40, 10)
        page = answer.content.decode()
        assert "3 are running: told to stop" in page
        assert "5 are cancelled: left alone" in page

    def test_cancels_what_matches_and_nothing_made_later(self) -> None:
        make_jobs(5, queue="one")
        client = sign_in("operator")
        page = client.get(act_url("cancel", "queue=one"))
        late = make_jobs(2, queue="one") + make_jobs(2, queue="two")
        client.post(f"{reverse('admin:jobs_job_act', args=['cancel'])}?{page.context['query']}")
        assert set(Job.objects.waiting().values_list("pk", flat=True)) == set(late)
        entry = AuditEntry.objects.get(action="cancel many")
        assert entry.after == {"filter": "all jobs of queue one", "jobs": 5}

    def test_retries(self) -> None:
        ids = make_jobs(2)
        control.cancel_jobs(ids, by="anna")
        sign_in("operator").post(act_url("retry", f"ids={ids[0]}"))
        assert [state_of(id_) for id_ in ids] == [State.AVAILABLE, State.CANCELLED]

    def test_sets_priority(self) -> None:
        ids = make_jobs(2)
        client = sign_in("operator")
        assert client.post(act_url("set_priority", ""), {"priority": "12"}).status_code == 200
        client.post(act_url("set_priority", f"ids={ids[0]}"), {"priority": "1"})
        assert list(Job.objects.order_by("pk").values_list("priority", flat=True)) == [1, 5]

    def test_moves_to_another_queue(self) -> None:
        [id_] = make_jobs(queue="one")
        make_queue("two")
        sign_in("operator").post(act_url("move", f"ids={id_}"), {"queue": "two"})
        assert Job.objects.get().queue.name == "two"

    def test_deletes_finished_jobs_only(self) -> None:
        ids = make_jobs(2)
        control.cancel_jobs(ids[:1], by="anna")
        sign_in("operator").post(act_url("delete", ""))
        assert list(Job.objects.values_list("pk", flat=True)) == ids[1:]

    def test_come_back_to_the_job(self) -> None:
        [id_] = make_jobs()
        answer = sign_in("operator").post(act_url("cancel", f"ids={id_}"))
        assert answer["Location"] == reverse("admin:jobs_job_change", args=[id_])

    def test_of_one_job_are_written_down_once(self) -> None:
        [id_] = make_jobs()
        sign_in("operator").post(act_url("cancel", f"ids={id_}"))
        assert AuditEntry.objects.get().action == "cancel"

    def test_say_so_where_nothing_was_done(self) -> None:
        [id_] = make_jobs()
        client = sign_in("operator")
        page = client.post(act_url("cancel", f"ids={id_}"), follow=True).content.decode()
        assert "1 job cancelled." in page
        page = client.post(act_url("cancel", f"ids={id_}"), follow=True).content.decode()
        assert "There was nothing to do." in page
