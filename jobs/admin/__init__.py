"""Operations in Django's admin: queues, jobs, workers, and who did what to them."""

from jobs.admin import audit, job, machines, queue  # noqa: F401 - they register themselves
