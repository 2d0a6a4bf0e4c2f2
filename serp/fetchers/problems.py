"""What the layers below raise, as a FetchProblem and words that hold no URL."""

import http.client
import ssl
from collections.abc import Iterator

import requests.exceptions
import urllib3.exceptions

from serp.fetchers.watch import FetchStopped
from serp.types import FetchProblem

# What a fetch may meet below. Anything else is a mistake of ours and is not caught.
FAILURES = (
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)

NO_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    urllib3.exceptions.LocationParseError,
    UnicodeError,
)
CUT_OFF = (
    http.client.IncompleteRead,
    http.client.RemoteDisconnected,
    ConnectionError,
    urllib3.exceptions.IncompleteRead,
)
# In this order, since the outer errors of a proxy wrap others.
KINDS: tuple[tuple[tuple[type[BaseException], ...], FetchProblem, str], ...] = (
    (
        (urllib3.exceptions.ProxyError, requests.exceptions.ProxyError),
        FetchProblem.PROXY,
        "The proxy did not let the request through.",
    ),
    (NO_ADDRESS, FetchProblem.FORBIDDEN_ADDRESS, "That is no valid web address."),
    (
        CUT_OFF,
        FetchProblem.TRUNCATED,
        "The server closed the connection before the answer was complete.",
    ),
)


def explain(error: BaseException) -> FetchStopped:
    family = list(relatives(error))
    for kinds, problem, detail in KINDS:
        if any(isinstance(related, kinds) for related in family):
            return FetchStopped(problem, detail)
    for related in family:
        if isinstance(related, ssl.SSLError):
            return FetchStopped(FetchProblem.TLS, f"No secure connection: {tls_reason(related)}.")
    return FetchStopped(
        FetchProblem.PROTOCOL, f"The answer is not proper HTTP ({type(family[-1]).__name__})."
    )


def tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not valid ({error.verify_message or 'unknown reason'})"
    return (error.reason or "the handshake failed").lower().replace("_", " ")


def relatives(error: BaseException) -> Iterator[BaseException]:
    """The error and those inside it, the outermost first."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
