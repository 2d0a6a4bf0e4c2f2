"""Acts on jobs by number or by filter, and one job's history."""

from argparse import ArgumentParser
from typing import Any, Protocol

from django.core.management.base import CommandError

from jobs import bulk
from jobs.admin.cells import show_jobs
from jobs.bulk import BulkAct
from jobs.models import Job
from jobs.selection import FilterMistake, JobFilter

FILTERS = (
    "state",
    "queue",
    "kind",
    "error",
    "reason",
    "outcome",
    "q",
    "owner",
    "batch",
    "worker",
    "age",
)


class Output(Protocol):
    def write(self, msg: str) -> object: ...


def word_of(act: BulkAct) -> str:
    return act.name.replace("_", "-")


ACTS = {word_of(act): act for act in bulk.ACTS.values()}


def add_parsers(acts: Any) -> None:
    for word, act in ACTS.items():
        parser = acts.add_parser(word, help=f"{act.label.lower()}: jobs by number or by filter")
        _add_filter(parser)
        if act.needs:
            parser.add_argument("--to", required=True, help=f"the {act.needs}")
    show = acts.add_parser("show", help="a job and its attempts")
    show.add_argument("id", type=int)


def _add_filter(parser: ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", type=int)
    for name in FILTERS:
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--all", action="store_true", help="every job")
    parser.add_argument("--dry-run", action="store_true", help="only say what would happen")


def act_on_jobs(options: dict[str, Any], out: Output, *, by: str) -> None:
    act = ACTS[options["act"]]
    chosen = JobFilter.read({"ids": options["ids"], **{key: options[key] for key in FILTERS}})
    if chosen == JobFilter() and not options["all"]:
        raise CommandError("Name jobs, a filter, or --all.", returncode=2)
    if options["dry_run"]:
        _print_plan(bulk.plan(act, chosen), out)
        return
    progress = bulk.perform(
        act, bulk.close(chosen), by=by, seconds=float("inf"), **_parameter(act, options)
    )
    out.write(f"{show_jobs(progress.done)} {act.done}.")
    if not progress.done:
        raise CommandError("There was nothing to do.", returncode=1)


def _parameter(act: BulkAct, options: dict[str, Any]) -> dict[str, Any]:
    if not act.needs:
        return {}
    if act.needs != "priority":
        return {act.needs: options["to"]}
    if not options["to"].isdecimal():
        raise FilterMistake("A priority is a number from 0 to 9.")
    return {"priority": int(options["to"])}


def _print_plan(plan: bulk.Plan, out: Output) -> None:
    out.write(f"{plan.affected} of {plan.chosen} chosen jobs ({plan.filter.in_words()})")
    for note in plan.notes:
        out.write(f"  {note}")


def show_job(options: dict[str, Any], out: Output) -> None:
    job = Job.objects.select_related("queue").filter(pk=options["id"]).first()
    if job is None:
        raise CommandError(f"There is no job {options['id']}.", returncode=1)
    held = ", held" if job.held_at else ""
    out.write(f"{job.kind} {job.pk}: {job.state}{held}, queue {job.queue}, priority {job.priority}")
    out.write(f"attempt {job.attempt} of {job.max_attempts}, args {job.args}")
    out.write(f"made {job.created_at:%F %T}, for {job.scheduled_at:%F %T}")
    for attempt in job.attempts.order_by("pk"):
        error = f": {attempt.error}" if attempt.error else ""
        seconds = (attempt.finished_at - attempt.started_at).total_seconds()
        out.write(
            f"  {attempt.number}  {attempt.started_at:%F %T}  {seconds:.2f} s  {attempt.result}"
            f"  {attempt.worker_name}{error}"
        )
