"""`manage.py reparse`: stored pages are read again by the parsers of today. Nothing is fetched."""

import os
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from keywords.reparsing.passes import go_through
from keywords.reparsing.report import describe
from keywords.reparsing.selection import Selection, choose_searches, find_mistake
from keywords.reparsing.tally import Tally


class Command(BaseCommand):
    help = (
        "Reads stored pages again with the parsers of today, shows what changes, and writes it. "
        "The earlier readings are kept. Nothing is fetched. Broken off, it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--engine", default="", help="only pages of this engine")
        parser.add_argument("--source", action="append", help="only pages of this source")
        parser.add_argument(
            "--list", type=int, action="append", help="only pages of this list (ID)"
        )
        parser.add_argument("--since", help="only pages fetched since, such as 2026-11-01")
        parser.add_argument("--parser-version", default="", help="only pages read by this version")
        parser.add_argument(
            "--all", action="store_true", help="also pages that today's parsers have read"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change, and end"
        )
        parser.add_argument(
            "--also-worse",
            action="store_true",
            help="write also where a page can no longer be trusted (else its reading stays)",
        )
        parser.add_argument("--yes", action="store_true", help="do not ask before writing")
        parser.add_argument(
            "--processes", type=int, default=os.cpu_count() or 1, help="processes that read"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        selection = read_selection(options)
        count = choose_searches(selection).count()
        if not count:
            self.stdout.write(
                f"No page of {selection.in_words} has to be read again: each was read by today's parser."
            )
            return
        self.stdout.write(f"{count:,} stored pages to read again: {selection.in_words}.")
        seen = self.go(selection, options, count, write=False)
        if options["dry_run"]:
            self.stdout.write("Nothing was written: this was a dry run.")
        elif self.may_write(seen, options):
            self.go(selection, options, count, write=True)

    def go(
        self, selection: Selection, options: dict[str, Any], count: int, *, write: bool
    ) -> Tally:
        processes = max(1, min(options["processes"], 64))

        def note(done: int) -> None:
            if sys.stderr.isatty():
                self.stderr.write(f"\r{done:,} of {count:,}", ending="\n" if done >= count else "")

        tally = go_through(
            selection,
            write=write,
            also_worse=options["also_worse"],
            processes=processes,
            note=note,
        )
        if not write:
            self.stdout.write("\n".join(describe(tally, is_written=False)))
        else:
            self.stdout.write(self.conclude(tally))
        return tally

    def conclude(self, tally: Tally) -> str:
        kept = f" {tally['kept']:,} kept the reading that they had." if tally["kept"] else ""
        gone = f" {tally['gone']:,} had changed meanwhile." if tally["gone"] else ""
        return f"Written: {tally['written']:,} new readings; the earlier ones are kept.{kept}{gone}"

    def may_write(self, seen: Tally, options: dict[str, Any]) -> bool:
        """Asks where somebody can answer."""
        if options["yes"] or not sys.stdin.isatty():
            return True
        changes = seen["changed"] + seen["better"] + seen["worse"]
        return input(f"Write what changes on {changes:,} pages? [y/N] ").strip().lower() == "y"


def read_selection(options: dict[str, Any]) -> Selection:
    selection = Selection(
        engine=options["engine"],
        sources=tuple(options["source"] or ()),
        list_ids=tuple(options["list"] or ()),
        since=read_since(options["since"]),
        parser_version=options["parser_version"],
        everything=options["all"],
    )
    if mistake := find_mistake(selection):
        raise CommandError(mistake)
    return selection


def read_since(text: str | None) -> str:
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no date: write 2026-11-01 or 2026-11-01T08:00.") from None
    return (moment if moment.tzinfo else timezone.make_aware(moment)).isoformat()
