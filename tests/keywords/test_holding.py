"""A list is paused and goes on; others are left alone."""

import pytest
from django.test import Client
from django.utils import timezone

from jobs.models import Job
from keywords.holding import pause_list, resume_list
from keywords.models import KeywordList
from keywords.runs import rerun
from tests.keywords.rows import make_list, make_user
from tests.keywords.work import work_off

pytestmark = pytest.mark.django_db


def is_paused(keyword_list: KeywordList) -> bool:
    return KeywordList.objects.filter(pk=keyword_list.pk, paused_at__isnull=False).exists()


def test_holds_back_one_list_and_lets_it_go_on() -> None:
    alice = make_user("alice")
    keyword_list, other = make_list("one", "two", owner=alice), make_list("three", owner=alice)
    assert pause_list(keyword_list, by=alice) == 2
    assert is_paused(keyword_list)
    assert [task.job.id for task in work_off()] == [
        Job.objects.get(search__keyword__keyword_list=other).pk
    ]
    assert resume_list(keyword_list, by=alice) == 2
    assert not is_paused(keyword_list)
    ids = Job.objects.filter(search__keyword__keyword_list=keyword_list).values_list(
        "pk", flat=True
    )
    assert set(ids) <= {task.job.id for task in work_off()}


def test_holds_what_is_started_in_a_paused_list() -> None:
    alice = make_user("alice")
    keyword_list = make_list("one", owner=alice)
    Job.objects.update(state="completed", finished_at=timezone.now())
    pause_list(keyword_list, by=alice)
    assert rerun(keyword_list.keywords.all(), by=alice) == 1
    assert work_off() == []
    assert resume_list(keyword_list, by=alice) == 1
    assert len(work_off()) == 1


def test_pages_pause_and_resume(client: Client) -> None:
    keyword_list = make_list("one", owner=make_user("alice"))
    client.force_login(make_user("alice"))
    page = client.post(f"/lists/{keyword_list.pk}/pause", follow=True)
    assert "1 search is held." in page.content.decode()
    page = client.post(f"/lists/{keyword_list.pk}/resume", follow=True)
    assert "1 search goes on." in page.content.decode()
