"""The demo’s festival as staff make it: one of each of its parts, for the pages of the studio."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.events.models import Event, EventDay, EventSession, Question, TicketType, Venue

FESTIVAL = "fan-festival-3"


def parts_of_festival() -> dict[str, str]:
    """One of each part that has a page of its own."""
    event_id = db.session.scalars(sa.select(Event.id).where(Event.slug == FESTIVAL)).one()

    def first(model: Any) -> Any:
        mine = sa.select(model).where(model.event_id == event_id).order_by(model.id).limit(1)
        return db.session.scalars(mine).one()

    ticket = first(TicketType)
    return {
        "fest_day": first(EventDay).id,
        "fest_venue": first(Venue).id,
        "fest_session": first(EventSession).id,
        "fest_question": first(Question).id,
        "fest_ticket": ticket.id,
        "fest_pool": ticket.pool_id,
    }
