"""An engine that the user declares: an address and selectors. The settings: see `declaration`."""

from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from serp.engines.custom.declaration import read_declaration
from serp.engines.custom.page import make_listing, parse_page, version_of
from serp.engines.custom.request import build_request
from serp.engines.html import HtmlEngine
from serp.types import EngineOptions, Exchange, Outcome, Query, Reading, Request, Verdict


@dataclass(frozen=True, slots=True)
class CustomEngine:
    """Reads only when configured: what is where on a page stands in the source's settings."""

    name: str = "custom"
    title: str = "A search page of your own"
    label: str = "Any search page you may ask: you say what is where on it, with selectors."
    parser_version: str = "custom-1"
    made_up: bool = False

    def configure(self, options: EngineOptions) -> HtmlEngine:
        """Raises BadQuery where the settings are wrong, in a plain sentence."""
        declaration = read_declaration(options)
        listing = make_listing(declaration)
        digest = sha256(version_of(declaration).encode()).hexdigest()[:8]
        return HtmlEngine(
            name=self.name,
            title=declaration.host,
            label=self.label,
            parser_version=f"{self.parser_version}-{digest}",
            build_request=partial(build_request, declaration),
            parse_page=partial(parse_page, declaration, listing),
        )

    def build(self, query: Query, options: EngineOptions) -> Request:
        """Raises BadQuery where the settings are wrong, or the query cannot be asked."""
        return self.configure(options).build(query, options)

    def read(self, exchange: Exchange, query: Query) -> Reading:
        return Reading(
            verdict=Verdict(
                outcome=Outcome.BAD_REQUEST,
                reason="A page of your own can only be read with its source's settings.",
                evidence="the engine was not configured",
            )
        )


engine = CustomEngine()
