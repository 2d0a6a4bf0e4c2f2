"""The catalogues of locale/: gather what is to be translated, and compile what was.

    python -m scripts.translations            gather (GNU gettext's xgettext is needed) and compile
    python -m scripts.translations --compile  compile only, with nothing but Python

Both files are committed: an installation needs neither gettext nor this script.
"""

import argparse
import ast
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LEFT_OUT = (".venv", "tests", "scripts")
FIELD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$')
MAGIC = 0x950412DE


@dataclass(frozen=True, slots=True)
class Entry:
    """`source` and `translated` have one text, or one for each plural form."""

    context: str
    source: tuple[str, ...]
    translated: tuple[str, ...]

    @property
    def is_translated(self) -> bool:
        return all(self.translated)


def read_catalogue(path: Path) -> Iterator[Entry]:
    """The header is the entry whose source is empty."""
    for block in path.read_text("utf-8").split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if found := FIELD.match(line):
                name, text = found.groups()
                fields[name] = ast.literal_eval(text)
            elif line.startswith('"') and name:
                fields[name] += ast.literal_eval(line)
        if "msgid" in fields:
            yield make_entry(fields)


def make_entry(fields: dict[str, str]) -> Entry:
    source = tuple(fields[name] for name in ("msgid", "msgid_plural") if name in fields)
    translated = tuple(text for name, text in fields.items() if name.startswith("msgstr"))
    return Entry(fields.get("msgctxt", ""), source, translated)


def compile_catalogue(path: Path) -> bytes:
    """A .mo file, in the order that gettext looks things up by."""
    pairs = sorted(
        (encode_source(entry), "\0".join(entry.translated).encode())
        for entry in read_catalogue(path)
        if entry.is_translated
    )
    start = 7 * 4
    texts = start + 16 * len(pairs)
    tables: list[list[int]] = [[], []]
    body = b""
    for which, table in enumerate(tables):
        for pair in pairs:
            table += [len(pair[which]), texts + len(body)]
            body += pair[which] + b"\0"
    numbers = (MAGIC, 0, len(pairs), start, start + 8 * len(pairs), 0, texts)
    return struct.pack(f"<{7 + 4 * len(pairs)}I", *numbers, *tables[0], *tables[1]) + body


def encode_source(entry: Entry) -> bytes:
    context = f"{entry.context}\4" if entry.context else ""
    return (context + "\0".join(entry.source)).encode()


def list_catalogues() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def gather() -> None:
    command = [
        sys.executable,
        "manage.py",
        "makemessages",
        "--all",
        "--no-location",
        "--no-obsolete",
    ]
    for folder in LEFT_OUT:
        command += ["--ignore", folder]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--compile", action="store_true", help="do not gather first")
    if not parser.parse_args().compile:
        gather()
    for path in list_catalogues():
        path.with_suffix(".mo").write_bytes(compile_catalogue(path))
        entries = [entry for entry in read_catalogue(path) if entry.source[0]]
        done = sum(entry.is_translated for entry in entries)
        print(f"{path.parent.parent.name}: {done} of {len(entries)} translated")


if __name__ == "__main__":
    main()
