"""Files are whole or absent, private, and named by us."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from portal.core.media.storage import QUARANTINE, FolderStorage, TooLarge, keys_of, original_key, picture_key

ID = "01kahz0000000000000000abxy"


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path)


class BrokenStream(BytesIO):
    """A connection that breaks off after its first piece."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise ConnectionError
        return super().read(5)


def test_a_stream_is_kept_whole(storage: FolderStorage, tmp_path: Path) -> None:
    assert storage.put_stream(original_key(ID), BytesIO(b"x" * 600_000), limit=600_000) == 600_000
    assert storage.read(original_key(ID)) == b"x" * 600_000
    with storage.as_path(original_key(ID)) as path:
        assert path == tmp_path / "quarantine" / "xy" / ID
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_stream_over_the_limit_leaves_nothing(storage: FolderStorage, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        storage.put_stream(original_key(ID), BytesIO(b"x" * 1001), limit=1000)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_broken_stream_leaves_nothing(storage: FolderStorage, tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        storage.put_stream(original_key(ID), BrokenStream(b"x" * 100), limit=1000)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_is_replaced_at_once(storage: FolderStorage) -> None:
    storage.put(picture_key(ID, 400), b"one")
    storage.put(picture_key(ID, 400), b"two")
    assert storage.read(picture_key(ID, 400)) == b"two"


def test_deleting_twice_is_no_error_and_empty_folders_go(storage: FolderStorage, tmp_path: Path) -> None:
    for key in keys_of(ID):
        storage.put(key, b"x")
    storage.delete(*keys_of(ID))
    storage.delete(*keys_of(ID))
    assert not any(storage.exists(key) for key in keys_of(ID))
    assert not (tmp_path / "photos" / "xy" / ID).exists()


def test_what_is_not_there(storage: FolderStorage) -> None:
    with pytest.raises(FileNotFoundError):
        storage.read(original_key(ID))
    with pytest.raises(FileNotFoundError), storage.as_path(original_key(ID)):
        pass


@pytest.mark.parametrize(
    "key", ["../secret", "photos/../../secret", "/etc/passwd", "photos//x", "photos/x y", ""]
)
def test_only_our_own_keys(storage: FolderStorage, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        storage.read(key)


def test_old_files_are_found_even_unfinished_ones(storage: FolderStorage, tmp_path: Path) -> None:
    storage.put(original_key(ID), b"old")
    storage.put(original_key("new"), b"new")
    part = tmp_path / (original_key("half") + ".part")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    for path in (part, tmp_path / original_key(ID)):
        os.utime(path, (time.time() - 1000, time.time() - 1000))
    found = dict(storage.older_than(QUARANTINE, datetime.now(UTC) - timedelta(seconds=500)))
    assert found == {ID: original_key(ID), "half": original_key("half") + ".part"}
    storage.delete(*found.values())
    assert not part.exists()
