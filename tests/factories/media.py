"""Photos, received and optionally prepared, through the real pipeline."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from types import SimpleNamespace

from PIL import Image

from portal.core import clock
from portal.core.db import db, scoped_write, transaction
from portal.core.media import jobs, services
from portal.core.media.models import Photo, PhotoRight, PhotoUse


def photo(
    owner_kind: str = "story",
    owner_id: str = "",
    *,
    by: str = "a" * 26,
    ready: bool = True,
    published: bool = False,
    size: tuple[int, int] = (120, 90),
    color: str = "#c86450",
) -> Photo:
    """One small JPEG of one colour. With ``ready`` the worker's side has been done too."""
    if scoped_write():
        raise RuntimeError("a photo is staged before the transaction")
    buffer = BytesIO()
    Image.new("RGB", size, color).save(buffer, "JPEG")
    buffer.seek(0)
    staged = services.stage_upload(buffer)
    db.session.commit()
    with transaction():
        made = services.attach(
            staged, owner_kind=owner_kind, owner_id=owner_id, by=SimpleNamespace(id=by), published=published
        )
        photo_id = made.id
    if ready:
        jobs.prepare_photo(photo_id)
    return db.session.get_one(Photo, photo_id, populate_existing=True)


def photo_right(
    photo: Photo, *, by: str, use: str | PhotoUse = PhotoUse.REPOST, ends_on: date | None = None
) -> PhotoRight:
    """A member lets the brand use a photo."""
    right = PhotoRight(
        photo_id=photo.id, use=PhotoUse(use), granted_by=by, granted_at=clock.now(), ends_on=ends_on
    )
    db.session.add(right)
    db.session.flush()
    return right
