"""Many at once at one session: its places are never given twice, and a draw gives them once."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.draw.models import DrawMethod
from portal.events.models import Event, EventSession, Registration, Seats, SessionPlace
from portal.events.services import leaving, plan, seats, session_draw, wishes
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

PROCESSES, EACH, PLACES = 4, 10, 7


def festival(people: Make, number: int, **session: Any) -> tuple[str, list[str]]:
    """A session, and so many tickets for its event."""
    kind = people.ticket_type(capacity=number)
    event = db.session.get_one(Event, kind.event_id)
    tickets = [people.registration(kind).id for _number in range(number)]
    return people.event_session(event, **session).id, tickets


def want(session_id: str, tickets: list[str]) -> list[str]:
    """Each of these tickets asks for a place; with every second one that is given back again, and once more taken."""
    said = []
    for number, ticket in enumerate(tickets):
        said.append(outcome(lambda ticket=ticket: _take(session_id, ticket)))
        if number % 2 and said[-1] == "in":
            _leave(session_id, ticket)
            said[-1] = outcome(lambda ticket=ticket: _take(session_id, ticket))
    return said


def _take(session_id: str, ticket: str) -> str:
    with transaction():
        registration = db.session.get_one(Registration, ticket)
        session = db.session.get_one(EventSession, session_id)
        plan.take_place(session, registration, 1, by=viewer_of(registration.member_id))
    return "in"


def _leave(session_id: str, ticket: str) -> None:
    with transaction():
        registration = db.session.get_one(Registration, ticket)
        session = db.session.get_one(EventSession, session_id)
        plan.leave_place(session, registration, by=viewer_of(registration.member_id))


def want_carelessly(session_id: str, tickets: list[str]) -> list[str]:
    """The same with the guard off: look how many are free, then write, whatever happened in between."""
    free = db.session.get_one(Seats, session_id).free
    db.session.rollback()
    time.sleep(0.3)
    guard = seats.take_in_session

    def blind(one: str, number: int) -> None:
        assert free >= number

    seats.take_in_session = blind
    try:
        return [outcome(lambda ticket=ticket: _take(session_id, ticket)) for ticket in tickets[:1]]
    finally:
        seats.take_in_session = guard


def inside(session_id: str) -> int:
    db.session.rollback()
    live = sa.select(sa.func.coalesce(sa.func.sum(SessionPlace.seats), 0)).where(
        SessionPlace.session_id == session_id, SessionPlace.left_at.is_(None)
    )
    return int(db.session.scalar(live) or 0)


def used(session_id: str) -> int:
    db.session.rollback()
    return db.session.get_one(Seats, session_id).used


def shares(session_id: str, tickets: list[str]) -> list[tuple[str, list[str]]]:
    return [(session_id, tickets[start::PROCESSES]) for start in range(PROCESSES)]


def test_the_places_of_a_session_go_to_as_many_as_there_are(house: House, people: Make) -> None:
    session_id, tickets = festival(people, PROCESSES * EACH, capacity=PLACES)
    answers = at_once(house, want, shares(session_id, tickets))
    said = Counter(answer for share in answers for answer in share)
    assert said["in"] == PLACES
    assert said == {"in": PLACES, "Conflict": PROCESSES * EACH - PLACES}
    assert (inside(session_id), used(session_id)) == (PLACES, PLACES)


def test_without_the_guard_the_last_place_is_given_twice(house: House, people: Make) -> None:
    """The switch: proves that the test above would notice."""
    session_id, tickets = festival(people, PROCESSES, capacity=1)
    answers = at_once(house, want_carelessly, [(session_id, [ticket]) for ticket in tickets])
    assert sum(answer == "in" for share in answers for answer in share) > 1
    assert inside(session_id) > 1
    with transaction():
        db.session.execute(sa.delete(SessionPlace).where(SessionPlace.session_id == session_id))


def put_in_twice(session_id: str, ticket: str) -> str:
    return str(outcome(lambda: _take(session_id, ticket)))


def test_the_same_form_at_once_is_one_place(house: House, people: Make) -> None:
    session_id, [ticket] = festival(people, 1, capacity=PLACES)
    answers = at_once(house, put_in_twice, [(session_id, ticket)] * PROCESSES)
    assert answers == ["in"] * PROCESSES
    assert (inside(session_id), used(session_id)) == (1, 1)


def take_part(deed: str, event_id: str, ids: list[str]) -> str:
    """One of those who meet at a draw: the house draws, a holder gives their ticket back, another takes what is free."""
    if deed == "draw":
        with transaction():
            session_draw.run(db.session.get_one(Event, event_id), None, by=None)
    elif deed == "give back":
        for ticket in ids:
            with transaction():
                leaving.cancel(db.session.get_one(Registration, ticket), seen=0)
    return deed


def test_a_draw_beside_those_who_leave_and_another_draw(house: House, people: Make) -> None:
    session_id, tickets = festival(people, 12, capacity=PLACES, entry="draw")
    event_id = db.session.get_one(EventSession, session_id).event_id
    owner = viewer_of(people.staff("owner").id)
    with transaction():
        event = db.session.get_one(Event, event_id)
        event.wishes_until = clock.now() + timedelta(days=1)
        session_draw.open_draw(event, DrawMethod.MIXED, "", "", by=owner)
    for ticket in tickets:
        with transaction():
            registration = db.session.get_one(Registration, ticket)
            session = db.session.get_one(EventSession, session_id)
            wishes.wish(session, registration, by=viewer_of(registration.member_id), salt=ticket)
    with transaction():
        session_draw.freeze(db.session.get_one(Event, event_id), by=None)
    crowd = [("draw", event_id, []), ("draw", event_id, []), ("give back", event_id, tickets[:6])]
    at_once(house, take_part, crowd)
    db.session.rollback()
    gone = sa.select(Registration.id).where(Registration.id.in_(tickets[:6]))
    left = sa.select(SessionPlace.id).where(
        SessionPlace.registration_id.in_(gone), SessionPlace.left_at.is_(None)
    )
    assert db.session.scalars(left).all() == []
    assert inside(session_id) == used(session_id)
    assert 1 <= used(session_id) <= 6
