"""A worker's presence: whatever has not reached the database before it."""

import pytest
from django.db import connection

from jobs import node_identity, presence
from jobs.models import Node, Worker

pytestmark = pytest.mark.django_db


def test_a_worker_comes_before_its_node_was_seen() -> None:
    """The database was away when the sentinel told of the node."""
    try:
        me = presence.arrive(node_identity.NODE_ID, again=None)
        assert Worker.objects.get(pk=me.worker_id).node_id == Node.objects.get().pk
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
