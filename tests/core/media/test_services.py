"""Photos arrive, are arranged, shown, withdrawn and deleted; files follow the rows."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask

from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.media import services
from portal.core.media.inspection import MAX_BYTES
from portal.core.media.models import Photo, PhotoState
from portal.core.media.queries import find_photo, get_photo_of, photos_of, photos_of_many
from portal.core.media.reasons import Reason
from portal.core.media.storage import keys_of, original_key, picture_key, storage
from tests.core.media import pictures
from tests.core.media.conftest import ALBUM, ALICE, add_photo, files, get_photo, work


def test_a_photo_is_received_and_prepared(house: Flask, jpeg: bytes) -> None:
    photo_id = add_photo(jpeg, alt="  A bag\n by the sea ")
    photo = get_photo(photo_id)
    assert (photo.state, photo.position, photo.uploaded_by) == (PhotoState.RECEIVED, 0, ALICE.id)
    assert (photo.alt, photo.byte_size, photo.published) == ("A bag by the sea", len(jpeg), False)
    assert files(house) == [original_key(photo_id)]
    assert work(house) == 1
    assert (photo.state, photo.width, photo.height, photo.due_at) == (PhotoState.READY, 640, 480, None)
    assert photo.color is not None
    assert len(photo.color) == 7
    assert photo.ratio == pytest.approx(4 / 3)
    assert files(house) == sorted(picture_key(photo_id, width) for width in (400, 800, 1600))


@pytest.mark.parametrize("data", [b"", b"<svg/>", pictures.png_bomb(30_000, 30_000), pictures.zip_file()])
def test_what_is_no_photo_is_refused_with_a_sentence_and_not_kept(house: Flask, data: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        services.stage_upload(BytesIO(data))
    assert refusal.value.field == "photo"
    assert refusal.value.message.endswith(".")
    assert files(house) == []


def test_too_many_bytes_are_refused_while_they_come(house: Flask) -> None:
    class Endless:
        sent = 0

        def read(self, size: int) -> bytes:
            self.sent += size
            return bytes(size)

    stream = Endless()
    with pytest.raises(Invalid, match="20 MB"):
        services.stage_upload(stream)  # type: ignore[arg-type]
    assert stream.sent < MAX_BYTES + 2**20
    assert files(house) == []


def test_a_damaged_photo_is_refused_by_the_worker(house: Flask) -> None:
    whole = pictures.as_bytes(pictures.textured((640, 480)), "JPEG")
    photo_id = add_photo(whole[: len(whole) // 2])
    work(house)
    photo = get_photo(photo_id)
    assert (photo.state, photo.reason, photo.can_retry) == (PhotoState.REFUSED, Reason.DAMAGED, False)
    assert photo.problem == Reason.DAMAGED.sentence
    assert files(house) == []
    with pytest.raises(Conflict), transaction():
        services.retry_photo(get_photo(photo_id))


def test_an_upload_that_is_rolled_back_leaves_no_photo_and_no_job(house: Flask, jpeg: bytes) -> None:
    staged = services.stage_upload(BytesIO(jpeg))

    def fail_later() -> None:
        with transaction():
            services.attach(staged, owner_kind=ALBUM[0], owner_id=ALBUM[1], by=ALICE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_later()
    assert photos_of(*ALBUM) == []
    assert work(house) == 0


def test_an_owner_has_room_for_so_many(house: Flask, jpeg: bytes) -> None:
    add_photo(jpeg, limit=2)
    add_photo(jpeg, limit=2)
    kept = files(house)
    with pytest.raises(Conflict, match="2 photos"):
        add_photo(jpeg, limit=2)
    assert files(house) == kept


# ------------------------------------------------------------------ order and words


def order() -> list[tuple[int, str]]:
    db.session.expire_all()
    return [(photo.position, photo.id) for photo in photos_of(*ALBUM)]


def test_photos_keep_their_order(house: Flask, jpeg: bytes) -> None:
    first, second, third = (add_photo(jpeg) for _ in range(3))
    assert order() == [(0, first), (1, second), (2, third)]
    with transaction():
        services.move_photo(get_photo(third), to=0)
    assert order() == [(0, third), (1, first), (2, second)]
    with transaction():
        services.move_photo_by(get_photo(third), steps=1)
    assert order() == [(0, first), (1, third), (2, second)]
    with transaction():
        services.move_photo_by(get_photo(first), steps=-1)
        services.move_photo(get_photo(first), to=99)
    assert order() == [(0, third), (1, second), (2, first)]
    with transaction():
        services.remove_photo(get_photo(second))
    assert order() == [(0, third), (1, first)]
    fourth = add_photo(jpeg)
    assert order() == [(0, third), (1, first), (2, fourth)]


def test_describing(house: Flask, jpeg: bytes) -> None:
    photo_id = add_photo(jpeg)
    with transaction():
        services.describe_photo(get_photo(photo_id), alt="朝禾的包 " * 90)
    assert len(get_photo(photo_id).alt) <= 500
    with pytest.raises(Invalid) as refusal, transaction():
        services.describe_photo(get_photo(photo_id), alt="x" * 501)
    assert refusal.value.field == "alt"


# ------------------------------------------------------------------ shown, withdrawn, gone


def test_publishing_counts_for_photos_still_on_their_way(house: Flask, jpeg: bytes) -> None:
    ready = add_photo(jpeg)
    work(house)
    waiting = add_photo(jpeg)
    with transaction():
        assert services.publish_photos(*ALBUM) == 2
        assert get_photo(ready).published
        assert get_photo(waiting).published
    with transaction():
        assert services.withdraw_photos(*ALBUM) == 2
    assert not any(photo.published for photo in photos_of(*ALBUM))


def test_discarding_deletes_rows_and_after_the_commit_files(house: Flask, jpeg: bytes) -> None:
    kept = add_photo(jpeg, owner=("album", "of-bob"))
    gone = [add_photo(jpeg), add_photo(jpeg)]
    work(house)
    gone.append(add_photo(jpeg))
    before = files(house)

    def fail_later() -> None:
        with transaction():
            services.discard_photos(*ALBUM)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_later()
    assert files(house) == before
    with transaction():
        assert services.discard_photos(*ALBUM) == 3
        assert files(house) == before
    assert [find_photo(photo_id) for photo_id in gone] == [None] * 3
    assert files(house) == sorted(key for key in keys_of(kept) if key != original_key(kept))


def test_a_disk_that_cannot_delete_does_not_break_the_answer(
    house: Flask, jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_id = add_photo(jpeg)

    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(type(storage()), "delete", fail)
    with transaction():
        services.remove_photo(get_photo(photo_id))
    assert find_photo(photo_id) is None


# ------------------------------------------------------------------ reading


def test_photos_of_many_owners_in_one_query(house: Flask, jpeg: bytes) -> None:
    ready = add_photo(jpeg, owner=("album", "s1"))
    work(house)
    waiting = add_photo(jpeg, owner=("album", "s1"))
    other = add_photo(jpeg, owner=("album", "s2"))
    found = photos_of_many("album", ["s1", "s2", "s3"])
    assert {owner: [photo.id for photo in photos] for owner, photos in found.items()} == {
        "s1": [ready],
        "s2": [],
        "s3": [],
    }
    everything = photos_of_many("album", ["s1", "s2"], ready_only=False)
    assert [photo.id for photos in everything.values() for photo in photos] == [ready, waiting, other]
    assert photos_of_many("album", []) == {}


def test_a_photo_is_found_only_with_its_owner(house: Flask, jpeg: bytes) -> None:
    photo_id = add_photo(jpeg)
    assert get_photo_of(*ALBUM, photo_id).id == photo_id
    with pytest.raises(NotFound):
        get_photo_of("album", "of-bob", photo_id)
    with pytest.raises(NotFound):
        get_photo_of(*ALBUM, "no-such-photo")


def test_the_row_refuses_half_truths(house: Flask, jpeg: bytes) -> None:
    photo_id = add_photo(jpeg)
    for change in (
        {"state": "ready"},
        {"state": "refused"},
        {"due_at": None},
        {"position": -1},
        {"alt": "x" * 501},
    ):
        with pytest.raises(Exception, match=r"ck_photo|CHECK|too long"), transaction():
            db.session.query(Photo).filter_by(id=photo_id).update(change)
