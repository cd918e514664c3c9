"""What the page of an event shows everybody, as one light question: while the answer is the same, so is the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core.db import db
from portal.core.draw.models import Draw
from portal.core.media.models import Photo
from portal.core.plain import Driver, Plain
from portal.events.models import (
    Event,
    EventDay,
    Pool,
    Registration,
    RegistrationState,
    Seats,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.queries.page import MOST_FACES, Face
from portal.membership.models import Tier
from portal.stories.models import Hashtag

# plain columns (typed loosely: a table knows its columns by name only)
_event: Any = Event.__table__.c
_photo: Any = Photo.__table__.c
_tag: Any = Hashtag.__table__.c
_seats: Any = Seats.__table__.c
_came: Any = Registration.__table__.c
_waits: Any = WaitingEntry.__table__.c
_draw: Any = Draw.__table__.c
_type: Any = TicketType.__table__.c
_tier: Any = Tier.__table__.c
_member: Any = Member.__table__.c

Stamp = tuple[Any, ...]


def find_stamp(slug: str, face_ids: Sequence[str] = ()) -> Stamp | None:
    """Everything a visitor's page of a published event is drawn from, but the time; None when there is none. ``face_ids`` are
    the members whose faces the kept page shows. One query."""
    return _stamp.one(slug=slug, **_faces(face_ids))


def ask_stamp(driver: Driver, slug: str, face_ids: Sequence[str]) -> Stamp | None:
    """The same on a connection of the driver."""
    return _stamp.ask(driver, slug=slug, **_faces(face_ids))


def with_faces(stamp: Stamp, faces: Sequence[Face]) -> Stamp:
    """The stamp that was read without faces, as it is with these."""
    return (*stamp[:-1], sum(face.version for face in faces) if faces else None)


def next_change(event: Event, now: datetime) -> datetime:
    """The first moment at which time alone changes the page: a sale, the doors, a hold that ends. One query."""
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
    first = db.session.scalar(sa.select(sa.func.min(moments.c.at)))
    ahead = [moment for moment in (first, event.starts_at, event.ends_at) if moment and moment > now]
    return min(ahead)


# ------------------------------------------------------------------ inside


def _faces(face_ids: Sequence[str]) -> dict[str, str]:
    """One parameter a place; nobody has the empty id."""
    padded = [*face_ids, *([""] * MOST_FACES)]
    return {f"face_{place}": padded[place] for place in range(MOST_FACES)}


def _select() -> sa.Select[*tuple[Any, ...]]:
    """Who comes is told by three numbers together: a ticket that is given moves the last moment, one that ends the count, a
    change of either its versions."""
    coming = (_came.event_id == _event.id, _came.state == RegistrationState.CONFIRMED)
    figures = (_seats.used, _seats.capacity, _seats.reserved, _seats.reserved_used)
    seats = _joined(_seats.id, *figures)
    waiting = (_waits.event_id == _event.id, _waits.state == WaitingState.WAITING)
    faces = [sa.bindparam(f"face_{place}", type_=sa.String) for place in range(MOST_FACES)]
    drawn = sa.exists().where(_type.id == _draw.owner_id, _type.event_id == _event.id)
    return (
        sa.select(
            _event.id,
            _event.version,
            _photo.updated_at,
            _tag.label_zh,
            _tag.label_en,
            _of(sa.func.aggregate_strings(seats, ";"), _seats.event_id == _event.id),
            _of(
                _joined(sa.func.count(), sa.func.max(_came.confirmed_at), sa.func.sum(_came.version)), *coming
            ),
            _of(_joined(sa.func.count(), sa.func.max(_waits.id), sa.func.sum(_waits.turn)), *waiting),
            _of(sa.func.count(_draw.id), _draw.drawn_at.is_not(None), drawn),
            sa.select(sa.func.sum(_tier.version)).scalar_subquery(),
            sa.select(sa.func.sum(_member.version)).where(_member.id.in_(faces)).scalar_subquery(),
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


def _joined(first: Any, *others: Any) -> Any:
    """Several values as one text, so that their rows are walked once; NULL as soon as one is."""
    text: Any = sa.cast(first, sa.String)
    for value in others:
        text = text + "/" + sa.cast(value, sa.String)
    return text


def _of(what: Any, *which: Any) -> Any:
    return sa.select(what).where(*which).correlate(Event.__table__).scalar_subquery()


_stamp = Plain(_select)
