"""What the whole run promises: in CI nothing that could run is skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run_tests(tmp_path: Path, *, mark: str, ci: str, **environment: str) -> int:
    """The exit code of a run of one test that skips itself."""
    file = tmp_path / "test_skipping.py"
    file.write_text(
        f"import pytest\n@pytest.mark.{mark}\ndef test_it():\n    pytest.skip('no reason')\n"
    )
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "conftest", str(file)]
    return subprocess.run(
        [*command, "-q", "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={**os.environ, "CI": ci, **environment},
        check=False,
        capture_output=True,
    ).returncode


class TestSkippedTests:
    @pytest.mark.parametrize("mark", ["browser", "cluster"])
    def test_fail_a_run_of_ci(self, tmp_path: Path, mark: str) -> None:
        assert run_tests(tmp_path, mark=mark, ci="true") == pytest.ExitCode.TESTS_FAILED

    def test_pass_elsewhere(self, tmp_path: Path) -> None:
        assert run_tests(tmp_path, mark="browser", ci="") == pytest.ExitCode.OK

    def test_of_the_corpus_fail_only_where_it_is_present(self, tmp_path: Path) -> None:
        here, gone = str(tmp_path), str(tmp_path / "gone")
        failed = run_tests(tmp_path, mark="corpus", ci="true", ATHANOR_CORPUS=here)
        passed = run_tests(tmp_path, mark="corpus", ci="true", ATHANOR_CORPUS=gone)
        assert (failed, passed) == (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.OK)

    def test_may_have_other_reasons(self, tmp_path: Path) -> None:
        assert run_tests(tmp_path, mark="skipif(False, reason='')", ci="true") == pytest.ExitCode.OK
