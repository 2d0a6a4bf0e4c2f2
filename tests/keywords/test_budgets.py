"""What a budget counted and nobody asked: it is not lost until the span is over."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs import lifecycle
from jobs.models import Queue
from jobs.registry import get_handler
from keywords.admission import LINE_UP
from keywords.runs import KIND
from keywords.sources import set_source
from keywords.usage import SourceUsage
from tests.jobs.rows import make_worker
from tests.keywords.rows import make_list

pytestmark = pytest.mark.django_db


def load_all() -> Mapping[int, Any]:
    """The payloads of two jobs of a source that may ask once a day."""
    source = set_source("practice", engine="practice", base_url="http://127.0.0.1:9", budget_day=1)
    make_list("shoes", "boots", source=source)
    Queue.objects.update(rate_limit=None)
    jobs, _ = lifecycle.claim(queue().pk, worker_id=make_worker().pk, count=2)
    return get_handler(KIND).load(jobs)


def queue() -> Queue:
    return Queue.objects.get(name="practice")


def used() -> int:
    return SourceUsage.objects.get().used


class TestHandedBackUnasked:
    def test_is_counted_no_more_and_its_queue_looks_again_soon(self) -> None:
        payloads = load_all()
        assert used() == 1
        assert queue().is_cooling(timezone.now() + LINE_UP)
        get_handler(KIND).unload(list(payloads.values()))
        assert used() == 0
        assert queue().is_cooling(timezone.now())
        assert not queue().is_cooling(timezone.now() + LINE_UP)

    def test_leaves_a_queue_closed_that_rests_for_something_else(self) -> None:
        payloads = load_all()
        tomorrow = timezone.now() + timedelta(days=1)
        Queue.objects.update(cooling_until=tomorrow, cooling_reason="The source refuses.")
        get_handler(KIND).unload(list(payloads.values()))
        assert queue().cooling_until == tomorrow

    def test_opens_nothing_where_none_was_counted(self) -> None:
        payloads = load_all()
        refused = [each for each in payloads.values() if not each.entry.counted]
        assert len(refused) == 1
        get_handler(KIND).unload(refused)
        assert queue().is_cooling(timezone.now() + LINE_UP)
