"""Earlier readings: packed when they are replaced, unpacked when somebody looks."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import zstandard

from keywords.reparsing.records import SearchReading
from keywords.reparsing.stored import LINK_FIELDS, Link

LEVEL = 10
LARGEST = 64 * 1024 * 1024


def pack_reading(columns: Mapping[str, Any], links: Sequence[Link]) -> bytes:
    content = {"search": dict(columns), "fields": list(LINK_FIELDS), "links": links}
    return zstandard.compress(json.dumps(content, ensure_ascii=False).encode(), LEVEL)


def unpack_reading(reading: SearchReading) -> dict[str, Any]:
    """ "search": its columns, "links": an object for each."""
    packed = zstandard.decompress(bytes(reading.packed), max_output_size=LARGEST)
    content = json.loads(packed)
    fields = content["fields"]
    return {
        "search": content["search"],
        "links": [dict(zip(fields, link, strict=True)) for link in content["links"]],
    }
