"""Errors that `serp` raises. What an engine's answer may be is not an error but a Verdict."""


class SerpError(Exception):
    """Base of all errors of this package."""


class BadQuery(SerpError):
    """The engine cannot ask this query as it is configured; retrying will not help."""


class MissingKey(BadQuery):
    """The source has not the credential without which its engine answers nothing."""


class UnknownEngine(SerpError):
    """No engine has that name."""
