"""Fetch the front-end files that are kept in static/vendor, and write their digests to vendor.lock.

Run by hand when a version changes; neither running nor building the product needs it.
"""

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"

# package and version -> (folder, files of the package)
PACKAGES = {
    "@picocss/pico@2.1.1": ("pico-2.1.1", ("css/pico.min.css", "LICENSE.md")),
    "uplot@1.6.32": (
        "uplot-1.6.32",
        ("dist/uPlot.iife.min.js", "dist/uPlot.min.css", "LICENSE"),
    ),
    "@fontsource-variable/geist@5.3.0": (
        "geist-5.3.0",
        (
            "files/geist-latin-wght-normal.woff2",
            "files/geist-latin-ext-wght-normal.woff2",
            "files/geist-cyrillic-wght-normal.woff2",
            "files/geist-cyrillic-ext-wght-normal.woff2",
            "files/geist-vietnamese-wght-normal.woff2",
            "LICENSE",
        ),
    ),
}


def fetch_package(package: str, folder: str, names: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["npm", "pack", "--silent", package], cwd=place, check=True)
        (archive,) = Path(place).glob("*.tgz")
        with tarfile.open(archive) as tar:
            tar.extractall(place, filter="data")
        keep_files(Path(place) / "package", VENDOR / folder, names)


def keep_files(source: Path, target: Path, names: tuple[str, ...]) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in names:
        shutil.copyfile(source / name, target / Path(name).name)


def describe_files() -> str:
    """One line a file: its digest and its path, as sha256sum writes them."""
    files = sorted(path for path in VENDOR.rglob("*") if path.is_file())
    kept = [path for path in files if path.name != "vendor.lock"]
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(VENDOR)}\n"
        for path in kept
    )


def main() -> None:
    for package, (folder, names) in PACKAGES.items():
        fetch_package(package, folder, names)
    (VENDOR / "vendor.lock").write_text(describe_files())


if __name__ == "__main__":
    main()
