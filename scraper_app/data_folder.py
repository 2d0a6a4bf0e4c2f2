"""The folder that holds everything this installation keeps outside a database server."""

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
    """The same key for every process, however many start at once."""
    path = folder / "secret_key"
    try:
        if not path.exists():
            make_secret_key(path)
        return path.read_text().strip()
    except OSError as error:
        raise DataFolderUnusable(
            f"The secret key {path} cannot be read or made: {error.strerror}."
        ) from error


def make_secret_key(path: Path) -> None:
    """The first to link its file wins; a reader never sees half a key."""
    draft = path.with_name(f"secret_key.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
