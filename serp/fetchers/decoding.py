"""Undoing Content-Encoding, never to more bytes than allowed."""

import io
import zlib
from collections.abc import Callable

import brotli
import zstandard

from serp.fetchers.limits import FetchLimits
from serp.fetchers.watch import FetchStopped
from serp.types import FetchProblem

ACCEPTED = "gzip, deflate, br"
WINDOW = 8 * 1024 * 1024  # what RFC 8878 asks every zstd decoder to bear
MOST_ENCODINGS = 3

# Each takes the coded bytes and a cap; gives at most cap + 1 bytes and whether the end was seen.
Decoder = Callable[[bytes, int], tuple[bytes, bool]]


def inflate(data: bytes, cap: int, window_bits: int) -> tuple[bytes, bool]:
    """One stream after another: gzip may be several."""
    out = io.BytesIO()
    while data:
        stream = zlib.decompressobj(window_bits)
        out.write(stream.decompress(data, cap + 1 - out.tell()))
        if not stream.eof or out.tell() > cap:
            return out.getvalue(), stream.eof
        # Some servers pad the end with zeros.
        data = stream.unused_data.lstrip(b"\0") if window_bits != -zlib.MAX_WBITS else b""
    return out.getvalue(), True


def decode_gzip(data: bytes, cap: int) -> tuple[bytes, bool]:
    return inflate(data, cap, zlib.MAX_WBITS | 16)


def decode_deflate(data: bytes, cap: int) -> tuple[bytes, bool]:
    try:
        return inflate(data, cap, zlib.MAX_WBITS)
    except zlib.error:  # raw, as some servers send it
        return inflate(data, cap, -zlib.MAX_WBITS)


def decode_brotli(data: bytes, cap: int) -> tuple[bytes, bool]:
    decoder = brotli.Decompressor()
    out = io.BytesIO(decoder.process(data, output_buffer_limit=cap + 1))
    out.seek(0, io.SEEK_END)
    while out.tell() <= cap and not decoder.is_finished():
        more = decoder.process(b"", output_buffer_limit=cap + 1 - out.tell())
        if not more:
            break
        out.write(more)
    return out.getvalue(), decoder.is_finished()


def decode_zstd(data: bytes, cap: int) -> tuple[bytes, bool]:
    reader = zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(
        data, read_across_frames=True
    )
    decoded = reader.read(cap + 1)
    return decoded, bool(decoded) or not data


DECODERS: dict[str, Decoder] = {
    "gzip": decode_gzip,
    "x-gzip": decode_gzip,
    "deflate": decode_deflate,
    "br": decode_brotli,
    "zstd": decode_zstd,
}


def decode(data: bytes, content_encoding: str, limits: FetchLimits) -> tuple[bytes, bool]:
    """The plain bytes, and whether the coded data came to its end.

    Raises FetchStopped: TOO_LARGE over the cap, PROTOCOL where it cannot be decoded.
    """
    names = [n for n in (n.strip().lower() for n in content_encoding.split(",")) if n]
    whole = True
    for name in reversed([n for n in names if n != "identity"][:MOST_ENCODINGS]):
        data, ended = decode_one(name, data, limits.decoded_bytes)
        whole = whole and ended
        if len(data) > limits.decoded_bytes:
            raise FetchStopped(
                FetchProblem.TOO_LARGE,
                f"The answer unpacks to more than {limits.decoded_bytes:,} bytes.",
            )
    return data, whole


def decode_one(name: str, data: bytes, cap: int) -> tuple[bytes, bool]:
    decoder = DECODERS.get(name)
    if decoder is None:
        raise FetchStopped(FetchProblem.PROTOCOL, f"The answer is encoded as {name[:40]!r}.")
    try:
        return decoder(data, cap) if data else (b"", True)
    except (zlib.error, brotli.error, zstandard.ZstdError):
        raise FetchStopped(
            FetchProblem.PROTOCOL, f"The answer says it is {name} but cannot be unpacked."
        ) from None
