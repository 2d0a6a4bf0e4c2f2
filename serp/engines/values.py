"""JSON as answers hold it: anything may be missing or of another kind, and nothing here raises."""

import json
import re
from html import unescape
from typing import Any

from serp.encoding import decode_page
from serp.text import clean_text
from serp.types import Exchange

JsonObject = dict[str, Any]

MOST_ITEMS = 1000
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


def read_object(exchange: Exchange) -> JsonObject | None:
    """The JSON object of the body; None where it is none, or something else."""
    value = read_json(exchange)
    return value if isinstance(value, dict) else None


def read_json(exchange: Exchange) -> object:
    """The JSON value of the body, with or without byte order mark; None where it is not JSON."""
    text = decode_page(exchange.body, exchange.headers.get("content-type", "")).strip()
    if not text.startswith(("{", "[")):
        return None
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def object_at(value: object, *path: str) -> JsonObject:
    """The object at the end of a path of keys; {} where the path ends earlier."""
    found = value_at(value, *path)
    return found if isinstance(found, dict) else {}


def objects_at(value: object, *path: str) -> list[JsonObject]:
    """The objects of the list at the end of a path of keys."""
    return [item for item in items_at(value, *path) if isinstance(item, dict)]


def texts_at(value: object, *path: str) -> list[str]:
    """The texts of the list at the end of a path of keys, cleaned, the empty ones left out."""
    return [text for item in items_at(value, *path) if (text := as_text(item))]


def items_at(value: object, *path: str) -> list[object]:
    found = value_at(value, *path)
    return found[:MOST_ITEMS] if isinstance(found, list) else []


def text_at(value: object, *path: str) -> str:
    """The text at the end of a path of keys on one line; "" where there is none."""
    return as_text(value_at(value, *path))


def count_at(value: object, *path: str) -> int | None:
    """A number of things, also where it is written as a text; None where there is none."""
    found = value_at(value, *path)
    if isinstance(found, bool):
        return None
    if isinstance(found, str):
        digits = found.replace(",", "").replace(".", "").strip()
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
    if isinstance(found, int | float) and 0 <= found < 10**18:
        return int(found)
    return None


def plain_text_at(value: object, *path: str) -> str:
    """The text of a little HTML, as APIs mark the words that were found."""
    return clean_text(unescape(TAG.sub("", text_at(value, *path))))


def value_at(value: object, *path: str) -> object:
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def as_text(value: object) -> str:
    return clean_text(value.replace("\0", "")) if isinstance(value, str) else ""
