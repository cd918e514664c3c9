"""The festival passport: a frame for the door of each day and for each session, and the stamps where something happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.core.access import Viewer
from portal.core.db import db
from portal.core.paging import Page, keyset_page
from portal.events.models import Event, EventDay, EventSession, SessionPlace, Stamp, Venue
from portal.events.rules import planning
from portal.rewards.models import Badge, BadgeAward

FESTIVALS_ON_PAGE = 12


@dataclass(frozen=True, slots=True)
class Frame:
    """A place for a stamp: ``stamped_at`` when it happened. ``planned``: the session is in the member's plan. The door has no
    name of its own."""

    key: str
    name: str
    where: str
    stamped_at: datetime | None
    planned: bool = False
    is_door: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """The frames of one day. ``whole``: the door and every session of the member's plan are stamped, and there was one."""

    day: EventDay
    frames: list[Frame]

    @property
    def whole(self) -> bool:
        planned = [frame for frame in self.frames if frame.planned]
        return bool(planned) and all(
            frame.stamped_at for frame in self.frames if frame.planned or frame.is_door
        )


@dataclass(frozen=True, slots=True)
class Passport:
    """One member's pages of an event."""

    leaves: list[Leaf]

    @property
    def stamps(self) -> int:
        return sum(frame.stamped_at is not None for leaf in self.leaves for frame in leaf.frames)


@dataclass(frozen=True, slots=True)
class Kept:
    """A festival in somebody's passport: how many stamps, and when the first one came."""

    event: Event
    stamps: int
    first_at: datetime


def passports_of(events: list[Event], viewer: Viewer) -> list[Passport]:
    """The pages of each of these events. Three queries for any number of them.

    Sessions that were cancelled have no frame; a stamp beside the plan has one too.
    """
    ids = [event.id for event in events]
    days = list(
        db.session.scalars(sa.select(EventDay).where(EventDay.event_id.in_(ids)).order_by(EventDay.day))
    )
    stamped = _stamps(ids, viewer.id)
    leaves = {day.id: Leaf(day, [Frame(day.id, "", "", stamped.get(day.id), is_door=True)]) for day in days}
    for session, venue, planned in db.session.execute(_sessions(ids, viewer.id)):
        day = planning.day_of((day for day in days if day.event_id == session.event_id), session)
        if day is not None and (not session.cancelled_at or session.id in stamped):
            where = venue.name if venue else ""
            frame = Frame(session.id, session.name, where, stamped.get(session.id), bool(planned))
            leaves[day.id].frames.append(frame)
    return [Passport([leaves[day.id] for day in days if day.event_id == event.id]) for event in events]


def edition_before(event: Event) -> Event | None:
    """The last event of the same kind that was over when this one began. One query."""
    before = sa.select(Event).where(
        Event.kind == event.kind,
        Event.ends_at <= event.starts_at,
        Event.id != event.id,
        Event.published_at.is_not(None),
        Event.cancelled_at.is_(None),
    )
    return db.session.scalar(before.order_by(Event.starts_at.desc(), Event.id.desc()).limit(1))


def badge_of(event: Event, member_id: str) -> Badge | None:
    """The badge of this edition, when the member holds it. One query, none without a badge."""
    if event.badge_id is None:
        return None
    held = (
        sa.select(Badge)
        .join(BadgeAward, BadgeAward.badge_id == Badge.id)
        .where(Badge.id == event.badge_id, BadgeAward.member_id == member_id, BadgeAward.revoked_at.is_(None))
    )
    return db.session.scalar(held.limit(1))


def festivals_of(member_id: str, *, cursor: str | None = None) -> Page[Kept]:
    """Every event where this member has a stamp, the newest first. One query."""
    mine = (
        sa.select(Stamp.event_id, sa.func.count().label("stamps"), sa.func.min(Stamp.at).label("first_at"))
        .where(Stamp.member_id == member_id)
        .group_by(Stamp.event_id)
        .subquery()
    )
    statement = sa.select(Event, mine.c.stamps, mine.c.first_at, Event.starts_at, Event.id).join(
        mine, mine.c.event_id == Event.id
    )
    page = keyset_page(
        statement, (Event.starts_at, Event.id), cursor=cursor, limit=FESTIVALS_ON_PAGE, scalars=False
    )
    return Page([Kept(row[0], row[1], row[2]) for row in page.items], page.next_cursor)


def _stamps(event_ids: list[str], member_id: str) -> dict[str, datetime]:
    """When each place was stamped first (somebody may hold two tickets)."""
    mine = (
        sa.select(Stamp.place, sa.func.min(Stamp.at))
        .where(Stamp.event_id.in_(event_ids), Stamp.member_id == member_id)
        .group_by(Stamp.place)
    )
    return {row[0]: row[1] for row in db.session.execute(mine)}


def _sessions(event_ids: list[str], member_id: str) -> sa.Select[EventSession, Venue, bool]:
    planned = sa.exists().where(
        SessionPlace.session_id == EventSession.id,
        SessionPlace.member_id == member_id,
        SessionPlace.left_at.is_(None),
    )
    return (
        sa.select(EventSession, Venue, planned)
        .outerjoin(Venue, Venue.id == EventSession.venue_id)
        .where(EventSession.event_id.in_(event_ids))
        .order_by(EventSession.starts_at, EventSession.id)
    )
