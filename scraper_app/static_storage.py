"""How static files are kept: under hashed names, with compressed copies beside them."""

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class QuickCompressor(Compressor):  # type: ignore[misc]  # no types
    """Swagger's script: 365 kB in 0.2 s, where the highest quality takes 3.5 s for 334 kB. A first
    start should not take half a minute for that."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=9))


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types
    def create_compressor(self, **options: object) -> Compressor:
        # Maps of source are for debuggers, and large.
        skipped = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
        return QuickCompressor(**{**options, "extensions": skipped})
