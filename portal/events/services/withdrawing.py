"""What was published too early is a draft again, and a draft that leads nowhere goes; both only while nobody has touched it."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import Base, changed_rows, db
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.events.models import (
    AccessCode,
    Event,
    EventChange,
    EventDay,
    EventSession,
    Pool,
    Question,
    Seats,
    TicketType,
    Venue,
)
from portal.events.queries.studio import is_untouched
from portal.events.services import pictures, studio

#: all that an untouched event consists of, in an order in which nothing hangs on what is gone
PARTS: tuple[type[Base], ...] = (
    EventChange,
    AccessCode,
    Question,
    TicketType,
    Pool,
    EventSession,
    Venue,
    EventDay,
    Seats,
)


def must_be_withdrawable(event: Event) -> None:
    """Raises Conflict once anybody signed up, or when it is over or called off."""
    if event.cancelled_at or event.is_over(clock.now()):
        raise Conflict(_("This event is over or called off: it stays as it was."))
    if not is_untouched(event.id):
        raise Conflict(_("Somebody has been here already. The event can only be called off now."))


def must_be_deletable(event: Event) -> None:
    """Raises Conflict for what everybody sees, and for what somebody signed up for."""
    if event.is_public:
        raise Conflict(_("Everybody sees this event. Make it a draft again first."))
    if not is_untouched(event.id):
        raise Conflict(_("Somebody has been here already, so this draft stays."))


def withdraw(event: Event, *, by: Viewer) -> None:
    """It is a draft again, and nobody finds it. Twice is once. Raises Conflict as above. Audited."""
    studio.hold(event, by)
    if not event.is_public:
        return
    must_be_withdrawable(event)
    event.published_at = None
    db.session.flush()
    pictures.hide(event)
    studio.note("withdrawn", event, by)


def delete_draft(event: Event, *, by: Viewer) -> None:
    """It is gone with all its parts; a picture stays while another event shows it. Raises Conflict as above. Audited."""
    studio.hold(event, by)
    must_be_deletable(event)
    event_id, facts = event.id, {"slug": event.slug, "name": event.name}
    pictures.remove_all(event)
    for part in PARTS:
        changed_rows(sa.delete(part).where(sa.column("event_id") == event_id))
    db.session.expunge(event)
    changed_rows(sa.delete(Event).where(Event.id == event_id))
    db.session.expire_all()
    audit.record("event.deleted", by=by, target_kind=studio.KIND, target_id=event_id, **facts)
