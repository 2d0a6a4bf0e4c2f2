"""Parts of Operations that other apps add: a template and what it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Panel:
    """`describe` returns None where there is nothing to show."""

    template: str
    describe: Callable[[HttpRequest], dict[str, Any] | None]


_panels: list[Panel] = []


def register_panel(panel: Panel) -> None:
    _panels.append(panel)


def render_panels(request: HttpRequest) -> list[SafeString]:
    described = ((panel, panel.describe(request)) for panel in _panels)
    return [
        render_to_string(panel.template, context, request)
        for panel, context in described
        if context is not None
    ]
