"""Cutting what somebody typed into pieces: at spaces, but for what stands in quotes."""

import re
from dataclasses import dataclass

# A piece is made of quoted parts and of anything but spaces: `-tag:"two words"` is one.
PIECE = re.compile(r'(?:"[^"]*"?|[^\s"])+')
FIELD = re.compile(r"(?P<name>[A-Za-z_]+)(?P<sign>:(?:>=|<=|>|<|=)?|>=|<=|!=|>|<|=)(?P<value>.*)")
MOST_PIECES = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """`name` and `sign` are "" for plain text. `raw` is what was typed."""

    raw: str
    name: str
    sign: str
    value: str
    is_negated: bool = False


def cut_up(text: str) -> list[Piece]:
    return [read_piece(match.group()) for match in PIECE.finditer(text)][:MOST_PIECES]


def read_piece(raw: str) -> Piece:
    is_negated = raw.startswith("-") and len(raw) > 1
    body = raw[1:] if is_negated else raw
    field = None if body.startswith('"') else FIELD.fullmatch(body)
    if field is None or looks_like_address(field):
        return Piece(raw, "", "", unquote(body), is_negated)
    sign = field["sign"].lstrip(":") or ":"
    return Piece(raw, field["name"].lower(), sign, unquote(field["value"]), is_negated)


def looks_like_address(field: re.Match[str]) -> bool:
    """`https://example.com` is text and no field."""
    return field["value"].startswith("//")


def unquote(text: str) -> str:
    return text.replace('"', "").strip()


def quote(text: str) -> str:
    """As it has to be typed to be one piece."""
    return f'"{text}"' if not text or re.search(r"\s", text) else text
