"""What stands on every page: where one is, the theme, the banners."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from keywords.account.records import Preferences, preferences_of
from keywords.views.banners import find_banners
from keywords.views.theme import COOKIE, THEMES

register = template.Library()
Density = Preferences.Density


@dataclass(frozen=True)
class NavLink:
    name: str
    url: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class NextTheme:
    value: str
    label: str


@register.simple_tag(takes_context=True)
def nav_links(context: RequestContext) -> list[NavLink]:
    path = find_path(context)
    pages = {
        "home": _("Lists"),
        "search": _("Search"),
        "domains": _("Domains"),
        "sources": _("Sources"),
        "api-guide": _("API"),
    }
    return [
        NavLink(name, reverse(name), label, is_within(path, reverse(name)))
        for name, label in pages.items()
    ]


def is_within(path: str, url: str) -> bool:
    """Lists and keywords are reached from the home page."""
    if url == reverse("home"):
        return path == url or path.startswith(("/lists/", "/keywords/"))
    return path == url or path.startswith(f"{url}/")


def find_path(context: RequestContext) -> str:
    request: HttpRequest | None = context.get("request")
    return request.path if request else ""


@register.simple_tag(takes_context=True)
def theme_attribute(context: RequestContext) -> SafeString:
    """Set here and not by a script, so that the first paint is right."""
    theme = find_theme(context)
    return mark_safe(f' data-theme="{theme}"' if theme != "system" else "")  # noqa: S308 - of THEMES


@register.simple_tag(takes_context=True)
def liking_attributes(context: RequestContext) -> SafeString:
    """How dense tables are, and whether keys do anything."""
    preferences = find_preferences(context)
    density = ' data-density="compact"' if preferences.density == Density.COMPACT else ""
    keys = "" if preferences.shortcuts else ' data-keys="off"'
    return mark_safe(density + keys)  # noqa: S308 - constants


@register.simple_tag(takes_context=True)
def next_theme(context: RequestContext) -> NextTheme:
    labels = {
        "system": _("Theme: as the system has it"),
        "light": _("Theme: light"),
        "dark": _("Theme: dark"),
    }
    value = THEMES[(THEMES.index(find_theme(context)) + 1) % len(THEMES)]
    return NextTheme(value, labels[value])


def find_theme(context: RequestContext) -> str:
    request: HttpRequest | None = context.get("request")
    theme = request.COOKIES.get(COOKIE, "") if request else ""
    return theme if theme in THEMES else find_preferences(context).theme


def find_preferences(context: RequestContext) -> Preferences:
    request: HttpRequest | None = context.get("request")
    return preferences_of(getattr(request, "user", None))


@register.simple_tag
def can_sign_up() -> bool:
    """Without an invitation."""
    return bool(settings.SIGNUP == "open")


@register.inclusion_tag("parts/banner.html", takes_context=True)
def shell_banners(context: RequestContext) -> dict[str, Any]:
    request: HttpRequest | None = context.get("request")
    signed_in = request is not None and request.user.is_authenticated
    if request is None or not signed_in:
        return {"banners": []}
    return {"banners": find_banners(is_operator=bool(getattr(request.user, "is_staff", False)))}
