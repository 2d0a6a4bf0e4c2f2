"""Acts on batches and schedules, and who did what."""

from typing import Any

from django.core.management.base import CommandError

from jobs import batches, control, scheduling
from jobs.admin.audit import tell_changes
from jobs.admin.cells import show_jobs
from jobs.audit import AuditEntry, record
from jobs.command_line.on_jobs import Output
from jobs.models import Batch, Worker
from jobs.schedules import Schedule

LISTED = 20


def add_parsers(acts: Any) -> None:
    batch = acts.add_parser("batch", help="how far a batch is; cancel or retry the whole of it")
    batch.add_argument("id", type=int)
    batch.add_argument("do", nargs="?", choices=["status", "cancel", "retry"], default="status")
    schedule = acts.add_parser("schedule", help="schedules: list them, run one now, switch it")
    schedule.add_argument("name", nargs="?")
    schedule.add_argument("do", nargs="?", choices=["run", "on", "off"])
    rescue = acts.add_parser("rescue", help="give the jobs of a stuck worker to others")
    rescue.add_argument("id", type=int, help="the worker's number, as in the admin's addresses")
    audit = acts.add_parser("audit", help="who did what")
    audit.add_argument("--last", type=int, default=LISTED)


def act_on_batch(options: dict[str, Any], out: Output, *, by: str) -> None:
    batch = Batch.objects.filter(pk=options["id"]).first()
    if batch is None:
        raise CommandError(f"There is no batch {options['id']}.", returncode=1)
    if options["do"] == "cancel":
        out.write(f"{show_jobs(batches.cancel(batch.pk, by=by))} cancelled.")
    elif options["do"] == "retry":
        out.write(f"{show_jobs(batches.retry(batch.pk, by=by))} queued again.")
    else:
        progress = batches.measure([batch.pk]).get(batch.pk)
        states = dict(progress.by_state) if progress else {}
        share = progress.share if progress else 1.0
        counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        out.write(f"{batch}: {share:.0%} finished ({counts or 'no jobs are left'})")


def act_on_schedule(options: dict[str, Any], out: Output, *, by: str) -> None:
    if options["name"] is None:
        for each in Schedule.objects.all():
            state = f"next {each.next_run_at:%F %T} UTC" if each.enabled else "off"
            out.write(f"{each.name}  {each.in_words()}  {state}")
        return
    schedule = Schedule.objects.select_related("queue").filter(name=options["name"]).first()
    if schedule is None:
        raise CommandError(f"There is no schedule named {options['name']}.", returncode=2)
    if options["do"] == "run":
        _run(schedule, out, by)
    elif options["do"] in {"on", "off"}:
        _switch(schedule, on=options["do"] == "on", by=by)
        out.write(f"{schedule.name} is {options['do']}.")
    else:
        for at in schedule.coming():
            out.write(f"{at:%F %T %Z}")


def _run(schedule: Schedule, out: Output, by: str) -> None:
    job = scheduling.run_now(schedule.pk, by=by)
    if job is None:
        raise CommandError("Its last run goes on, and they must not overlap.", returncode=1)
    out.write(f"Job {job}.")


def _switch(schedule: Schedule, *, on: bool, by: str) -> None:
    record(
        "switch schedule",
        by=by,
        queue=schedule.queue.name,
        before={"schedule": schedule.name, "enabled": schedule.enabled},
        after={"schedule": schedule.name, "enabled": on},
    )
    schedule.enabled = on
    schedule.save()


def rescue_worker(options: dict[str, Any], out: Output, *, by: str) -> None:
    if not Worker.objects.filter(pk=options["id"]).exists():
        raise CommandError(f"There is no worker {options['id']}.", returncode=1)
    rescued = control.rescue_worker(options["id"], by=by)
    out.write(f"{show_jobs(rescued)} given to other workers.")


def show_audit(options: dict[str, Any], out: Output) -> None:
    for entry in reversed(AuditEntry.objects.order_by("-pk")[: options["last"]]):
        changed = ", ".join(tell_changes(entry))
        out.write(f"{entry.at:%F %T}  {entry.by}  {entry.action} {entry.queue}  {changed}")
