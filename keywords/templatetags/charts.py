"""Small charts in the text of a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from keywords.charts.sparkline import HEIGHT, WIDTH, Point, place_points, split_at_gaps
from keywords.templatetags.figures import ABSENT, describe_day

register = template.Library()


@register.simple_tag
def sparkline(values: Sequence[int | None], *, is_rank: bool = False) -> SafeString:
    """Nothing for fewer than two runs."""
    if len(values) < 2:
        return mark_safe("")
    points = place_points(values, is_rank=is_rank)
    lines = split_at_gaps(points)
    drawn = format_html_join(
        "", '<polyline points="{}"/>', ((draw(line),) for line in lines if len(line) > 1)
    )
    dots = format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="1.5"/>',
        ((f"{x:.1f}", f"{y:.1f}") for x, y in (line[-1] for line in lines)),
    )
    label = _("rank") if is_rank else _("ads")
    said = ", ".join(ABSENT if value is None else str(value) for value in values)
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{} {}">{}{}</svg>',
        *(int(WIDTH), int(HEIGHT), label, said, drawn, dots),
    )


def draw(line: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in line)


@register.filter
def moment_text(when: datetime | None) -> str:
    """The absolute time as text alone, for where no element may stand."""
    return describe_day(when, clock=True) if when else ""


@register.simple_tag
def rank_in(ranks: Mapping[str, int], domain: str) -> str:
    return str(ranks.get(domain, ABSENT))
