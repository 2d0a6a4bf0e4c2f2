"""Unpacking, with its caps."""

import gzip
import zlib

import brotli
import pytest
import zstandard

from serp.fetchers.decoding import decode
from serp.fetchers.limits import FetchLimits
from serp.fetchers.watch import FetchStopped
from serp.types import FetchProblem

TEXT = b"Grass and stones. " * 200
LIMITS = FetchLimits(decoded_bytes=100_000)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    " Deflate ": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
    "identity": bytes,
}


class TestDecode:
    @pytest.mark.parametrize("encoding", PACKERS)
    def test_unpacks(self, encoding: str) -> None:
        assert decode(PACKERS[encoding](TEXT), encoding, LIMITS) == (TEXT, True)

    @pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, br"])
    def test_stops_at_the_cap(self, encoding: str) -> None:
        with pytest.raises(FetchStopped) as caught:
            decode(PACKERS[encoding](bytes(50_000_000)), encoding, LIMITS)
        assert caught.value.problem is FetchProblem.TOO_LARGE

    @pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
    def test_exactly_the_cap_is_allowed(self, encoding: str) -> None:
        text = b"x" * LIMITS.decoded_bytes
        assert decode(PACKERS[encoding](text), encoding, LIMITS) == (text, True)

    @pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
    def test_notices_an_early_end(self, encoding: str) -> None:
        varied = b"".join(b"%d squared is %d. " % (n, n * n) for n in range(3000))
        data, whole = decode(PACKERS[encoding](varied)[:-12], encoding, LIMITS)
        assert varied.startswith(data)
        assert not whole

    @pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "snappy"])
    def test_says_so_when_it_cannot(self, encoding: str) -> None:
        with pytest.raises(FetchStopped) as caught:
            decode(b"\xffthis is no packed text" * 10, encoding, LIMITS)
        assert caught.value.problem is FetchProblem.PROTOCOL

    def test_gzip_may_have_several_members_and_padding(self) -> None:
        packed = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 9
        assert decode(packed, "gzip", LIMITS) == (b"one two", True)

    def test_nothing_stays_nothing(self) -> None:
        assert decode(b"", "gzip", LIMITS) == (b"", True)
