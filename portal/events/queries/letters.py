"""Letters of staff to those who signed up, for staff and for who got them."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.access import Permission, Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.events.models import Event, EventLetter, Registration


def letters_of(event_id: str, cursor: str | None) -> Page[EventLetter]:
    """The newest first. One query."""
    mine = sa.select(EventLetter).where(EventLetter.event_id == event_id)
    return keyset_page(mine, (EventLetter.written_at, EventLetter.id), cursor=cursor)


def get_letter_for(viewer: Viewer, event: Event, letter_id: str) -> EventLetter:
    """For who ever signed up for this event, once it was sent to somebody, and for staff. Raises NotFound."""
    letter = db.session.get(EventLetter, letter_id)
    if letter is None or letter.event_id != event.id:
        raise NotFound(_("There is no such letter."))
    signed_up = sa.select(Registration.id).where(
        Registration.event_id == event.id, Registration.member_id == viewer.id
    )
    if not viewer.can(Permission.MANAGE_EVENTS) and db.session.scalar(signed_up.limit(1)) is None:
        raise NotFound(_("There is no such letter."))
    return letter
