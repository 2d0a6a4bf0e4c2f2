"""`manage.py set_source NAME --engine E`: makes a source with its queue, or changes what is given."""

import json
import sys
from argparse import ArgumentTypeError, BooleanOptionalAction
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keywords.models import Source
from keywords.sources import SourceMistake, find_base_url, set_source
from serp.engines.registry import ENGINE_MODULES


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
        parser.add_argument(
            "--setting", action="append", type=read_setting, default=[], metavar="KEY=VALUE"
        )
        parser.add_argument(
            "--credentials-stdin",
            action="store_true",
            help='Read credentials from standard input, as JSON: {"key": "…"}.',
        )
        switch = parser.add_mutually_exclusive_group()
        switch.add_argument("--enable", dest="enabled", action="store_true", default=None)
        switch.add_argument("--disable", dest="enabled", action="store_false")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = set_source(
                options["name"],
                engine=options["engine"],
                limits=read_limits(options),
                credentials=read_credentials() if options["credentials_stdin"] else None,
                base_url=options["base_url"],
                allow_private=options["allow_private"],
                is_default=options["default"],
                user_agent=options["user_agent"],
                enabled=options["enabled"],
                settings=merge_settings(options),
            )
        except SourceMistake as mistake:
            raise CommandError(str(mistake)) from None
        self.stdout.write(describe(source))


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
    return (
        f"{source.name}: engine {source.engine} at {find_base_url(source) or 'its own address'}, "
        f"{rate}, burst {queue.burst}, {running}, {'on' if source.enabled else 'off'}"
    )
