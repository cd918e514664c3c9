"""What stands in calendars: events for everybody, tickets for those who hold them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.calendar import Entry
from portal.core.crypto import unsigned
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.links import absolute
from portal.events.models import (
    CalendarFeed,
    Event,
    EventDay,
    EventSession,
    Registration,
    RegistrationState,
    SessionPlace,
    TicketType,
    Venue,
)
from portal.events.queries.programme import days_of, sessions_of

#: what is over stays in calendars for so long
LOOK_BACK = timedelta(days=90)
#: more than anybody has
AT_MOST = 500
FEED = "calendar"
TICKET_ALARMS = (timedelta(days=1), timedelta(hours=3))
SESSION_ALARMS = (timedelta(minutes=15),)


def coming_entries() -> list[Entry]:
    """All published events that come, and those of the last 90 days. Two queries."""
    shown = Event.published_at.is_not(None) & (Event.ends_at > clock.now() - LOOK_BACK)
    events = list(
        db.session.scalars(sa.select(Event).where(shown).order_by(Event.starts_at, Event.id).limit(AT_MOST))
    )
    days = _days([event.id for event in events])
    return [entry for event in events for entry in _event_entries(event, days.get(event.id, []))]


def event_entries(event: Event) -> list[Entry]:
    """An event, each of its days, and its sessions with those that were called off. Two queries."""
    made = _event_entries(event, days_of(event.id))
    for planned in sessions_of(event.id, cancelled=True):
        made.append(_session_entry(event, planned.session, planned.venue))
    return made


def get_ticket(registration_id: str, member_id: str) -> Registration:
    """A ticket of this member, good or given back. Raises NotFound for everything else."""
    found = db.session.get(Registration, registration_id)
    if found is None or found.member_id != member_id or found.confirmed_at is None:
        raise NotFound(_("There is no such ticket."))
    return found


def ticket_entries(registration: Registration) -> list[Entry]:
    """What a ticket is good for: each day of it. Three queries."""
    event = db.session.get_one(Event, registration.event_id)
    ticket_type = db.session.get_one(TicketType, registration.ticket_type_id)
    return _ticket_entries(registration, ticket_type, event, days_of(event.id))


def feed_entries(member_id: str) -> list[Entry]:
    """All tickets of a member and the sessions in their plan, with what was called off. Three queries."""
    rows = list(db.session.execute(_tickets(member_id)))
    days = _days([event.id for _registration, _ticket_type, event in rows])
    made = [
        entry
        for registration, ticket_type, event in rows
        for entry in _ticket_entries(registration, ticket_type, event, days.get(event.id, []))
    ]
    seen: set[str] = set()
    for session, venue, event in db.session.execute(_planned(member_id)):
        if session.id not in seen:  # two tickets may lead to one session
            seen.add(session.id)
            made.append(_session_entry(event, session, venue, alarms=SESSION_ALARMS))
    return made


def session_entry(session: EventSession) -> Entry:
    """A session as it stands in somebody's plan. Two queries."""
    event = db.session.get_one(Event, session.event_id)
    venue = db.session.get(Venue, session.venue_id) if session.venue_id else None
    return _session_entry(event, session, venue, alarms=SESSION_ALARMS)


def open_feed_of(member_id: str) -> CalendarFeed | None:
    """The secret address that is good now, if there is one."""
    mine = sa.select(CalendarFeed).where(
        CalendarFeed.member_id == member_id, CalendarFeed.revoked_at.is_(None)
    )
    return db.session.scalar(mine)


def reader_of(token: str) -> Member:
    """Whose calendar a secret address opens. Raises NotFound for every other address, and for one that was revoked."""
    feed_id = unsigned(FEED, token)
    statement = (
        sa.select(Member)
        .join(CalendarFeed, CalendarFeed.member_id == Member.id)
        .where(CalendarFeed.id == feed_id, CalendarFeed.revoked_at.is_(None))
        .where(Member.state == MemberState.ACTIVE)
    )
    found = db.session.scalar(statement) if feed_id else None
    if found is None:
        raise NotFound(_("There is no calendar at this address."))
    return found


# ------------------------------------------------------------------ rows into entries


def _event_entries(event: Event, days: Sequence[EventDay]) -> list[Entry]:
    path = f"/events/{event.slug}"
    return [
        Entry(
            uid=_numbered(f"event-{event.id}", number),
            name=event.name,
            starts_at=starts_at,
            ends_at=ends_at,
            sequence=event.sequence,
            place=event.place,
            text=_lines(event.lead.text, event.way.text, absolute(path)),
            path=path,
            cancelled=event.cancelled_at is not None,
        )
        for number, (starts_at, ends_at) in enumerate(_times(event, days))
    ]


def _ticket_entries(
    registration: Registration, ticket_type: TicketType, event: Event, days: Sequence[EventDay]
) -> list[Entry]:
    path = f"/me/tickets/{registration.id}"
    mine = [day for day in days if ticket_type.day_id in (None, day.id)]
    good = registration.state is RegistrationState.CONFIRMED and event.cancelled_at is None
    return [
        Entry(
            uid=_numbered(f"ticket-{registration.id}", number),
            name=event.name,
            starts_at=starts_at,
            ends_at=ends_at,
            sequence=event.sequence + registration.sequence,
            place=event.place,
            text=_lines(ticket_type.name, event.way.text, _("Your ticket: %(url)s", url=absolute(path))),
            path=path,
            cancelled=not good,
            alarms=TICKET_ALARMS,
        )
        for number, (starts_at, ends_at) in enumerate(_times(event, mine))
    ]


def _session_entry(
    event: Event, session: EventSession, venue: Venue | None, *, alarms: tuple[timedelta, ...] = ()
) -> Entry:
    path = f"/events/{event.slug}"
    return Entry(
        uid=f"session-{session.id}",
        name=session.name,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        sequence=event.sequence + session.sequence,
        place=" · ".join(part for part in (venue.name if venue else "", event.place) if part),
        text=_lines(event.name, session.text.text, venue.note if venue else "", absolute(path)),
        path=path,
        cancelled=(session.cancelled_at or event.cancelled_at) is not None,
        alarms=alarms,
    )


def _times(event: Event, days: Sequence[EventDay]) -> list[tuple[datetime, datetime]]:
    """From when to when: of each day, or of the whole where no days are told apart."""
    return [(day.starts_at, day.ends_at) for day in days] or [(event.starts_at, event.ends_at)]


def _numbered(uid: str, number: int) -> str:
    """The first day bears the plain name: an event that moves, or gets a second day, stays the same entry."""
    return f"{uid}-{number + 1}" if number else uid


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


# ------------------------------------------------------------------ statements


def _days(event_ids: Iterable[str]) -> dict[str, list[EventDay]]:
    found: dict[str, list[EventDay]] = {}
    wanted = sorted(set(event_ids))
    if wanted:
        rows = sa.select(EventDay).where(EventDay.event_id.in_(wanted)).order_by(EventDay.day)
        for day in db.session.scalars(rows):
            found.setdefault(day.event_id, []).append(day)
    return found


def _tickets(member_id: str) -> sa.Select[Registration, TicketType, Event]:
    return (
        sa.select(Registration, TicketType, Event)
        .join(TicketType, TicketType.id == Registration.ticket_type_id)
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.member_id == member_id, Registration.confirmed_at.is_not(None))
        .where(Event.ends_at > clock.now() - LOOK_BACK)
        .order_by(Event.starts_at, Registration.id)
        .limit(AT_MOST)
    )


def _planned(member_id: str) -> sa.Select[EventSession, Venue, Event]:
    """Sessions that stand in the plan. Who leaves one takes it out of the feed; one that is called off stays and says so."""
    return (
        sa.select(EventSession, Venue, Event)
        .join(SessionPlace, SessionPlace.session_id == EventSession.id)
        .join(Event, Event.id == EventSession.event_id)
        .outerjoin(Venue, Venue.id == EventSession.venue_id)
        .where(SessionPlace.member_id == member_id)
        .where(sa.or_(SessionPlace.left_at.is_(None), EventSession.cancelled_at.is_not(None)))
        .where(Event.ends_at > clock.now() - LOOK_BACK)
        .order_by(EventSession.starts_at, EventSession.id)
        .limit(AT_MOST)
    )
