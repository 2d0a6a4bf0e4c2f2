"""`{% icon "check" %}`: an icon of Lucide as inline SVG, hidden from screen readers: a word stands beside it."""

from functools import cache

from django import template
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    # simple_tag passes its arguments as SafeString, which the cache would tell apart from str.
    return draw_icon(str(name))


@cache
def draw_icon(name: str) -> SafeString:
    svg = lucide(name, size=None, **{"class": "icon", "aria_hidden": "true", "focusable": "false"})
    return mark_safe("".join(line.strip() for line in svg.splitlines()))  # noqa: S308 - the package's own
