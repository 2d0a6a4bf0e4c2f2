"""The practice engine as a function: a request comes in, a Reply goes out. No sockets here."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from time import time
from urllib.parse import parse_qsl, urlsplit

from serp.practice.content import Asked
from serp.practice.faults import FaultPlan, checked_shares, read_shares
from serp.practice.replies import (
    Reply,
    challenge_page,
    click_page,
    consent_page,
    fault_reply,
    good_reply,
    home_page,
    json_reply,
)
from serp.practice.requestlog import RequestLog

RETRY_AFTER = 5.0
MOST_PAGES = 1000


class PracticeApp:
    """State and routes. Used from one thread only, the server's."""

    def __init__(
        self, *, faults: str = "", log_path: Path | None = None, latency: float = 0.0
    ) -> None:
        self.plan = FaultPlan(read_shares(faults))
        self.log = RequestLog(log_path)
        self.latency = latency  # seconds before each answer to a search
        self.retry_after = RETRY_AFTER
        self.in_flight = 0  # requests that are being answered now; connections count them
        self.routes: dict[tuple[str, str], Callable[[Mapping[str, str], bytes], Reply]] = {
            ("GET", "/search"): self.search,
            ("GET", "/"): lambda form, body: home_page(read_asked(form)),
            ("GET", "/challenge"): lambda form, body: challenge_page(read_asked(form)),
            ("GET", "/consent"): lambda form, body: consent_page(read_asked(form)),
            ("GET", "/click"): lambda form, body: click_page(read_asked(form), form.get("to", "")),
            ("GET", "/healthz"): lambda form, body: json_reply({"status": "ok"}),
            ("GET", "/_log"): self.show_log,
            ("GET", "/_control"): lambda form, body: json_reply(self.state()),
            ("POST", "/_control"): lambda form, body: self.control(body),
        }

    def answer(self, method: str, target: str, body: bytes) -> Reply:
        parts = urlsplit(target)
        route = self.routes.get((method, parts.path))
        if route is None:
            return json_reply({"error": "There is no such page."}, 404)
        return route(dict(parse_qsl(parts.query, keep_blank_values=True)), body)

    def search(self, form: Mapping[str, str], body: bytes) -> Reply:
        arrived = time()
        asked = read_asked(form)
        fault = self.plan.choose(asked.keyword)
        reply = fault_reply(fault, asked, self.retry_after) if fault else good_reply(asked)
        self.log.add(
            time=arrived,
            keyword=asked.keyword,
            page=asked.page,
            status=reply.status,
            fault=fault,
            in_flight=self.in_flight,
        )
        return with_latency(reply, self.latency)

    def show_log(self, form: Mapping[str, str], body: bytes) -> Reply:
        """`since` (Unix time) leaves out the older ones."""
        since = float(form.get("since") or 0)
        kept = [entry for entry in self.log.entries if float(str(entry["time"])) >= since]
        return json_reply({"total": self.log.total, "requests": kept})

    def state(self) -> dict[str, object]:
        return {
            "faults": self.plan.shares,
            "latency_ms": self.latency * 1000,
            "retry_after": self.retry_after,
            "total": self.log.total,
        }

    def control(self, body: bytes) -> Reply:
        try:
            self.change(json.loads(body or b"{}"))
        except (ValueError, TypeError, AttributeError) as error:
            return json_reply({"error": str(error)}, 400)
        return json_reply(self.state())

    def change(self, orders: Mapping[str, object]) -> None:
        """Keys: reset, faults (text or object), latency_ms, retry_after. `reset` comes first."""
        unknown = set(orders) - {"reset", "faults", "latency_ms", "retry_after"}
        if unknown:
            raise ValueError(f"Unknown: {', '.join(sorted(unknown))}.")
        faults = orders.get("faults")
        shares = read_shares(faults) if isinstance(faults, str) else checked_shares(faults or {})  # type: ignore[arg-type]
        if orders.get("reset"):
            self.log.clear()
            self.latency, self.retry_after = 0.0, RETRY_AFTER
        if orders.get("reset") or faults is not None:
            self.plan = FaultPlan(shares)
        self.latency = float(str(orders.get("latency_ms", self.latency * 1000))) / 1000
        self.retry_after = float(str(orders.get("retry_after", self.retry_after)))


def read_asked(form: Mapping[str, str]) -> Asked:
    page = form.get("page", "1")
    return Asked(
        keyword=form.get("q", ""),
        page=min(max(int(page), 1), MOST_PAGES) if page.isascii() and page.isdigit() else 1,
        language=(form.get("hl") or "en").partition("-")[0].lower()[:8],
        country=form.get("gl", "").lower()[:2],
        device="mobile" if form.get("device") == "mobile" else "desktop",
    )


def with_latency(reply: Reply, latency: float) -> Reply:
    if not latency:
        return reply
    return Reply(
        status=reply.status,
        body=reply.body,
        headers=reply.headers,
        delivery=reply.delivery,
        delay=reply.delay + latency,
    )
