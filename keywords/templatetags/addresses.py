"""Addresses out of other people's pages: shown as text, and as links only where they lead to the web."""

from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def outward(url: str, title: str) -> SafeString:
    """The title; a link where the address is one of the web. Nobody there learns where it was clicked."""
    if not is_web(url):
        return format_html("{}", title or url)
    return format_html(
        '<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>', url, title or url
    )


@register.simple_tag
def address(url: str, domain: str) -> SafeString:
    """The address with its domain set off from the rest."""
    before, found, after = url.partition(domain) if domain else ("", "", url)
    if not found:
        return format_html("{}", url)
    return format_html("{}<b>{}</b>{}", before, found, after)


def is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return False
