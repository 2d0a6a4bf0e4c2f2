"""Log lines, as a process writes them."""

import json
import os
import subprocess
import sys

from scraper_app.environment import BASE_DIR

PROGRAM = """
import django, logging, structlog
django.setup()
structlog.contextvars.bind_contextvars(request_id="r1")
structlog.get_logger("ours").info("it happened", count=2)
logging.getLogger("theirs").warning("careful: %s", "hot", extra={"job": 7})
from jobs.log_context import about_job, process_facts
process_facts["node"] = "here:1"
with about_job(job_id=7, attempt=2):
    logging.getLogger("jobs.attempts").info("attempt completed")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("theirs").exception("broken")
"""


def write_lines(**environment: str) -> list[str]:
    settings = {"DJANGO_SETTINGS_MODULE": "scraper_app.settings", "LOG_LEVEL": "INFO"}
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=BASE_DIR,
        env={**os.environ, **settings, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stderr.splitlines()


class TestJson:
    def test_is_one_object_a_line_whoever_logs(self) -> None:
        ours, theirs, attempt, broken = map(json.loads, write_lines(LOG_FORMAT="json"))
        assert (ours["event"], ours["count"], ours["request_id"]) == ("it happened", 2, "r1")
        assert (theirs["event"], theirs["level"], theirs["job"]) == ("careful: hot", "warning", 7)
        assert attempt["event"] == "attempt completed"
        assert (attempt["job_id"], attempt["attempt"], attempt["node"]) == (7, 2, "here:1")
        assert "job_id" not in broken
        assert broken["exception"][0]["exc_type"] == "ZeroDivisionError"


class TestConsole:
    def test_is_for_people(self) -> None:
        lines = write_lines(LOG_FORMAT="console")
        assert "it happened" in lines[0]
        assert "careful: hot" in lines[1]
        assert not any("attempt completed" in line for line in lines)
