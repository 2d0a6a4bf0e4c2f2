"""The time zones that people choose from."""

from zoneinfo import available_timezones

# The system's own names, which say nothing to anybody else.
NO_PLACES = {"Factory", "localtime", "posixrules"}


def list_zones() -> list[tuple[str, str]]:
    """As choices of a form."""
    return [(name, name) for name in sorted(available_timezones() - NO_PLACES)]
