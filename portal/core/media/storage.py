"""Where files lie. An interface of a few verbs, and a folder behind it.

Three areas: ``quarantine/`` holds originals, which no address ever serves; ``photos/`` holds what we re-encoded;
``packages/`` what members take along, each for its owner only. Keys are made of server-made ids only, never of anything
a browser sent.
"""

from __future__ import annotations

import logging
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from portal.core.db import after_commit
from portal.core.media.images import WIDTHS

log = logging.getLogger(__name__)

QUARANTINE = "quarantine"
PHOTOS = "photos"
PACKAGES = "packages"
CHUNK = 256 * 1024
#: what a write leaves behind when the machine dies in the middle of it; the sweep finds it by its age
PART = ".part"

_KEY = re.compile(r"[a-z]+(/[a-z0-9]+)+(\.[a-z]+){0,2}")


class TooLarge(Exception):
    """The stream is longer than the limit; nothing was kept."""


class Storage(ABC):
    """Files by key. Writes are whole or absent: a reader never sees half a file, not even after a power cut."""

    @abstractmethod
    def put_stream(self, key: str, stream: BinaryIO, *, limit: int) -> int:
        """Keep the stream under ``key`` and return its length in bytes. Raises :class:`TooLarge`."""

    @abstractmethod
    def writing(self, key: str) -> AbstractContextManager[BinaryIO]:
        """A file to write into, which appears under ``key`` only when it is complete and safely on the disk."""

    @abstractmethod
    def put(self, key: str, data: bytes) -> None:
        """Keep ``data`` under ``key``."""

    @abstractmethod
    def read(self, key: str) -> bytes:
        """The whole file. Raises FileNotFoundError."""

    @abstractmethod
    def as_path(self, key: str) -> AbstractContextManager[Path]:
        """The file on the local disk while the context lasts. Raises FileNotFoundError."""

    @abstractmethod
    def exists(self, key: str) -> bool: ...

    @abstractmethod
    def delete(self, *keys: str) -> None:
        """Remove the files; those that are not there are no error."""

    @abstractmethod
    def older_than(self, area: str, moment: datetime) -> Iterator[tuple[str, str]]:
        """(id, key) of every file of ``area`` last written before ``moment``, unfinished writes included."""


def original_key(photo_id: str) -> str:
    """The last two characters of an id are random and spread the files over 1,024 folders."""
    return f"{QUARANTINE}/{photo_id[-2:]}/{photo_id}"


def picture_key(photo_id: str, width: int) -> str:
    return f"{PHOTOS}/{photo_id[-2:]}/{photo_id}/{width}.webp"


def package_key(package_id: str, attempt: int) -> str:
    """Each try writes a file of its own: one that took too long must not write into that of the next."""
    return f"{PACKAGES}/{package_id[-2:]}/{package_id}/{attempt}.zip"


def keys_of(photo_id: str) -> list[str]:
    """Every file that may exist for a photo."""
    return [original_key(photo_id), *(picture_key(photo_id, width) for width in WIDTHS)]


class FolderStorage(Storage):
    """Files in a folder that only the portal may read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put_stream(self, key: str, stream: BinaryIO, *, limit: int) -> int:
        size = 0
        with self.writing(key) as file:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise TooLarge
                file.write(chunk)
        return size

    def put(self, key: str, data: bytes) -> None:
        with self.writing(key) as file:
            file.write(data)

    def read(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    @contextmanager
    def as_path(self, key: str) -> Iterator[Path]:
        path = self._path(key)
        if not path.is_file():
            raise FileNotFoundError(key)
        yield path

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, *keys: str) -> None:
        for path in map(self._path, keys):
            path.unlink(missing_ok=True)
            with suppress(OSError):  # not empty yet, or somebody else was faster
                path.parent.rmdir()

    def older_than(self, area: str, moment: datetime) -> Iterator[tuple[str, str]]:
        for folder, _folders, names in os.walk(self._root / area):
            for name in names:
                path = Path(folder, name)
                with suppress(FileNotFoundError):
                    if datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment:
                        key = path.relative_to(self._root).as_posix()
                        yield key.split("/")[2].removesuffix(PART), key

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a key of ours: {key!r}")
        return self._root / key

    @contextmanager
    def writing(self, key: str) -> Iterator[BinaryIO]:
        path = self._path(key)
        part = path.with_name(path.name + PART)
        try:
            with _created(part) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            _sync_folder(path.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _created(path: Path) -> BinaryIO:
    """Open for writing, readable by the portal alone. Tries again when a delete took the empty folder away."""
    for _attempt in range(3):
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
    raise FileNotFoundError(path)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def storage() -> Storage:
    """The storage of this deployment, as the settings name it."""
    return FolderStorage(current_app.config["PORTAL"].storage_dir)


def delete_after_commit(*keys: str) -> None:
    """Remove files once their rows are safely gone. What cannot be removed now is found by the sweep."""
    files = storage()

    def delete() -> None:
        try:
            files.delete(*keys)
        except OSError:
            log.exception("could not delete files; the sweep will")

    after_commit(delete)
