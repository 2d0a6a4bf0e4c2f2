"""`/healthz`: this process answers. `/readyz`: the product can work; 503 and the reasons where it cannot."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jobs.models import Node

# A node writes its heartbeat twice a second; this many missed ones are no accident.
HEARTBEAT_LIMIT = timedelta(seconds=15)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    checks = check_readiness()
    ready = all(answer == "ok" for answer in checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def check_readiness() -> dict[str, str]:
    """ "ok" or a plain sentence for each; what cannot be known without a database is left out."""
    try:
        connection.ensure_connection()
        pending = count_pending_migrations()
        heartbeat = "ok" if pending else check_heartbeat()
    except DatabaseError:
        return {"database": "The database does not answer."}
    migrations = f"{pending} migrations are not applied." if pending else "ok"
    return {"database": "ok", "migrations": migrations, "worker": heartbeat}


def count_pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def check_heartbeat() -> str:
    seen_at = (
        Node.objects.filter(stopped_at=None)
        .order_by("-seen_at")
        .values_list("seen_at", flat=True)
        .first()
    )
    if seen_at is None:
        return "No worker node has reported yet."
    age = timezone.now() - seen_at
    if age > HEARTBEAT_LIMIT:
        return f"The last sign of a worker node is {age.total_seconds():.0f} s old."
    return "ok"
