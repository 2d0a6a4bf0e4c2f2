"""Operations from the command line: what the admin can do, for scripts and for deployments."""

import getpass
import json
import re
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from jobs import control, stats
from jobs.admin.cells import (
    explain_queue_state,
    name_queue_state,
    show_count,
    show_number,
    show_rate,
    show_span,
)
from jobs.admin.operations import look
from jobs.admin.problems import Situation, find_problems
from jobs.command_line import on_groups, on_jobs
from jobs.errors import UnknownQueue
from jobs.models import Job, Queue
from jobs.selection import FilterMistake
from jobs.states import State
from jobs.stats import Depth, Rate

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LOOK_EVERY = 0.5


class Command(BaseCommand):
    help = (
        "Looks at queues and jobs, and acts on them. Exit codes: 0 done; 1 there was nothing to do, "
        "or it is not done yet, or something is wrong (status --check); 2 it was not understood."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        status = acts.add_parser("status", help="queues, workers, and what is wrong")
        status.add_argument("--json", action="store_true", help="for programs")
        status.add_argument(
            "--check", action="store_true", help="exit with 1 if something is wrong"
        )
        pause = _add_queue_act(acts, "pause", "nothing starts any more, what runs goes on")
        pause.add_argument("--reason", default="", help="everybody sees it")
        end = pause.add_mutually_exclusive_group()
        end.add_argument("--until", type=_read_time, help="such as 2026-11-24T14:30")
        end.add_argument("--for", dest="length", type=_read_length, help="such as 90s, 30m, 2h, 1d")
        _add_queue_act(acts, "resume", "ends a pause and a cool-down")
        drain = _add_queue_act(acts, "drain", "pauses, and waits for what runs")
        drain.add_argument("--reason", default="")
        drain.add_argument("--wait", type=_read_length, default=timedelta(), help="such as 60s")
        scale = acts.add_parser("scale", help="how many jobs of a queue may run at once")
        scale.add_argument("queue")
        scale.add_argument("jobs", type=_read_limit, help="a number, or none")
        scale.add_argument("--per-node", action="store_true", help="on each machine")
        rate = acts.add_parser("rate", help="how many jobs of a queue may start in a time")
        rate.add_argument("queue")
        rate.add_argument("rate", type=_read_rate, help="such as 30/60 (30 in 60 seconds), or none")
        rate.add_argument("--burst", type=int)
        _add_queue_act(acts, "end-cool-down", "goes on at once; a pause stays")
        on_jobs.add_parsers(acts)
        on_groups.add_parsers(acts)

    def handle(self, *args: Any, **options: Any) -> None:
        acts: dict[str, Callable[[dict[str, Any]], None]] = {
            "status": self._status,
            "pause": self._pause,
            "resume": self._resume,
            "drain": self._drain,
            "scale": self._scale,
            "rate": self._rate,
            "end-cool-down": self._end_cool_down,
            "show": lambda options: on_jobs.show_job(options, self.stdout),
            "audit": lambda options: on_groups.show_audit(options, self.stdout),
            **dict.fromkeys(on_jobs.ACTS, self._do(on_jobs.act_on_jobs)),
            "batch": self._do(on_groups.act_on_batch),
            "schedule": self._do(on_groups.act_on_schedule),
            "rescue": self._do(on_groups.rescue_worker),
        }
        try:
            acts[options["act"]](options)
        except (UnknownQueue, FilterMistake) as mistake:
            raise CommandError(str(mistake), returncode=2) from None
        except ValidationError as mistake:
            raise CommandError(" ".join(mistake.messages), returncode=2) from None

    def _do(self, act: Callable[..., None]) -> Callable[[dict[str, Any]], None]:
        return lambda options: act(options, self.stdout, by=_operator())

    # Looking

    def _status(self, options: dict[str, Any]) -> None:
        situation = look()
        problems = find_problems(situation)
        if options["json"]:
            described = _describe(situation, [problem.sentence for problem in problems])
            self.stdout.write(json.dumps(described, indent=2))
        else:
            self._print_queues(situation)
            slots = stats.slots()
            self.stdout.write(
                f"\n{show_number(situation.living_nodes, 'node')}, "
                f"{show_number(len(situation.workers), 'worker')}, {slots.used} of {slots.total} slots used"
            )
            for problem in problems:
                self.stdout.write(f"! {problem.sentence}")
        if options["check"] and any(problem.level == "bad" for problem in problems):
            raise CommandError("Something is wrong.", returncode=1)

    def _print_queues(self, situation: Situation) -> None:
        rows = [("queue", "state", "running", "waiting", "oldest", "later", "per minute", "limit")]
        for queue in situation.queues:
            depth = situation.depths.get(queue.pk, Depth())
            since = situation.oldest.get(queue.pk)
            limit = f"/{queue.max_running}" if queue.max_running is not None else ""
            rows.append(
                (
                    queue.name,
                    name_queue_state(queue, situation.now),
                    f"{depth.running}{limit}",
                    show_count(depth.waiting, stats.DEPTH_LIMIT),
                    show_span(situation.now - since) if since else "",
                    str(depth.scheduled),
                    f"{situation.rates.get(queue.pk, Rate()).per_minute:.1f}",
                    show_rate(queue),
                )
            )
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())

    # Queues

    def _pause(self, options: dict[str, Any]) -> None:
        until = options["until"]
        if options["length"] is not None:
            until = timezone.now() + options["length"]
        for name in _chosen_queues(options):
            control.pause_queue(name, by=_operator(), reason=options["reason"], until=until)
            self.stdout.write(f"Paused {name}.")

    def _resume(self, options: dict[str, Any]) -> None:
        for name in _chosen_queues(options):
            changed = control.resume_queue(name, by=_operator())
            self.stdout.write(f"Resumed {name}." if changed else f"{name} was open already.")

    def _end_cool_down(self, options: dict[str, Any]) -> None:
        for name in _chosen_queues(options):
            changed = control.end_cool_down(name, by=_operator())
            self.stdout.write(f"{name} {'need not wait any more' if changed else 'did not wait'}.")

    def _drain(self, options: dict[str, Any]) -> None:
        names = _chosen_queues(options)
        for name in names:
            control.drain_queue(name, by=_operator(), reason=options["reason"])
        running = wait_until_quiet(names, options["wait"].total_seconds())
        if running:
            raise CommandError(f"{running} jobs still run; nothing new starts.", returncode=1)
        self.stdout.write(f"Drained {', '.join(names)}: nothing runs.")

    def _scale(self, options: dict[str, Any]) -> None:
        field = "max_running_per_node" if options["per_node"] else "max_running"
        control.set_limits(options["queue"], by=_operator(), **{field: options["jobs"]})
        limit = "any number of" if options["jobs"] is None else f"up to {options['jobs']}"
        where = " on each machine" if options["per_node"] else ""
        self.stdout.write(f"{options['queue']}: {limit} jobs at once{where}.")

    def _rate(self, options: dict[str, Any]) -> None:
        limits: dict[str, Any] = dict(options["rate"])
        if options["burst"] is not None:
            limits["burst"] = options["burst"]
        control.set_limits(options["queue"], by=_operator(), **limits)
        queue = Queue.objects.get(name=options["queue"])
        self.stdout.write(f"{queue.name}: {show_rate(queue)}.")


def wait_until_quiet(names: list[str], seconds: float) -> int:
    """Waits at most so long; how many jobs of the queues run then."""
    until = time.monotonic() + seconds
    while True:
        running = Job.objects.filter(queue__name__in=names, state=State.RUNNING).count()
        if not running or time.monotonic() >= until:
            return running
        time.sleep(LOOK_EVERY)


def _describe(situation: Situation, problems: list[str]) -> Mapping[str, Any]:
    return {
        "nodes": situation.living_nodes,
        "workers": len(situation.workers),
        "problems": problems,
        "queues": {
            queue.name: {
                "state": name_queue_state(queue, situation.now),
                "why": explain_queue_state(queue, situation.now),
                **_describe_depth(situation.depths.get(queue.pk, Depth())),
                "per_minute": round(situation.rates.get(queue.pk, Rate()).per_minute, 2),
                "max_running": queue.max_running,
                "rate_limit": queue.rate_limit,
                "rate_period": queue.rate_period,
            }
            for queue in situation.queues
        },
    }


def _describe_depth(depth: Depth) -> dict[str, int]:
    names = ("available", "scheduled", "retryable", "held", "running")
    return {name: getattr(depth, name) for name in names}


def _add_queue_act(acts: Any, name: str, help_text: str) -> ArgumentParser:
    parser: ArgumentParser = acts.add_parser(name, help=help_text)
    parser.add_argument("queue", nargs="?")
    parser.add_argument("--all", action="store_true", help="every queue")
    return parser


def _chosen_queues(options: dict[str, Any]) -> list[str]:
    if bool(options["queue"]) == options["all"]:
        raise CommandError("Name a queue, or --all.", returncode=2)
    if options["all"]:
        return list(Queue.objects.values_list("name", flat=True))
    return [options["queue"]]


def _operator() -> str:
    return f"{getpass.getuser()} (command line)"


def _read_length(text: str) -> timedelta:
    found = re.fullmatch(r"(\d+)([smhd]?)", text)
    if found is None:
        raise ValueError
    return timedelta(seconds=int(found[1]) * UNITS[found[2] or "s"])


def _read_time(text: str) -> datetime:
    at = parse_datetime(text)
    if at is None:
        raise ValueError
    at = timezone.make_aware(at) if timezone.is_naive(at) else at
    if at <= timezone.now():
        raise ValueError
    return at


def _read_limit(text: str) -> int | None:
    return None if text == "none" else int(text)


def _read_rate(text: str) -> Mapping[str, Any]:
    if text == "none":
        return {"rate_limit": None}
    starts, _, period = text.partition("/")
    return {"rate_limit": int(starts), "rate_period": float(period or 60)}
