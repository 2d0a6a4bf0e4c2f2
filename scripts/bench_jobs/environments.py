"""The peers' Python: a virtual environment below .data, made from a pinned list."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.bench_jobs.server import ROOT

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
FOLDER = ROOT / ".data" / "bench-venv"


class PeersUnavailable(Exception):
    """One plain sentence."""


def prepare_python() -> Path:
    """The environment's interpreter; made again where the list has changed. Raises PeersUnavailable."""
    python, done = FOLDER / "bin" / "python", FOLDER / "requirements.txt"
    if done.exists() and done.read_text() == REQUIREMENTS.read_text():
        return python
    shutil.rmtree(FOLDER, ignore_errors=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in (
        [find_newest_python(), "-m", "venv", str(FOLDER)],
        [str(python), *install, "-r", str(REQUIREMENTS)],
    ):
        answer = subprocess.run(command, check=False, capture_output=True, text=True)
        if answer.returncode != 0:
            raise PeersUnavailable(answer.stderr.strip().splitlines()[-1])
    shutil.copy(REQUIREMENTS, done)
    return python


def find_newest_python() -> str:
    """Python 3.12 or newer, which oban wants, on PATH or among pyenv's; else our own."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    folders += sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin"))
    found = [path for folder in folders for path in folder.glob("python3.1[0-9]") if works(path)]
    found = [path for path in found if minor_of(path) >= 12]
    # The oldest that will do: libraries have wheels for it.
    return str(min(found, key=minor_of)) if found else sys.executable


def minor_of(python: Path) -> int:
    match = re.search(r"3\.(\d+)$", python.name)
    return int(match[1]) if match else 0


def works(python: Path) -> bool:
    """pyenv's shims exist for versions that are not chosen."""
    try:
        return subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def has(python: Path, module: str) -> bool:
    return (
        subprocess.run(
            [python, "-c", f"import {module}"], check=False, capture_output=True
        ).returncode
        == 0
    )
