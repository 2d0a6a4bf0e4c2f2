"""`manage.py set_source NAME --engine E`: makes a source with its queue, or changes what is given."""

import json
import sys
from argparse import ArgumentTypeError, BooleanOptionalAction
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keywords.models import Source
from keywords.proxy_settings import read_proxy_lines
from keywords.sources import SourceMistake, find_base_url, set_source
from serp.engines.registry import ENGINE_MODULES

# Option -> column of Source.
COLUMNS = {
    "engine": "engine",
    "base_url": "base_url",
    "enabled": "enabled",
    "default": "is_default",
    "allow_private": "allow_private",
    "user_agent": "user_agent",
    "expect": "expectation",
    "country": "country",
    "language": "language",
    "canary": "canary_keyword",
    "canary_every": "canary_minutes",
    "users_may_test": "users_may_test",
}


class Command(BaseCommand):
    help = "Makes a source of results pages and its queue, or changes what is given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--engine", choices=sorted(ENGINE_MODULES))
        parser.add_argument("--base-url", metavar="URL", help="Empty: the engine's own address.")
        parser.add_argument(
            "--rate", type=read_rate, metavar="N/SECONDS", help="Such as 20/10; none: no limit."
        )
        parser.add_argument("--burst", type=int, metavar="N")
        parser.add_argument("--max-running", type=read_count, metavar="N", help="0: no limit.")
        parser.add_argument("--allow-private", action=BooleanOptionalAction, default=None)
        parser.add_argument("--default", action="store_true", default=None)
        parser.add_argument("--user-agent", metavar="TEXT")
        parser.add_argument("--expect", metavar="TEXT", help="What users may expect of it.")
        parser.add_argument("--country", metavar="XX", help="For keywords that name none.")
        parser.add_argument("--language", metavar="CODE", help="For keywords that name none.")
        for span in ("day", "month"):
            parser.add_argument(
                f"--budget-{span}", type=read_count, metavar="N", help="Requests; 0: no limit."
            )
        parser.add_argument("--canary", metavar="KEYWORD", help='"": none.')
        parser.add_argument("--canary-every", type=int, metavar="MINUTES")
        parser.add_argument("--users-may-test", action=BooleanOptionalAction, default=None)
        parser.add_argument(
            "--setting", action="append", type=read_setting, default=[], metavar="KEY=VALUE"
        )
        secrets = parser.add_mutually_exclusive_group()
        secrets.add_argument(
            "--credentials-stdin",
            action="store_true",
            help='Read credentials from standard input, as JSON: {"key": "…"}.',
        )
        secrets.add_argument(
            "--proxies-stdin",
            action="store_true",
            help="Read proxies from standard input, one http://user:password@host:port a line;"
            " they replace those that are there.",
        )
        switch = parser.add_mutually_exclusive_group()
        switch.add_argument("--enable", dest="enabled", action="store_true", default=None)
        switch.add_argument("--disable", dest="enabled", action="store_false")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = set_source(options["name"], **read_changes(options))
        except SourceMistake as mistake:
            raise CommandError(str(mistake)) from None
        self.stdout.write(describe(source))


def read_changes(options: dict[str, Any]) -> dict[str, Any]:
    """For set_source; None: unchanged."""
    budgets = {name: options[name] for name in ("budget_day", "budget_month")}
    return {
        "limits": read_limits(options),
        "credentials": read_credentials() if options["credentials_stdin"] else None,
        "proxies": read_proxy_lines(sys.stdin.read()) if options["proxies_stdin"] else None,
        "settings": merge_settings(options),
        "clear": [name for name, value in budgets.items() if value == 0],
        **{name: value or None for name, value in budgets.items()},
        **{field: options[option] for option, field in COLUMNS.items()},
    }


def read_rate(text: str) -> tuple[int | None, float]:
    """ "20/10" as (20, 10.0), "30" as thirty a minute, "none" as no limit."""
    if text in {"none", "0"}:
        return None, 60.0
    number, _, seconds = text.partition("/")
    try:
        return int(number), float(seconds or 60)
    except ValueError:
        raise ArgumentTypeError("A rate is N/SECONDS, such as 20/10, or none.") from None


def read_count(text: str) -> int:
    """0 for no limit, which may also be called none."""
    try:
        return 0 if text == "none" else int(text)
    except ValueError:
        raise ArgumentTypeError("This must be a number, or none.") from None


def read_setting(text: str) -> tuple[str, object]:
    """VALUE is JSON, or else a text."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise ArgumentTypeError("A setting is KEY=VALUE.")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


def read_limits(options: dict[str, Any]) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if options["rate"] is not None:
        limits["rate_limit"], limits["rate_period"] = options["rate"]
    if options["burst"] is not None:
        limits["burst"] = options["burst"]
    if options["max_running"] is not None:
        limits["max_running"] = options["max_running"] or None
    return limits


def read_credentials() -> dict[str, str]:
    try:
        credentials = json.load(sys.stdin)
    except ValueError:
        raise CommandError("The credentials are not valid JSON.") from None
    if not isinstance(credentials, dict):
        raise CommandError("The credentials must be a JSON object.")
    return {str(key): str(value) for key, value in credentials.items()}


def merge_settings(options: dict[str, Any]) -> dict[str, object] | None:
    """What is given on top of what stands; a value of null takes a setting away."""
    if not options["setting"]:
        return None
    stored = Source.objects.filter(name=options["name"]).values_list("settings", flat=True).first()
    merged = {**(stored or {}), **dict(options["setting"])}
    return {key: value for key, value in merged.items() if value is not None}


def describe(source: Source) -> str:
    queue = source.queue
    rate = f"{queue.rate_limit} per {queue.rate_period:g} s" if queue.rate_limit else "any rate"
    running = f"{queue.max_running} at once" if queue.max_running else "any number at once"
    parts = [
        f"{source.name}: engine {source.engine} at {find_base_url(source) or 'its own address'}",
        f"{rate}, burst {queue.burst}, {running}",
        *(f"{budget:,} a {span}" for span, budget in list_budgets(source)),
        *describe_extras(source),
        "on" if source.enabled else "off (it runs with --enable)",
    ]
    return ", ".join(parts)


def list_budgets(source: Source) -> list[tuple[str, int]]:
    budgets = (("day", source.budget_day), ("month", source.budget_month))
    return [(span, budget) for span, budget in budgets if budget is not None]


def describe_extras(source: Source) -> Iterator[str]:
    if proxies := source.proxies.filter(enabled=True).count():
        yield f"through {proxies} proxies" if proxies > 1 else "through 1 proxy"
    if source.canary_keyword:
        yield f"canary “{source.canary_keyword}” every {source.canary_minutes} minutes"
