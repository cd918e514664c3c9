"""A member's plan of a festival: sessions are put in and taken out, with places where places are counted.

The registration is held first, then the sessions, then what is counted in them; several sessions by id. So two forms of one ticket follow
each other, and nobody who frees or takes seats elsewhere waits for somebody who waits for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from babel.lists import format_list

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, lock_row
from portal.core.draw.queries import find_draw
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.i18n import _, locale
from portal.events.models import (
    Entry,
    Event,
    EventSession,
    Registration,
    Seats,
    SessionPlace,
    TicketType,
    Walk,
)
from portal.events.queries.programme import days_of
from portal.events.rules import clashes, planning
from portal.events.services import seats


class PlanClash(Conflict):
    """What is wanted does not go together with what stands in the plan already (``others``, session ids)."""

    def __init__(self, message: str, others: list[str]) -> None:
        super().__init__(message)
        self.others = others


def take_place(
    session: EventSession,
    registration: Registration,
    people: int,
    *,
    by: Viewer,
    instead: Collection[str] = (),
) -> SessionPlace:
    """Put a session into the plan for ``people`` of the party; who is in already changes how many they are.

    What clashes with it and stands in ``instead`` (session ids) is left in the same moment: either all of it happens or
    nothing. Raises PlanClash for what clashes besides, Conflict without room, NotAllowed on another day than the ticket's,
    Invalid for more people than the party has.
    """
    event = hold_ticket(registration, by=by)
    known = {place.session_id for place in _live_places(registration)}
    _hold_sessions({session.id, *known.intersection(instead)})
    db.session.refresh(session)
    _must_be_possible(event, session, registration, people)
    mine = {place.session_id: place for place in _live_places(registration)}
    leaving = _in_the_way(event, session, mine, instead)
    counted = db.session.get(Seats, session.id) is not None
    wanted = people if counted else 0
    moves = {one: -mine[one].seats for one in leaving}
    moves[session.id] = wanted - (mine[session.id].seats if session.id in mine else 0)
    _move_seats(moves)
    for one in leaving:
        _end(mine[one])
    place = mine.get(session.id) or SessionPlace(
        session_id=session.id,
        registration_id=registration.id,
        member_id=registration.member_id,
        taken_at=clock.now(),
    )
    place.people, place.seats = people, wanted
    db.session.add(place)
    db.session.flush()
    return place


def leave_place(session: EventSession, registration: Registration, *, by: Viewer) -> bool:
    """Take a session out of the plan; its places are free for whoever comes next. False when it was not in it."""
    hold_ticket(registration, by=by)
    _hold_sessions({session.id})
    for place in _live_places(registration):
        if place.session_id == session.id:
            _move_seats({session.id: -place.seats})
            _end(place)
            return True
    return False


def hold_ticket(registration: Registration, *, by: Viewer) -> Event:
    """From here on nobody else changes this ticket's plan. Raises NotFound when it is not (or no more) theirs."""
    lock_row(Registration, registration.id, whole=False)
    db.session.refresh(registration)
    if not planning.is_theirs(registration, by.id):
        raise NotFound(_("This ticket is not yours any more."))
    return db.session.get_one(Event, registration.event_id, populate_existing=True)


def is_drawn(event_id: str) -> bool:
    """Whether the draw for sessions is over; what it left is then free for whoever comes first."""
    found = find_draw(planning.SESSIONS, event_id)
    return found is not None and found.drawn_at is not None


def listed(sessions: Iterable[EventSession]) -> str:
    """Their names as a sentence holds them."""
    return format_list([session.name for session in sessions], locale=locale())


def _hold_sessions(session_ids: Collection[str]) -> None:
    """Nobody calls them off while places in them move."""
    for session_id in sorted(session_ids):
        lock_row(EventSession, session_id, whole=False)


def _must_be_possible(event: Event, session: EventSession, registration: Registration, people: int) -> None:
    if session.event_id != event.id:
        raise NotFound(_("There is no such session."))
    if session.cancelled_at or event.cancelled_at:
        raise Conflict(_("This session was cancelled."))
    if not planning.is_open(event, session, clock.now()):
        raise Conflict(_("This session is over."))
    ticket_type = db.session.get_one(TicketType, registration.ticket_type_id)
    if not planning.lets_in(ticket_type.day_id, days_of(event.id), session):
        raise NotAllowed(_("Your ticket is good on another day."))
    if not 1 <= people <= planning.party_of(registration):
        raise Invalid(_("Please choose how many of you come."), field="people")
    if session.entry is Entry.DRAW and not is_drawn(event.id):
        raise Conflict(_("A draw gives the places of this session. Put it among your wishes."))


def _in_the_way(
    event: Event, session: EventSession, mine: dict[str, SessionPlace], instead: Collection[str]
) -> list[str]:
    """Which sessions of the plan are left for this one, by id. Raises PlanClash for those that nobody gave up."""
    ids = [one for one in mine if one != session.id]
    others = db.session.scalars(
        sa.select(EventSession).where(EventSession.id.in_(ids), EventSession.cancelled_at.is_(None))
    )
    from_here = sa.or_(Walk.one_id == session.venue_id, Walk.other_id == session.venue_id)
    ways = clashes.Ways.of(event, db.session.scalars(sa.select(Walk).where(from_here)))
    found = [(other, clashes.clash_of(session, other, ways)) for other in others]
    far = sorted((other for other, clash in found if clash), key=lambda other: other.id)
    kept = [other for other in far if other.id not in instead]
    if kept:
        said = _("It does not go together with %(others)s in your plan.", others=listed(kept))
        raise PlanClash(said, [one.id for one in kept])
    return [other.id for other in far]


def _live_places(registration: Registration) -> list[SessionPlace]:
    mine = sa.select(SessionPlace).where(
        SessionPlace.registration_id == registration.id, SessionPlace.left_at.is_(None)
    )
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


def _move_seats(moves: dict[str, int]) -> None:
    """So many places more (or fewer) in each session, in the order in which everybody holds them."""
    for session_id, number in sorted(moves.items()):
        if number > 0:
            seats.take_in_session(session_id, number)
        elif number < 0:
            seats.give_back_in_session(session_id, -number)


def _end(place: SessionPlace) -> None:
    place.left_at, place.seats = clock.now(), 0
    db.session.flush()
