"""The engines by name. Adding one: see CONTRIBUTING.md."""

from functools import cache
from importlib import import_module

from serp.errors import UnknownEngine
from serp.types import ConfigurableEngine, Engine, EngineOptions

# name -> module, with the name in it where that is not `engine`. Imported on first use, so that one
# engine's dependencies do not slow the others.
ENGINE_MODULES = {
    "baidu": "serp.engines.baidu",
    "bing": "serp.engines.bing",
    "bing_proxied": "serp.engines.proxied:bing",
    "brave": "serp.engines.brave",
    "brave_proxied": "serp.engines.proxied:brave",
    "brave_api": "serp.engines.brave_api",
    "custom": "serp.engines.custom",
    "dataforseo": "serp.engines.dataforseo",
    "duckduckgo": "serp.engines.duckduckgo",
    "duckduckgo_proxied": "serp.engines.proxied:duckduckgo",
    "ecosia": "serp.engines.ecosia",
    "google": "serp.engines.google",
    "google_cse": "serp.engines.google_cse",
    "google_proxied": "serp.engines.proxied:google",
    "kagi": "serp.engines.kagi",
    "marginalia": "serp.engines.marginalia",
    "mojeek": "serp.engines.mojeek",
    "mojeek_api": "serp.engines.mojeek_api",
    "practice": "serp.engines.practice",
    "searxng": "serp.engines.searxng",
    "serpapi": "serp.engines.serpapi",
    "serper": "serp.engines.serper",
    "startpage": "serp.engines.startpage",
    "yahoo": "serp.engines.yahoo",
    "yahoo_proxied": "serp.engines.proxied:yahoo",
    "yandex": "serp.engines.yandex",
    "yandex_proxied": "serp.engines.proxied:yandex",
}


@cache
def get_engine(name: str) -> Engine:
    """The engine of that name. Raises UnknownEngine."""
    try:
        module, _, attribute = ENGINE_MODULES[name].partition(":")
    except KeyError:
        raise UnknownEngine(
            f"There is no engine named {name!r}. Known: {', '.join(ENGINE_MODULES)}."
        ) from None
    engine: Engine = getattr(import_module(module), attribute or "engine")
    return engine


def configure_engine(name: str, options: EngineOptions) -> Engine:
    """The engine as one source has it. Raises UnknownEngine; BadQuery where the options are wrong.

    Some engines read pages only with the source's settings: ask for them here, not in `get_engine`.
    """
    engine = get_engine(name)
    return engine.configure(options) if isinstance(engine, ConfigurableEngine) else engine
