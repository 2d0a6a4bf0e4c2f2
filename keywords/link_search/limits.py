"""How long a question may take."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import DataError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from keywords.link_search.question import QuestionMistake

CANCELLED = "57014"
# So that the last query of many does not end before it began.
LEAST_MS = 20


class TooSlow(Exception):
    """There was not time enough."""


@dataclass(slots=True)
class Deadline:
    """Each query gets what time is left."""

    seconds: float
    started: float = field(default_factory=time.monotonic)

    def share(self) -> None:
        """Called right before a query."""
        left = self.seconds - (time.monotonic() - self.started)
        milliseconds = max(int(left * 1000), LEAST_MS)
        set_locally({"statement_timeout": f"{milliseconds}ms"})


@contextmanager
def limited_time(seconds: float, *, by_index: bool = False) -> Iterator[Deadline]:
    """What is asked in here ends in time: raises TooSlow, or QuestionMistake for a pattern that Postgres does
    not understand. `by_index` is for a few of many rows: else the planner may read all there are, and match each
    against a slow pattern before it looks whose it is."""
    deadline = Deadline(seconds)
    try:
        with transaction.atomic():
            set_locally({"enable_seqscan": "off" if by_index else "on"})
            deadline.share()
            yield deadline
            set_locally({"enable_seqscan": "on", "statement_timeout": "0"})
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != CANCELLED:
            raise
        raise TooSlow from None
    except DataError as error:
        raise QuestionMistake(explain_pattern(str(error))) from None


def set_locally(values: Mapping[str, str]) -> None:
    """For the rest of the transaction."""
    calls = ", ".join(["set_config(%s, %s, true)"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for pair in values.items() for part in pair])


def try_pattern(pattern: str) -> None:
    """Raises QuestionMistake for one that is not right."""
    with limited_time(1), connection.cursor() as cursor:
        cursor.execute("SELECT '' ~ %s", [pattern])


def explain_pattern(message: str) -> str:
    words = message.splitlines()[0].removeprefix("invalid regular expression: ")
    return _("This pattern is not right: %(words)s.") % {"words": words}
