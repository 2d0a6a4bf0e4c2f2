"""PostgreSQL refuses to run as root: the account that runs it for root, and the way it gets to its files."""

import os
import pwd
import stat
import subprocess
from pathlib import Path

ACCOUNT = "embedded_postgres"
FALLBACK = "nobody"  # where no account can be made


def find_server_account() -> pwd.struct_passwd | None:
    """None for an ordinary user, who runs the server as himself."""
    if os.geteuid() != 0:
        return None
    for name in (ACCOUNT, FALLBACK):
        entry = find_account(name) or make_account(name)
        if entry:
            return entry
    return None


def find_account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def make_account(name: str) -> pwd.struct_passwd | None:
    """Another process may be making the same account: what counts is that it is there."""
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    try:
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - fixed words
    except OSError:
        return None
    return find_account(name)


def open_way_to(path: Path) -> None:
    """Let others pass through (not list) the folders above `path`: root's own are often closed."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def open_for_reading(folder: Path) -> None:
    """As `chmod -R o+rX`: installed with a strict umask, the server's files are closed to others."""
    for parent, _, files in os.walk(folder):
        open_entry(Path(parent))
        for name in files:
            open_entry(Path(parent, name))


def open_entry(path: Path) -> None:
    mode = path.stat().st_mode
    wanted = stat.S_IROTH
    if mode & stat.S_IXUSR:
        wanted |= stat.S_IXOTH
    if mode & wanted != wanted:
        path.chmod(stat.S_IMODE(mode) | wanted)
