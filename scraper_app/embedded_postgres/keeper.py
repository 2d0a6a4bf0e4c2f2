"""Waits until nobody uses the server of a data folder, then stops it: `python -m … DATA_DIR`."""

import sys
from pathlib import Path

from scraper_app.embedded_postgres.shared import EmbeddedPostgres

if __name__ == "__main__":
    EmbeddedPostgres(Path(sys.argv[1])).stop_when_unused(wait=True)
