"""How long and how large an answer may be."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Seconds and bytes. `total` covers everything: names, connections, redirects and bodies."""

    connect: float = 5.0
    read: float = 15.0  # without a single byte
    total: float = 30.0
    wire_bytes: int = 4 * MIB
    decoded_bytes: int = 8 * MIB
    redirects: int = 3
