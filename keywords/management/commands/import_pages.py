"""`manage.py import_pages PATH… --owner EMAIL`: saved pages become a list. Nothing is fetched."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import BaseCommand, CommandError

from keywords.models import Source
from keywords.page_imports.importing import NothingToImport, import_files
from keywords.page_imports.storing import Haul
from serp.engines.registry import ENGINE_MODULES

LARGEST_FILE = 1024 * 1024 * 1024
SHOWN = 200


class Command(BaseCommand):
    help = (
        "Makes a list of saved results pages: HTML files, MHTML, HAR, zips of them, whole folders. "
        "They are judged and read like fetched ones; what is not understood is told file by file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--owner", required=True, help="e-mail address of the account that gets the list"
        )
        parser.add_argument(
            "--engine", default="", help="the pages' engine; without it, each page tells"
        )
        parser.add_argument(
            "--source", default="", help="read as this source of an engine of your own reads"
        )
        parser.add_argument("--list", default="", help="name of the list")

    def handle(self, *args: Any, **options: Any) -> None:
        owner, source = find_owner(options["owner"]), find_source(options["source"])
        if options["engine"] and options["engine"] not in ENGINE_MODULES:
            raise CommandError(f"There is no engine named {options['engine']}.")
        paths = [path for given in options["paths"] for path in walk(given)]
        try:
            keyword_list, haul = import_files(
                read_files(paths),
                owner=owner,
                engine=options["engine"],
                source=source,
                name=options["list"],
                filename=options["paths"][0].name,
                note=self.note,
            )
        except NothingToImport as nothing:
            self.report(nothing.haul)
            raise CommandError(str(nothing)) from None
        self.report(haul)
        self.stdout.write(
            f"List {keyword_list.pk}, “{keyword_list.name}”: {len(haul.pages):,} of {haul.seen:,} pages imported."
        )

    def note(self, seen: int) -> None:
        if sys.stderr.isatty() and seen % 50 == 0:
            self.stderr.write(f"\r{seen:,} pages", ending="")

    def report(self, haul: Haul) -> None:
        for skipped in haul.skipped[:SHOWN]:
            self.stdout.write(f"{skipped.text}: {skipped.reason}")
        if len(haul.skipped) > SHOWN:
            self.stdout.write(
                f"and {len(haul.skipped) - SHOWN:,} more, in the list's import report"
            )


def find_owner(email: str) -> AbstractBaseUser:
    owner = get_user_model()._default_manager.filter(email__iexact=email).first()
    if owner is None:
        raise CommandError(f"There is no account with the address {email}.")
    return owner


def find_source(name: str) -> Source | None:
    if not name:
        return None
    source = Source.objects.filter(name=name).first()
    if source is None:
        raise CommandError(f"There is no source named {name}.")
    return source


def walk(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise CommandError(f"There is no file {path}.")
    if path.is_file():
        yield path
        return
    yield from sorted(each for each in path.rglob("*") if each.is_file() and not is_beside(each))


def is_beside(path: Path) -> bool:
    """What a browser saved with a page, in a folder of its own."""
    return any(part.startswith(".") or part.endswith("_files") for part in path.parts[:-1])


def read_files(paths: list[Path]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        if path.stat().st_size > LARGEST_FILE:
            raise CommandError(f"{path} has more than a gigabyte: import it in parts.")
        yield path.name, path.read_bytes()
