"""The brand's logo: a photo that replaces the word mark once the worker has prepared it.

One that was replaced or taken away keeps its address for a while: other processes show it a few seconds longer.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.brand.models import BrandSettings
from portal.brand.services.settings import settings_row, touch
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.media import services as media
from portal.core.media.models import Photo
from portal.core.media.queries import find_photo, photos_of

OWNER_KIND, OWNER_ID = "brand", "1"
#: how long a logo that is no longer shown keeps its address
LINGERS = timedelta(minutes=1)


def receive_logo(staged: media.Staged, *, by: Viewer) -> Photo:
    """A new logo, shown once it is prepared; until then the old one stays."""
    settings_row()
    _discard_unfinished()
    photo = media.attach(staged, owner_kind=OWNER_KIND, owner_id=OWNER_ID, by=by, published=True)
    audit.record("brand.logo_sent", by=by, target_kind="brand", target_id="1", photo=photo.id)
    return photo


def use_logo(photo_id: str) -> None:
    """The photo is prepared: it becomes the logo. Nothing happens when it is gone."""
    photo = find_photo(photo_id)
    if photo is None or photo.owner_kind != OWNER_KIND or not photo.is_ready:
        return
    _set(settings_row(), photo_id, by=None)


def remove_logo(*, by: Viewer) -> bool:
    """Back to the word mark. False when there was no logo, nor one on its way."""
    row = settings_row()
    if not _discard_unfinished() and row.logo is None:
        return False
    _set(row, None, by=by)
    return True


def discard_old_logos() -> int:
    """Delete logos that are no longer shown, once no process can still believe in them. Returns how many."""
    changed_at = db.session.scalar(sa.select(BrandSettings.updated_at))
    if changed_at is None or changed_at > clock.now() - LINGERS:
        return 0
    row = settings_row()
    old = [photo for photo in photos_of(OWNER_KIND, OWNER_ID) if photo.is_ready and photo.id != row.logo]
    for photo in old:
        media.remove_photo(photo)
    return len(old)


def _discard_unfinished() -> bool:
    """Delete those on their way, and those that could not be used. False when there were none."""
    found = [photo for photo in photos_of(OWNER_KIND, OWNER_ID) if not photo.is_ready]
    for photo in found:
        media.remove_photo(photo)
    return bool(found)


def _set(row: BrandSettings, photo_id: str | None, *, by: Viewer | None) -> None:
    if row.logo != photo_id:
        changed = {"logo": [row.logo, photo_id]}
        audit.record("brand.changed", by=by, target_kind="brand", target_id="1", changed=changed)
    row.logo = photo_id
    touch(row)
