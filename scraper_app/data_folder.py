"""The folder that holds everything this installation keeps outside a database server."""

import contextlib
import os
import secrets
from pathlib import Path


class DataFolderUnusable(Exception):
    """One plain sentence that says what is wrong with the folder."""


def ensure_data_folder(folder: Path) -> None:
    """Raises DataFolderUnusable where the folder cannot be made or written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderUnusable(
            f"The data folder {folder} cannot be made: {error.strerror}."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DataFolderUnusable(
            f"The data folder {folder} cannot be written by this user. Change its owner, or set DATA_DIR."
        )


def read_or_make_secret_key(folder: Path) -> str:
    return read_or_make_secret(folder / "secret_key", bytes_of_chance=50)


def read_or_make_secret(path: Path, *, bytes_of_chance: int) -> str:
    """The same for every process, however many start at once. Raises DataFolderUnusable."""
    try:
        if not path.exists():
            make_secret(path, secrets.token_urlsafe(bytes_of_chance))
        return path.read_text().strip()
    except OSError as error:
        raise DataFolderUnusable(
            f"The file {path} cannot be read or made: {error.strerror}."
        ) from error


def make_secret(path: Path, secret: str) -> None:
    """The first to link its file wins; a reader never sees half a secret."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
