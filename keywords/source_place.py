"""Where a source is asked, and by whose calendar its requests are counted."""

from zoneinfo import available_timezones

from django.conf import settings

from keywords.budgets import Budget
from keywords.models import Source

PRACTICE = "practice"


def find_base_url(source: Source) -> str:
    """Where the source is asked; "" is the engine's own address. The practice engine of this
    installation moves where its port is taken."""
    if source.engine == PRACTICE and not source.base_url:
        return f"http://127.0.0.1:{settings.PRACTICE_PORT}"
    return source.base_url


def read_budget(source: Source) -> Budget:
    """Raises ValueError, with a plain sentence, for a time zone that does not exist."""
    zone = str(source.settings.get("budget_time_zone", ""))
    if zone and zone not in available_timezones():
        raise ValueError(f"budget_time_zone must be a time zone such as Europe/Berlin, not {zone}.")
    return Budget(day=source.budget_day, month=source.budget_month, time_zone=zone)
