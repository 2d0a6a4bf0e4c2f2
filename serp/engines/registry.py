"""The engines by name. Adding one: see CONTRIBUTING.md."""

from functools import cache
from importlib import import_module

from serp.errors import UnknownEngine
from serp.types import Engine

# name -> module. Imported on first use, so that one engine's dependencies do not slow the others.
ENGINE_MODULES = {
    "google": "serp.engines.google",
    "practice": "serp.engines.practice",
    "searxng": "serp.engines.searxng",
}


@cache
def get_engine(name: str) -> Engine:
    """The engine of that name: each module offers it as `engine`."""
    try:
        module = ENGINE_MODULES[name]
    except KeyError:
        raise UnknownEngine(f"There is no engine named {name!r}. Known: {', '.join(ENGINE_MODULES)}.") from None
    engine: Engine = import_module(module).engine
    return engine
