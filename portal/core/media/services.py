"""Verbs on photos. They flush and never commit; who may change the owner has been asked before.

An upload is two steps, so that files and decoding stay outside the write lock::

    staged = stage_upload(stream)          # slow: the original is safely in quarantine, and looked at
    with transaction():
        photo = attach(staged, …)          # quick: one row, and a job once it is committed

The row exists only after the file does. Killed at any instant, a photo is either whole, or due again for the sweep,
or refused with the offer to retry; a file without a row is swept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Protocol

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _, ngettext
from portal.core.media import preparation
from portal.core.media.inspection import MAX_BYTES, inspect
from portal.core.media.models import LONGEST_ALT, Photo, PhotoState
from portal.core.media.queries import photos_of
from portal.core.media.reasons import Reason, Refused
from portal.core.media.storage import TooLarge, delete_after_commit, keys_of, original_key, storage

MOST_PHOTOS = 9


class Person(Protocol):
    """Whoever uploads: a viewer, or a member row."""

    @property
    def id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Staged:
    """An original in quarantine that is no photo yet. ``id`` becomes the photo's."""

    id: str
    byte_size: int


# ------------------------------------------------------------------ arriving


def stage_upload(stream: BinaryIO) -> Staged:
    """Keep the stream in quarantine and judge it by its bytes. Call it outside the transaction.

    Raises Invalid with a sentence when it is no photo we take; then nothing is kept.
    """
    photo_id = new_id()
    key = original_key(photo_id)
    try:
        byte_size = storage().put_stream(key, stream, limit=MAX_BYTES)
        with storage().as_path(key) as path:
            inspect(path)
    except TooLarge:
        raise Invalid(Reason.TOO_HEAVY.sentence, field="photo") from None
    except Refused as refusal:
        storage().delete(key)
        raise Invalid(refusal.reason.sentence, field="photo") from None
    return Staged(photo_id, byte_size)


def attach(
    staged: Staged,
    *,
    owner_kind: str,
    owner_id: str,
    by: Person,
    limit: int = MOST_PHOTOS,
    published: bool = False,
    alt: str = "",
) -> Photo:
    """Make the staged original a photo of this owner, last in order.

    Hands it to the worker after the commit. Raises Conflict when the owner already has ``limit`` photos; hold the
    owner's row meanwhile (``lock_row``), so that two at once cannot pass the limit. ``published`` shows it to
    everyone as soon as it is ready.
    """
    others = photos_of(owner_kind, owner_id)
    if len(others) >= limit:
        storage().delete(original_key(staged.id))
        raise Conflict(
            ngettext("There is room for %(num)s photo only.", "There is room for %(num)s photos only.", limit)
        )
    moment = clock.now()
    photo = Photo(
        id=staged.id,
        owner_kind=owner_kind,
        owner_id=owner_id,
        position=len(others),
        uploaded_by=by.id,
        published=published,
        alt=_checked_alt(alt),
        byte_size=staged.byte_size,
        due_at=moment,
        created_at=moment,
        updated_at=moment,
    )
    db.session.add(photo)
    db.session.flush()
    preparation.hand_to_worker(photo.id)
    return photo


def retry_photo(photo: Photo) -> None:
    """Try once more what the house failed to prepare. Raises Conflict when there is nothing left to try."""
    if not photo.can_retry:
        raise Conflict(_("This photo cannot be tried again."))
    if not storage().exists(original_key(photo.id)):
        raise Conflict(Reason.LOST.sentence)
    photo.state, photo.reason, photo.attempts = PhotoState.RECEIVED, None, 0
    photo.due_at = photo.updated_at = clock.now()
    db.session.flush()
    preparation.hand_to_worker(photo.id)


# ------------------------------------------------------------------ arranging


def describe_photo(photo: Photo, *, alt: str) -> None:
    """Say in words what the photo shows (at most 500 characters). Raises Invalid."""
    photo.alt = _checked_alt(alt)
    photo.updated_at = clock.now()
    db.session.flush()


def move_photo(photo: Photo, *, to: int) -> None:
    """Put the photo at place ``to`` (0 is first); past either end means that end."""
    others = [other for other in photos_of(photo.owner_kind, photo.owner_id) if other.id != photo.id]
    place = min(max(to, 0), len(others))
    _number([*others[:place], photo, *others[place:]])


def move_photo_by(photo: Photo, *, steps: int) -> None:
    """Move the photo some places forward (-1: one up) or back."""
    order = [other.id for other in photos_of(photo.owner_kind, photo.owner_id)]
    move_photo(photo, to=order.index(photo.id) + steps)


# ------------------------------------------------------------------ showing


def publish_photos(owner_kind: str, owner_id: str) -> int:
    """Let everyone see the owner's photos, those still in the worker as soon as they are ready. Returns how many."""
    return _update_all(owner_kind, owner_id, {"published": True})


def withdraw_photos(owner_kind: str, owner_id: str) -> int:
    """From the commit on their addresses answer 404 to all but the uploader and moderators. Returns how many."""
    return _update_all(owner_kind, owner_id, {"published": False})


# ------------------------------------------------------------------ leaving


def remove_photo(photo: Photo) -> None:
    """Delete one photo; the others close the gap. Its files go after the commit."""
    others = [other for other in photos_of(photo.owner_kind, photo.owner_id) if other.id != photo.id]
    _delete([photo])
    _number(others)


def discard_photos(owner_kind: str, owner_id: str) -> int:
    """Delete all photos of an owner, rows at once and files after the commit. Returns how many."""
    photos = photos_of(owner_kind, owner_id)
    _delete(photos)
    return len(photos)


def _delete(photos: list[Photo]) -> None:
    keys = [key for photo in photos for key in keys_of(photo.id)]
    for photo in photos:
        db.session.delete(photo)
    db.session.flush()
    delete_after_commit(*keys)


# ------------------------------------------------------------------ small things


def _checked_alt(alt: str) -> str:
    alt = " ".join(alt.split())
    if len(alt) > LONGEST_ALT:
        raise Invalid(
            _("Please describe the photo in at most %(number)s characters.", number=LONGEST_ALT), field="alt"
        )
    return alt


def _number(photos: list[Photo]) -> None:
    for position, photo in enumerate(photos):
        photo.position = position
    db.session.flush()


def _update_all(owner_kind: str, owner_id: str, values: dict[str, object]) -> int:
    statement = sa.update(Photo).where(Photo.owner_kind == owner_kind, Photo.owner_id == owner_id)
    changed = changed_rows(statement.values(updated_at=clock.now(), **values))
    db.session.expire_all()
    return changed
