"""Operations in Django's admin: queues, jobs, workers, and who did what to them."""

from jobs.admin import (  # noqa: F401 - they register themselves
    audit,
    batch,
    job,
    machines,
    queue,
    schedule,
)
