"""What happened to one request so far, and the Exchange that comes of it."""

from contextlib import suppress
from datetime import datetime

from requests import Response

from serp.fetchers.decoding import decode
from serp.fetchers.limits import FetchLimits
from serp.fetchers.redaction import Secrets
from serp.fetchers.redirects import same_origin
from serp.fetchers.watch import FetchStopped
from serp.types import Exchange, FetchProblem, Hop, Request

KEEP_METHOD = frozenset({307, 308})


class Journey:
    """One request on its way. `url` never holds a secret; `wire_url` may."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.secrets = Secrets(request)
        self.url = request.url.partition("#")[0].strip()
        self.method = request.method.upper()
        self.request_body = request.body
        self.request_headers = dict(request.headers)
        self.trusted = True  # whether the secrets may go to this host
        self.hops: list[Hop] = []
        self.status = 0
        self.headers: dict[str, str] = {}
        self.wire_body = bytearray()

    @property
    def wire_url(self) -> str:
        return self.secrets.add_to(self.url) if self.trusted else self.url

    @property
    def wire_headers(self) -> dict[str, str]:
        return self.request_headers | (self.secrets.headers if self.trusted else {})

    def note_answer(self, response: Response) -> int:
        """Take down status and headers, with a hop; gives the status."""
        self.status = response.status_code
        self.headers = plain_headers(response)
        location = self.headers.get("location", "")
        self.hops.append(
            Hop(
                url=self.secrets.mask(self.url),
                status=self.status,
                location=self.secrets.mask(self.secrets.take_from(location)),
            )
        )
        return self.status

    def turn_to(self, location: str) -> None:
        """Go where the last answer pointed."""
        location = self.secrets.take_from(location)
        if not same_origin(self.url, location):
            self.trusted = False
        if self.status not in KEEP_METHOD and self.method != "HEAD":
            self.method, self.request_body = "GET", b""
            self.request_headers = without_body_headers(self.request_headers)
        self.url, self.status, self.headers = location, 0, {}

    def exchange(
        self,
        limits: FetchLimits,
        stopped: FetchStopped | None,
        started_at: datetime,
        seconds: float,
    ) -> Exchange:
        body, headers, stopped = self.unpack(limits, stopped)
        return Exchange(
            request=self.request,
            hops=tuple(self.hops),
            status=self.status,
            headers={name: self.secrets.mask(value) for name, value in headers.items()},
            body=self.secrets.mask_bytes(body),
            problem=stopped.problem if stopped else None,
            problem_detail=self.secrets.mask(stopped.detail) if stopped else "",
            started_at=started_at,
            seconds=seconds,
            wire_bytes=len(self.wire_body),
        )

    def unpack(
        self, limits: FetchLimits, stopped: FetchStopped | None
    ) -> tuple[bytes, dict[str, str], FetchStopped | None]:
        """The decoded body, the headers that then hold, and the problem, the first one winning."""
        encoding = self.headers.get("content-encoding", "")
        if not encoding or not self.wire_body:
            body = bytes(self.wire_body)
            return body[: limits.decoded_bytes], self.headers, stopped or too_large(body, limits)
        try:
            body, whole = decode(bytes(self.wire_body), encoding, limits)
        except FetchStopped as stop:
            return b"", self.headers, stopped or stop
        if not whole:
            stopped = stopped or FetchStopped(
                FetchProblem.TRUNCATED, "The packed answer ends too early."
            )
        kept = {n: v for n, v in self.headers.items() if n != "content-encoding"}
        return body, kept, stopped


def too_large(body: bytes, limits: FetchLimits) -> FetchStopped | None:
    if len(body) <= limits.decoded_bytes:
        return None
    return FetchStopped(
        FetchProblem.TOO_LARGE, f"The answer is larger than {limits.decoded_bytes:,} bytes."
    )


def plain_headers(response: Response) -> dict[str, str]:
    """Lower-case names, one value each, text that every database takes."""
    headers = response.raw.headers
    return {
        name.lower(): as_text(", ".join(headers.getlist(name))) for name in dict.fromkeys(headers)
    }


def as_text(value: str) -> str:
    """Headers arrive as latin-1, but servers write UTF-8."""
    with suppress(UnicodeError):
        value = value.encode("latin-1").decode()
    return value.replace("\0", "")


def without_body_headers(headers: dict[str, str]) -> dict[str, str]:
    return {n: v for n, v in headers.items() if not n.lower().startswith("content-")}
