"""What is kept here about a member: shown to them on request. That a seat was taken stays as a fact, without the person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from portal.core.db import Base, changed_rows, db
from portal.core.feature import Part, PersonalData
from portal.events.models import (
    BellEntry,
    CalendarFeed,
    Event,
    EventLetter,
    Guest,
    NoShow,
    PassOn,
    Pledge,
    PledgeState,
    Registration,
    Scan,
    SessionPlace,
    Stamp,
    WaitingEntry,
)
from portal.events.services import leaving

_TABLES: tuple[type[Base], ...] = (
    BellEntry,
    CalendarFeed,
    EventLetter,
    NoShow,
    PassOn,
    Pledge,
    Registration,
    Scan,
    SessionPlace,
    Stamp,
    WaitingEntry,
)
Row = dict[str, Any]


def export(member_id: str) -> Iterator[Part]:
    """Everything, piece by piece."""
    yield Part("event_registrations.json", rows=_registrations(member_id))
    yield Part("event_waiting.json", rows=_rows(WaitingEntry, member_id, _waiting))
    yield Part("event_gatherings.json", rows=_rows(BellEntry, member_id, _gathered))
    yield Part("event_sessions.json", rows=_rows(SessionPlace, member_id, _place))
    yield Part("event_stamps.json", rows=_rows(Stamp, member_id, _stamp))
    yield Part("event_pledges.json", rows=_rows(Pledge, member_id, _pledge))
    yield Part("event_no_shows.json", rows=_rows(NoShow, member_id, _no_show))
    yield Part("event_tickets_passed_on.json", rows=_passed_on(member_id))
    yield Part("calendar_addresses.json", rows=_rows(CalendarFeed, member_id, _feed))


def erase(member_id: str) -> None:
    """Tickets that are good go back, lines and gatherings are left, words and names go; what happened stays a number."""
    while leaving.call_off(member_id):
        pass
    mine = Registration.member_id == member_id  # what they passed on is somebody else's
    ids = sa.select(Registration.id).where(mine)
    changed_rows(sa.update(Guest).where(Guest.registration_id.in_(ids)).values(name=""))
    emptied = sa.update(Registration).where(mine)
    changed_rows(emptied.values(name="", phone="", answers="", needs_help=False, show_face=False))
    changed_rows(
        sa.update(Pledge).where(Pledge.member_id == member_id).values(words="", state=PledgeState.DELETED)
    )
    changed_rows(sa.update(NoShow).where(NoShow.member_id == member_id).values(words=""))
    changed_rows(sa.update(PassOn).where(PassOn.giver_id == member_id).values(words=""))
    changed_rows(sa.delete(CalendarFeed).where(CalendarFeed.member_id == member_id))
    db.session.expire_all()


PERSONAL = PersonalData(
    tables=frozenset(model.__tablename__ for model in _TABLES),
    export=export,
    erase=erase,
    erase_some=leaving.call_off,
)


def forget_details(before: Any, most: int) -> int:
    """Numbers, answers, names of those who came along, and that somebody needed help, of events that ended before."""
    over = sa.select(Event.id).where(Event.ends_at < before)
    told = sa.or_(Registration.phone != "", Registration.answers != "", Registration.needs_help)
    named = sa.exists().where(Guest.registration_id == Registration.id, Guest.name != "")
    found = sa.select(Registration.id).where(Registration.event_id.in_(over), sa.or_(told, named)).limit(most)
    ids = list(db.session.scalars(found))
    if ids:
        changed_rows(sa.update(Guest).where(Guest.registration_id.in_(ids)).values(name=""))
        emptied = sa.update(Registration).where(Registration.id.in_(ids))
        changed_rows(emptied.values(phone="", answers="", needs_help=False))
        db.session.expire_all()
    return len(ids)


# ------------------------------------------------------------------ what the package says


def _rows(model: Any, member_id: str, told: Callable[[Any, str], Row]) -> Iterator[Row]:
    """Rows of a table with the name of their event, a hundred at a time."""
    event_id = model.event_id if hasattr(model, "event_id") else None
    if event_id is None:
        plain = sa.select(model, sa.literal("")).where(model.member_id == member_id)
        statement = plain.order_by(model.id)
    else:
        joined = sa.select(model, Event).join(Event, Event.id == event_id)
        statement = joined.where(model.member_id == member_id).order_by(model.id)
    for row, event in db.session.execute(statement.execution_options(yield_per=100)):
        yield told(row, event.name if event else "")


def _registrations(member_id: str) -> Iterator[Row]:
    mine = sa.or_(Registration.member_id == member_id, Registration.buyer_id == member_id)
    found = sa.select(Registration, Event).join(Event, Event.id == Registration.event_id).where(mine)
    for one, event in db.session.execute(found.order_by(Registration.id).execution_options(yield_per=100)):
        held_by_me = one.member_id == member_id
        yield {
            "event": event.name,
            "state": one.state.value,
            "held_by_me": held_by_me,
            "people": one.people,
            "children": one.children,
            "amount": one.amount,
            "currency": one.currency,
            "name": one.name if held_by_me else "",
            "phone": one.phone if held_by_me else "",
            "answers": json.loads(one.answers) if held_by_me and one.answers else {},
            "guests": _guests(one.id) if held_by_me else [],
            "needs_help": one.needs_help,
            "show_face": one.show_face,
            "at": one.held_at.isoformat(),
        }


def _guests(registration_id: str) -> list[str]:
    mine = sa.select(Guest.name).where(Guest.registration_id == registration_id, Guest.name != "")
    return list(db.session.scalars(mine.order_by(Guest.position)))


def _passed_on(member_id: str) -> Iterator[Row]:
    mine = sa.or_(PassOn.giver_id == member_id, PassOn.taken_by == member_id)
    for one in db.session.scalars(sa.select(PassOn).where(mine).order_by(PassOn.id)):
        yield {"at": one.made_at.isoformat(), "given_by_me": one.giver_id == member_id, "words": one.words}


def _waiting(one: WaitingEntry, event: str) -> Row:
    return {"event": event, "people": one.people, "state": one.state.value, "at": one.joined_at.isoformat()}


def _gathered(one: BellEntry, event: str) -> Row:
    return {"event": event, "people": one.people, "place": one.place, "at": one.entered_at.isoformat()}


def _place(one: SessionPlace, event: str) -> Row:
    left = one.left_at.isoformat() if one.left_at else None
    return {"session": one.session_id, "people": one.people, "at": one.taken_at.isoformat(), "left": left}


def _stamp(one: Stamp, event: str) -> Row:
    return {"event": event, "at": one.at.isoformat()}


def _pledge(one: Pledge, event: str) -> Row:
    return {"event": event, "words": one.words, "state": one.state.value, "at": one.at.isoformat()}


def _no_show(one: NoShow, event: str) -> Row:
    return {
        "event": event,
        "at": one.noted_at.isoformat(),
        "what_i_said": one.words,
        "forgiven": one.forgiven,
    }


def _feed(one: CalendarFeed, event: str) -> Row:
    return {"at": one.made_at.isoformat(), "revoked": one.revoked_at.isoformat() if one.revoked_at else None}
