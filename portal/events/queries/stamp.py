"""What the page of an event shows everybody, as one light question: while the answer is the same, so is the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.core.media.models import Photo
from portal.core.plain import Driver, Plain
from portal.events.models import (
    Event,
    EventDay,
    Pool,
    Registration,
    Seats,
    TicketType,
)
from portal.events.rules import times
from portal.membership.models import Tier
from portal.stories.models import Hashtag

# plain columns (typed loosely: a table knows its columns by name only)
_event: Any = Event.__table__.c
_photo: Any = Photo.__table__.c
_tag: Any = Hashtag.__table__.c
_seats: Any = Seats.__table__.c
_tier: Any = Tier.__table__.c

Stamp = tuple[Any, ...]


def find_stamp(slug: str) -> Stamp | None:
    """Everything the page of a published event is drawn from, but the time and who reads it; None when there is none. One query."""
    return _stamp.one(slug=slug)


def ask_stamp(driver: Driver, slug: str) -> Stamp | None:
    """The same on a connection of the driver."""
    return _stamp.ask(driver, slug=slug)


def next_change(event: Event, now: datetime, *, early_hours: int = 0) -> datetime:
    """The first moment at which time alone changes the page: a sale, the doors, a hold that ends. One query.

    For whom sale begins ``early_hours`` before it does for everybody, that is one more moment."""
    moments = sa.union_all(
        *(
            sa.select(column.label("at")).where(owner == event.id, column > now)
            for column, owner in (
                (TicketType.sale_starts_at, TicketType.event_id),
                (TicketType.sale_ends_at, TicketType.event_id),
                (TicketType.bell_opens_at, TicketType.event_id),
                (TicketType.bell_closes_at, TicketType.event_id),
                (Pool.reserved_until, Pool.event_id),
                (EventDay.starts_at, EventDay.event_id),
                (EventDay.ends_at, EventDay.event_id),
                (Registration.hold_until, Registration.event_id),
            )
        )
    ).subquery()
    early = timedelta(hours=early_hours)
    sale = sa.select(sa.func.min(TicketType.sale_starts_at)).where(
        TicketType.event_id == event.id, TicketType.sale_starts_at > now + early
    )
    first, begins = db.session.execute(sa.select(sa.func.min(moments.c.at), sale.scalar_subquery())).one()
    own = begins - early if begins else None
    line = event.starts_at - times.STRICT_UNTIL
    ahead = [at for at in (first, own, line, event.starts_at, event.ends_at) if at and at > now]
    return min(ahead)


# ------------------------------------------------------------------ inside


def _select() -> sa.Select[*tuple[Any, ...]]:
    """Who comes, where from, who waits and whose faces are shown is told by one number: whoever changes any of it holds the event's seats,
    and that moves it. What staff change moves the event's own version."""
    return (
        sa.select(
            _event.id,
            _event.version,
            _photo.updated_at,
            _tag.label_zh,
            _tag.label_en,
            sa.select(sa.func.sum(_seats.version))
            .where(_seats.event_id == _event.id)
            .correlate(Event.__table__)
            .scalar_subquery(),
            sa.select(sa.func.sum(_tier.version)).scalar_subquery(),
        )
        .select_from(
            Event.__table__.outerjoin(Photo.__table__, _photo.id == _event.picture).outerjoin(
                Hashtag.__table__, _tag.id == _event.hashtag_id
            )
        )
        .where(
            _event.slug == sa.bindparam("slug", type_=sa.String),
            _event.published_at.is_not(None),
            _event.cancelled_at.is_(None),
        )
    )


_stamp = Plain(_select)
