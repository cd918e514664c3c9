"""The picture of an event: prepared by the worker, seen by everybody once the event is published.

A copy of an event shows the same photo, so one goes only when no event shows it any more.
"""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.access import Viewer
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.core.media.queries import find_photo, photos_of
from portal.core.media.services import Staged, attach, describe_photo, remove_photo
from portal.events.models import Event
from portal.events.services import studio
from portal.events.services.studio import KIND


def set_picture(event: Event, staged: Staged, *, alt: str, by: Viewer) -> Photo:
    """Give it a new picture; the old one stays in sight until the new one is prepared. Audited."""
    studio.hold(event, by)
    mine = photos_of(KIND, event.id)
    kept = [photo for photo in mine if _is_shown(photo.id)]
    for photo in mine:
        if photo not in kept:
            remove_photo(photo)
    photo = attach(
        staged,
        owner_kind=KIND,
        owner_id=event.id,
        by=by,
        limit=len(kept) + 1,
        published=event.is_public,
        alt=alt,
    )
    studio.note("picture_set", event, by)
    return photo


def describe_picture(event: Event, alt: str, *, by: Viewer) -> None:
    """Say in words what it shows. Raises Conflict without a picture, Invalid when it is too long. Audited."""
    studio.hold(event, by)
    photo = find_photo(event.picture) if event.picture else None
    if photo is None:
        raise Conflict(_("There is no picture to describe."))
    describe_photo(photo, alt=alt)
    studio.note("picture_described", event, by)


def remove_picture(event: Event, *, by: Viewer) -> None:
    """Show none. Twice is once. Audited."""
    studio.hold(event, by)
    if event.picture is None:
        return
    before, event.picture = event.picture, None
    db.session.flush()
    _let_go(before)
    studio.note("picture_removed", event, by)


def hide(event: Event) -> None:
    """The event is no longer public: nor is its picture, unless another public one shows it."""
    public = sa.exists().where(Event.picture == Photo.id, Event.published_at.is_not(None))
    changed_rows(sa.update(Photo).where(Photo.id == event.picture, ~public).values(published=False))


def remove_all(event: Event) -> None:
    """The event goes, and with it every photo of it that no other event shows."""
    shown, event.picture = event.picture, None
    db.session.flush()
    mine = {photo.id for photo in photos_of(KIND, event.id)} | ({shown} if shown else set())
    for photo_id in sorted(mine):
        _let_go(photo_id)


def settle_picture(event_id: str, photo_id: str) -> None:
    """A picture left the worker: when it is ready it takes its place, and the old one goes. Repeatable."""
    event, photo = db.session.get(Event, event_id), find_photo(photo_id)
    if event is None or photo is None or photo.state is not PhotoState.READY or event.picture == photo.id:
        return
    before, event.picture = event.picture, photo.id
    photo.published = event.is_public
    studio.touch(event)
    if before is not None:
        _let_go(before)


def _is_shown(photo_id: str) -> bool:
    return db.session.scalar(sa.select(Event.id).where(Event.picture == photo_id).limit(1)) is not None


def _let_go(photo_id: str) -> None:
    photo = find_photo(photo_id)
    if photo is not None and not _is_shown(photo_id):
        remove_photo(photo)
