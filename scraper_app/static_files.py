"""Static files with hashed names, compressed. Making them takes seconds, so it is done only when they have changed."""

import fcntl
import hashlib
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = ".made-from"


def ensure_static_files() -> None:
    """Any number of processes may ask for this at once."""
    root = Path(settings.STATIC_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    with root.with_name("static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not are_static_files_current():
            collect(root)


def are_static_files_current() -> bool:
    stamp = Path(settings.STATIC_ROOT) / STAMP
    return stamp.exists() and stamp.read_text() == describe_sources()


def collect(root: Path) -> None:
    description = describe_sources()
    shutil.rmtree(root, ignore_errors=True)  # files of yesterday's names are served to nobody
    call_command("collectstatic", interactive=False, verbosity=0)
    (root / STAMP).write_text(description)


def describe_sources() -> str:
    """A digest that changes when a file comes, goes or is written."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
