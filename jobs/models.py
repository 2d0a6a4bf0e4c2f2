"""Queue, Job, Attempt, and who works on them: Node and Worker.

`Job.state` is written by jobs.lifecycle alone. Every index names the query that it serves.
"""

from datetime import datetime
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from jobs.audit import AuditEntry  # noqa: F401 - a table of this app
from jobs.log_context import current_request_id
from jobs.schedules import Schedule  # noqa: F401 - a table of this app
from jobs.states import FINISHED, UNFINISHED, WAITING, State
from jobs.tallies import Tally, TallyMark  # noqa: F401 - tables of this app


class Queue(models.Model):
    """One source of work with its own pace. Every change takes effect at once, on every machine."""

    name = models.SlugField(max_length=100, unique=True)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_by = models.CharField(max_length=200, blank=True, editable=False)
    pause_reason = models.CharField(max_length=500, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    max_running = models.PositiveIntegerField(
        null=True, blank=True, help_text="Jobs running at once over all machines; empty: no limit."
    )
    max_running_per_node = models.PositiveIntegerField(
        null=True, blank=True, help_text="Jobs running at once on one machine; empty: no limit."
    )
    rate_limit = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text="Starts in any window of the period; empty: no limit.",
    )
    rate_period = models.FloatField(default=60, help_text="Seconds.")
    burst = models.PositiveIntegerField(
        default=1,
        validators=[MinValueValidator(1)],
        help_text="Starts that may follow one another without pause after a quiet time.",
    )
    cooling_until = models.DateTimeField(null=True, blank=True, editable=False)
    cooling_reason = models.CharField(max_length=500, blank=True, editable=False)
    # After a cool-down one job at a time, on all machines together, until somebody says that all is
    # well: see control.cool_down and control.end_probing.
    probing = models.BooleanField(default=False, db_default=False, editable=False)
    # How many times longer than `rate_period` a period lasts for now; 1: the rate as it is set.
    slowdown = models.FloatField(default=1.0, db_default=1.0, editable=False)
    # What the throttle remembers: Unix time of the next free slot, and of the latest starts.
    next_slot_at = models.FloatField(default=0, editable=False)
    starts = ArrayField(models.FloatField(), default=list, editable=False)
    # How many slots it has given out.
    granted = models.BigIntegerField(default=0, db_default=0, editable=False)
    # The fair-queueing clock: the highest turn that was served.
    turn = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name"]
        # Besides Django's own: what an operator may do. See jobs.groups.
        permissions = [
            ("operate_queue", "Can pause, resume and drain queues, cancel and retry jobs"),
            ("configure_queue", "Can change limits and rates of queues"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate_period__gt=0), name="jobs_queue_period_positive"
            ),
            models.CheckConstraint(condition=Q(burst__gte=1), name="jobs_queue_burst_positive"),
            models.CheckConstraint(
                condition=Q(rate_limit__isnull=True) | Q(rate_limit__gte=1),
                name="jobs_queue_rate_positive",
            ),
            models.CheckConstraint(condition=Q(slowdown__gte=1), name="jobs_queue_slowdown_slows"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_paused(self, now: datetime) -> bool:
        return self.paused_at is not None and (self.paused_until is None or self.paused_until > now)

    def is_cooling(self, now: datetime) -> bool:
        return self.cooling_until is not None and self.cooling_until > now

    def is_probing(self, now: datetime) -> bool:
        """Whether it is open for one job at a time."""
        return self.probing and not self.is_cooling(now)


class Batch(models.Model):
    """Jobs that belong together, such as one run of a list."""

    owner = models.BigIntegerField(default=0)
    name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # The kind of job to enqueue, with {"batch": id}, when the last job has finished; "" for none.
    on_finish = models.CharField(max_length=100, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The web request that made it, as log lines and error pages tell it.
    request_id = models.CharField(
        max_length=100, default=current_request_id, db_default="", blank=True, editable=False
    )

    class Meta:
        verbose_name_plural = "batches"
        indexes = [
            # selection: the jobs that a web request made
            models.Index(
                fields=["request_id"], condition=~Q(request_id=""), name="jobs_batch_of_request"
            ),
            # batches.finish_forgotten: those that are not marked as finished
            models.Index(fields=["id"], condition=Q(finished_at=None), name="jobs_batch_open"),
        ]

    def __str__(self) -> str:
        return self.name or f"batch {self.pk}"


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=UNFINISHED)

    def waiting(self) -> "JobQuerySet":
        return self.filter(state__in=WAITING)

    def held(self) -> "JobQuerySet":
        return self.filter(state__in=WAITING, held_at__isnull=False)


class Job(models.Model):
    """One unit of work. `kind` names its handler; `args` are what the handler needs to load it."""

    kind = models.CharField(max_length=100)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="jobs", db_index=False)
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs", db_index=False
    )
    # Whose turn it is in the queue: a user's id, or 0 for nobody's.
    owner = models.BigIntegerField(default=0)
    priority = models.PositiveSmallIntegerField(default=5, help_text="0 is first, 9 is last.")
    # Place in the queue's fair order. None until the job is due: then it is staged.
    turn = models.BigIntegerField(null=True, blank=True, editable=False)
    scheduled_at = models.DateTimeField(db_default=Now())
    # Not claimed while it is set, whatever its state and turn: see jobs.holding.
    held_at = models.DateTimeField(null=True, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.AVAILABLE)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    args = models.JSONField(default=dict, blank=True)
    unique_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - NULLs never conflict
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    # No constraint: workers come and go, and history must not slow their going.
    worker = models.ForeignKey(
        "Worker",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="jobs",
    )
    error = models.TextField(blank=True, help_text="Why the last attempt failed.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            # lifecycle.claim: the due jobs of a queue in the order in which they are served
            models.Index(
                fields=["queue", "priority", "turn", "id"],
                condition=Q(state=State.AVAILABLE, turn__isnull=False, held_at__isnull=True),
                name="jobs_job_claim",
            ),
            # lifecycle.stage: jobs whose time has come
            models.Index(
                fields=["scheduled_at"],
                condition=Q(state__in=sorted(WAITING), turn__isnull=True),
                name="jobs_job_stage",
            ),
            # enqueue: the last turn of an owner who still waits
            models.Index(
                fields=["queue", "owner", "turn"],
                condition=Q(state=State.AVAILABLE, turn__isnull=False, held_at__isnull=True),
                name="jobs_job_owner_turn",
            ),
            # stats.queue_depths: jobs that somebody holds back
            models.Index(
                fields=["queue"],
                condition=Q(state__in=sorted(WAITING), held_at__isnull=False),
                name="jobs_job_held",
            ),
            # lifecycle.claim counts them, maintenance.rescue looks through them. On id, so that
            # the planner may use it for completions too.
            models.Index(fields=["id"], condition=Q(state=State.RUNNING), name="jobs_job_running"),
            # progress of a batch
            models.Index(
                fields=["batch", "state"], condition=Q(batch__isnull=False), name="jobs_job_batch"
            ),
            # unique.enqueue_unique: the latest job with a key, finished ones too
            models.Index(
                fields=["unique_key", "-id"],
                condition=Q(unique_key__isnull=False),
                name="jobs_job_unique_key",
            ),
            # maintenance.prune and the admin's tabs: finished jobs by age
            models.Index(
                fields=["state", "finished_at"],
                condition=Q(state__in=sorted(FINISHED)),
                name="jobs_job_finished",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="jobs_job_state_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=State.RUNNING, lease_token__isnull=False, worker__isnull=False)
                    | (~Q(state=State.RUNNING) & Q(lease_token__isnull=True))
                ),
                name="jobs_job_leased_iff_running",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=sorted(FINISHED), finished_at__isnull=False)
                    | Q(state__in=sorted(UNFINISHED), finished_at__isnull=True)
                ),
                name="jobs_job_finished_iff_final",
            ),
            models.CheckConstraint(
                condition=Q(attempt__lte=F("max_attempts")), name="jobs_job_attempt_within_max"
            ),
            models.CheckConstraint(
                condition=Q(max_attempts__gte=1), name="jobs_job_max_attempts_positive"
            ),
            models.CheckConstraint(condition=Q(priority__lte=9), name="jobs_job_priority_0_to_9"),
            models.CheckConstraint(condition=~Q(kind=""), name="jobs_job_kind_named"),
            # No two unfinished jobs with one key. Jobs without a key do not pay for it.
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state__in=sorted(UNFINISHED), unique_key__isnull=False),
                name="jobs_job_unique_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Attempt(models.Model):
    """One finished try of a job. A running one is the job's own row."""

    class Result(models.TextChoices):
        COMPLETED = "completed", _("Completed")
        FAILED = "failed", _("Failed, will be tried again")
        DISCARDED = "discarded", _("Failed for good")
        SNOOZED = "snoozed", _("Put off; not counted")
        CANCELLED = "cancelled", _("Cancelled")
        CRASHED = "crashed", _("The worker died")

    FAILURES = (Result.FAILED, Result.DISCARDED, Result.CRASHED)

    # No constraint: an attempt is written by the statement that moves its job, whose row it has locked.
    job = models.ForeignKey(
        Job,
        on_delete=models.CASCADE,
        related_name="attempts",
        db_index=False,
        db_constraint=False,
    )
    number = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=10, choices=Result.choices)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    worker_name = models.CharField(max_length=200, blank=True)
    error_class = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    # What the handler wants operators to see of it, such as an HTTP status.
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [
            # the job page: its attempts in order
            models.Index(fields=["job", "id"], name="jobs_attempt_of_job"),
            # stats.count_failures: the newest ones. Attempts that succeed do not pay for it.
            models.Index(
                fields=["-id"],
                condition=Q(result__in=["crashed", "discarded", "failed"]),
                name="jobs_attempt_failure",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of job {self.job_id}"


class Node(models.Model):
    """One `qcluster`: a main process with its workers."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    version = models.CharField(max_length=50, blank=True)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    draining_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="jobs_node_seen")]  # readyz, the admin

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class Worker(models.Model):
    """One process that works off jobs. It holds a session-level advisory lock on its id for life,
    which the server releases when the process dies, however it dies."""

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="workers")
    host = models.CharField(max_length=200)
    # Boot id and pid namespace: two workers with one of these can see each other's pids.
    machine = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    # Start time of the process in clock ticks, so that a pid used again is not mistaken for it.
    pid_started = models.BigIntegerField(default=0)
    # Jobs that it performs at once.
    threads = models.PositiveIntegerField(db_default=1)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    # When somebody first found its lock free; cleared by the worker itself.
    missing_since = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # maintenance.rescue: workers that should be alive
            models.Index(
                fields=["id"], condition=Q(stopped_at__isnull=True), name="jobs_worker_alive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
