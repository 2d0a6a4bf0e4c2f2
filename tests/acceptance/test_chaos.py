"""The short form of `make chaos`: one seed on a Postgres of its own. docs/reliability.md has the long one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.jobs.nodes import ROOT

SEED = "4-4"
LIMIT = 90  # seconds; it usually ends in twenty


@pytest.mark.cluster
def test_nothing_is_lost_or_done_twice_whatever_is_killed(tmp_path: Path) -> None:
    words = ["--seeds", SEED, "--keywords", "200", "--seconds", str(LIMIT), "--pause", "1-3"]
    done = subprocess.run(
        [sys.executable, "-m", "scripts.chaos", *words, "--keep-logs", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=4 * LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    row = [cell.strip() for cell in done.stdout.splitlines()[-1].strip("|").split("|")]
    assert (row[0], row[-1]) == ("4", "0")
    assert sum(map(int, row[1:11])) >= 3, "some faults happened"
