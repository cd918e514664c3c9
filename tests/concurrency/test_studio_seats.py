"""Staff take seats away while people sign up: nobody loses one, and no number ever falls below what is taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core.db import changed_rows, db, new_id, transaction
from portal.core.errors import Conflict, Invalid
from portal.events.models import Event, Registration, Seats, TicketType
from portal.events.queries.standing import standing_of
from portal.events.services import holding, leaving, seats, tickets
from portal.events.services.placing import Party
from tests.concurrency.crowd import House, at_once
from tests.make import Make

ROUNDS, MOST = 12, 6


def sign_up(member_id: str, ticket_id: str) -> int:
    """Hold seats and give them up again, again and again. Returns how often there were some."""
    by, held = viewer_of(member_id), 0
    for _round in range(ROUNDS):
        try:
            with transaction():
                ticket = db.session.get_one(TicketType, ticket_id)
                made = holding.hold_seats(ticket, Party(2), attempt=new_id(), by=by, standing=standing_of(by))
                registration_id = made.id
            held += 1
            with transaction():
                leaving.give_up(db.session.get_one(Registration, registration_id))
        except Conflict:
            db.session.rollback()
    return held


def resize(staff_id: str, ticket_id: str) -> int:
    """Take away what looks free, and put it back. Returns how often the database had to refuse what nobody had checked."""
    by, faults = viewer_of(staff_id), 0
    for number in range(2 * ROUNDS):
        db.session.rollback()
        row = db.session.get_one(Seats, ticket_id, populate_existing=True)
        words = tickets.type_words(db.session.get_one(TicketType, ticket_id), row)
        capacity = MOST if number % 2 else row.used
        try:
            with transaction():
                ticket = db.session.get_one(TicketType, ticket_id)
                event = db.session.get_one(Event, ticket.event_id)
                tickets.change_type(
                    ticket, replace(words, capacity=capacity), event=event, seen=words.fingerprint(), by=by
                )
        except (Invalid, Conflict):
            db.session.rollback()
        except sa.exc.IntegrityError:
            db.session.rollback()
            faults += 1
    return faults


def resize_carelessly(staff_id: str, ticket_id: str) -> int:
    """The same without the condition in the statement, and slowly."""
    fit, hold = tickets._fit, seats.hold

    def just_write(row: Seats, capacity: int, **_rest: object) -> None:
        time.sleep(0.01)
        changed_rows(sa.update(Seats).where(Seats.id == row.id).values(capacity=capacity))

    tickets._fit, seats.hold = just_write, lambda _event_id: None
    try:
        return resize(staff_id, ticket_id)
    finally:
        tickets._fit, seats.hold = fit, hold


@pytest.fixture
def ticket_id(house: House, people: Make) -> str:
    event = people.event(capacity=MOST)
    return str(people.ticket_type(event, people.ticket_pool(event, MOST), MOST).id)


def run(house: House, people: Make, ticket_id: str, deed: Callable[..., int]) -> int:
    """How often only the CHECK stood between staff and a lie."""
    staff = people.staff("manager").id
    members = [people.member().id for _one in range(3)]
    shares = [("staff", staff, ticket_id), *(("member", one, ticket_id) for one in members)]
    answers = at_once(house, deed, shares)
    return int(answers[0])


def take_part(role: str, person_id: str, ticket_id: str) -> int:
    return (resize if role == "staff" else sign_up)(person_id, ticket_id)


def take_part_carelessly(role: str, person_id: str, ticket_id: str) -> int:
    return (resize_carelessly if role == "staff" else sign_up)(person_id, ticket_id)


def test_seats_are_taken_away_only_where_nobody_sits(house: House, people: Make, ticket_id: str) -> None:
    assert run(house, people, ticket_id, take_part) == 0
    db.session.rollback()
    row = db.session.get_one(Seats, ticket_id, populate_existing=True)
    sitting = sa.select(sa.func.coalesce(sa.func.sum(Registration.seats), 0))
    assert (
        row.used == db.session.scalar(sitting.where(Registration.ticket_type_id == ticket_id)) <= row.capacity
    )


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_the_guard_only_the_database_stands_in_the_way(
    house: House, people: Make, ticket_id: str
) -> None:
    """Only where two can write at once: SQLite lets one after the other in."""
    assert run(house, people, ticket_id, take_part_carelessly) > 0
