"""Who is in: always the sum of the scans that stand, and what follows from it is given and taken back with it."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import NotAllowed
from portal.core.i18n import _
from portal.events.models import Arrival, Event, EventDay, Registration, Scan, Stamp
from portal.events.queries.counting import STANDING
from portal.events.queries.tickets import is_somebody_in
from portal.rewards.models import Badge, BadgeAward, BadgeRule
from portal.rewards.services import award_badge, record_deed, take_back_badge, take_back_deed

DEED = "check_in"


def follow(registration: Registration, one: Scan) -> None:
    """Make arrival, stamps, deed and badge say what the scans of this registration say. Hold the registration before."""
    if registration.event_id != one.event_id:
        return
    if one.day_id is not None:
        _follow_day(registration, one.day_id)
    if one.session_id is not None:
        _follow_session(registration, one.session_id)


def is_in(registration: Registration) -> bool:
    """Whether somebody of this party is in. It is held from here on: nobody of it comes in until the transaction ends. Who needs
    the event's seats holds them before."""
    lock_row(Registration, registration.id, whole=False)
    return is_somebody_in(registration.id)


def must_be_outside(registration: Registration) -> None:
    """Who is in sits on these seats and has what was paid for. Holds the registration like :func:`is_in`. Raises NotAllowed."""
    if is_in(registration):
        raise NotAllowed(stays())


def stays() -> str:
    """Why a ticket stays as it is."""
    return _(
        "Somebody with this ticket is in already, so it cannot be given back, made smaller or passed on any more."
    )


def _standing(registration: Registration) -> list[sa.ColumnElement[bool]]:
    """Scans that let its party in and were not taken back."""
    return [Scan.registration_id == registration.id, *STANDING]


def _follow_day(registration: Registration, day_id: str) -> None:
    let_in = sa.select(Scan).where(*_standing(registration), Scan.day_id == day_id, Scan.people > 0)
    scans = list(db.session.scalars(let_in.order_by(Scan.at, Scan.id)))
    people = sum(one.people for one in scans)
    row = db.session.get(Arrival, (registration.id, day_id), populate_existing=True)
    before = row.people if row else 0
    counted = sa.update(EventDay).where(EventDay.id == day_id, EventDay.arrived >= before - people)
    if people != before:
        changed_rows(counted.values(arrived=EventDay.arrived + people - before))
    if not scans:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(_arrival(registration, day_id, scans, people))
    else:
        row.people, row.door = people, scans[0].door
        row.first_at, row.last_at = scans[0].at, scans[-1].at
    db.session.flush()
    _stamp(registration, day_id, scans[0] if scans else None)
    if bool(before) != bool(people):
        _follow_rewards(registration, scans[0] if scans else None)


def _arrival(registration: Registration, day_id: str, scans: list[Scan], people: int) -> Arrival:
    """The first of them is the next of that day."""
    arrived = db.session.scalar(sa.select(EventDay.arrived).where(EventDay.id == day_id)) or 0
    return Arrival(
        registration_id=registration.id,
        day_id=day_id,
        people=people,
        place=arrived - people + 1,
        first_at=scans[0].at,
        last_at=scans[-1].at,
        door=scans[0].door,
    )


def _follow_session(registration: Registration, session_id: str) -> None:
    there = sa.select(Scan).where(*_standing(registration), Scan.session_id == session_id)
    first = db.session.scalar(there.order_by(Scan.at, Scan.id).limit(1))
    _stamp(registration, session_id, first, session_id=session_id)


def _stamp(registration: Registration, place: str, first: Scan | None, session_id: str | None = None) -> None:
    """There is a stamp of a place exactly while a scan there stands."""
    mine = sa.select(Stamp).where(Stamp.registration_id == registration.id, Stamp.place == place)
    stamp = db.session.scalar(mine)
    if first is None and stamp is not None:
        db.session.delete(stamp)
    elif first is not None and stamp is not None:
        stamp.at = first.at
    elif first is not None:
        made = Stamp(event_id=registration.event_id, registration_id=registration.id, place=place)
        made.member_id, made.session_id, made.at = registration.member_id, session_id, first.at
        db.session.add(made)
    db.session.flush()


def _follow_rewards(registration: Registration, first: Scan | None) -> None:
    """Having been there is a deed once for a member and an event, and brings the edition's badge."""
    event = db.session.get_one(Event, registration.event_id)
    source = f"event:{event.id}"
    if first is not None:
        record_deed(
            registration.member_id, DEED, source_kind=source, source_id=registration.member_id, at=first.at
        )
        if event.badge_id is not None and not _taken_by_hand(event.badge_id, registration.member_id):
            award_badge(event.badge_id, registration.member_id, why="", by=None)
        return
    if not _came(registration.member_id, Registration.event_id == event.id):
        take_back_deed(DEED, source, registration.member_id)
    if event.badge_id is not None and not _came(registration.member_id, Event.badge_id == event.badge_id):
        _take_badge(event.badge_id, registration.member_id)


def _came(member_id: str, where: sa.ColumnElement[bool]) -> bool:
    """Whether they arrived anywhere where this holds."""
    there = (
        sa.select(Arrival.registration_id)
        .join(Registration, Registration.id == Arrival.registration_id)
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.member_id == member_id, where)
    )
    return db.session.scalar(there.limit(1)) is not None


def _taken_by_hand(badge_id: str, member_id: str) -> bool:
    taken = sa.select(BadgeAward.id).where(
        BadgeAward.badge_id == badge_id,
        BadgeAward.member_id == member_id,
        BadgeAward.revoked_by.is_not(None),
    )
    return db.session.scalar(taken.limit(1)) is not None


def _take_badge(badge_id: str, member_id: str) -> None:
    """What a person gave stays, and so does what another rule gives."""
    held = (
        sa.select(BadgeAward.id)
        .join(Badge, Badge.id == BadgeAward.badge_id)
        .where(
            BadgeAward.badge_id == badge_id,
            BadgeAward.member_id == member_id,
            BadgeAward.revoked_at.is_(None),
            BadgeAward.by_id.is_(None),
            Badge.rule == BadgeRule.HAND,
        )
    )
    award_id = db.session.scalar(held)
    if award_id is not None:
        take_back_badge(award_id, why="", by=None)
