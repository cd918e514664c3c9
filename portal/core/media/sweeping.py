"""What hints missed, crashes left lying and nobody came back for: found here, at leisure."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db
from portal.core.media.models import Photo, PhotoState
from portal.core.media.preparation import hand_to_worker
from portal.core.media.reasons import Reason
from portal.core.media.storage import PART, PHOTOS, QUARANTINE, storage

#: how long an original may lie in quarantine without a photo that waits for it
PATIENCE = timedelta(hours=48)
#: a picture without a row is this old before it counts as left behind (its row may be about to be deleted, or settled)
LEFT_BEHIND = timedelta(hours=1)
BATCH = 100


def hand_over_due() -> int:
    """Hint the worker at photos whose time has come: lost hints, expired leases, pauses that are over."""
    statement = sa.select(Photo.id).where(Photo.due_at <= clock.now()).order_by(Photo.due_at).limit(BATCH)
    due = list(db.session.scalars(statement))
    for photo_id in due:
        hand_to_worker(photo_id)
    return len(due)


def give_up_originals() -> int:
    """After 48 hours an original that the house failed to prepare is let go; the photo can only be chosen anew."""
    statement = sa.update(Photo).where(
        Photo.state == PhotoState.REFUSED,
        Photo.reason == Reason.GAVE_UP,
        Photo.updated_at < clock.now() - PATIENCE,
    )
    return changed_rows(statement.values(reason=Reason.LOST))


def delete_orphans() -> int:
    """Remove files that no row speaks for: crashes between a file and its row, in either order. Returns how many.

    Needs no transaction: ids are never used twice, so a file without a row stays without one.
    """
    waiting = sa.or_(Photo.due_at.is_not(None), Photo.reason == Reason.GAVE_UP)
    patient, short = clock.now() - PATIENCE, clock.now() - LEFT_BEHIND
    return _delete_unless(QUARANTINE, patient, waiting) + _delete_unless(PHOTOS, short, sa.true())


def _delete_unless(area: str, moment: datetime, needed: sa.ColumnElement[bool]) -> int:
    """Delete the old files of ``area`` but for those whose photo exists and is ``needed``."""
    count, files = 0, storage()
    old = files.older_than(area, moment)
    while some := list(islice(old, BATCH)):
        ids = {photo_id for photo_id, _key in some}
        keep = set(db.session.scalars(sa.select(Photo.id).where(Photo.id.in_(ids), needed)))
        gone = [key for photo_id, key in some if photo_id not in keep or key.endswith(PART)]
        files.delete(*gone)
        count += len(gone)
    return count
