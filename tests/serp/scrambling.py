"""New names for everything: what some engines do to their pages every day."""

import hashlib
import re

from lxml import html

_NAMES = ("class", "id", "for", "aria-labelledby", "aria-controls")


def scramble_names(body: bytes, *, ids: bool = True) -> bytes:
    """The page with every class, and every id if wanted, replaced by another, each always by the same."""
    tree = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    for node in tree.iter("*"):
        for name in _NAMES if ids else _NAMES[:1]:
            value = node.get(name)
            if value:
                node.set(name, re.sub(r"\S+", _rename, value))
    written: bytes = html.tostring(tree, encoding="utf-8", doctype="<!doctype html>")
    return written


def _rename(match: re.Match[str]) -> str:
    return "q" + hashlib.sha256(match.group().encode()).hexdigest()[:8]
