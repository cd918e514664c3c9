"""Reads of the photo room."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

import sqlalchemy as sa
from PIL import Image

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media import colors
from portal.core.media.images import WIDTHS
from portal.core.media.models import Photo, PhotoState
from portal.core.media.storage import picture_key, storage

_ID = re.compile(r"[0-9a-z]{26}")


def is_photo_id(text: str) -> bool:
    """Whether ``text``, perhaps bent by hand, can be an id at all: PostgreSQL raises on some that cannot."""
    return _ID.fullmatch(text) is not None


def find_photo(photo_id: str) -> Photo | None:
    return db.session.get(Photo, photo_id) if is_photo_id(photo_id) else None


def get_photo_of(owner_kind: str, owner_id: str, photo_id: str) -> Photo:
    """The photo if it belongs to this owner, else NotFound: who may change the owner may change its photos."""
    statement = _of(owner_kind, [owner_id]).where(Photo.id == photo_id)
    photo = db.session.scalar(statement) if is_photo_id(photo_id) else None
    if photo is None:
        raise NotFound(_("This photo is not here any more."))
    return photo


def is_nearly_white(photo: Photo) -> bool:
    """Whether hardly anything of a prepared picture would be seen on white paper. Reads its smallest file."""
    if not photo.is_ready:
        return False
    try:
        with Image.open(io.BytesIO(storage().read(picture_key(photo.id, min(WIDTHS))))) as picture:
            return colors.is_nearly_white(picture)
    except FileNotFoundError:
        return False


def photos_of(owner_kind: str, owner_id: str) -> list[Photo]:
    """All photos of one owner in their order, in every state."""
    return list(db.session.scalars(_of(owner_kind, [owner_id])))


def photos_of_many(
    owner_kind: str, owner_ids: Iterable[str], *, ready_only: bool = True
) -> dict[str, list[Photo]]:
    """The photos of many owners, in one query; every id asked for is a key."""
    by_owner: dict[str, list[Photo]] = {owner_id: [] for owner_id in owner_ids}
    if by_owner:
        statement = _of(owner_kind, list(by_owner))
        if ready_only:
            statement = statement.where(Photo.state == PhotoState.READY)
        for photo in db.session.scalars(statement):
            by_owner[photo.owner_id].append(photo)
    return by_owner


def _of(owner_kind: str, owner_ids: list[str]) -> sa.Select[Photo]:
    return (
        sa.select(Photo)
        .where(Photo.owner_kind == owner_kind, Photo.owner_id.in_(owner_ids))
        .order_by(Photo.owner_id, Photo.position, Photo.id)
    )
