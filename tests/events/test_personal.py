"""What events know of a member: told on request, forgotten in time, gone with them."""

from __future__ import annotations

import json
from datetime import timedelta

import sqlalchemy as sa

from portal.core import clock, retention
from portal.core.db import db, transaction
from portal.events import personal
from portal.events.models import (
    Ended,
    Guest,
    Registration,
    RegistrationState,
    Seats,
    WaitingEntry,
    WaitingState,
)
from tests.make import Make

PHONE = "+8613912345678"


def again(registration_id: str) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, registration_id, populate_existing=True)


def test_numbers_and_answers_rest_sealed(make: Make) -> None:
    made = make.registration(phone=PHONE, answers={"q": "坐轮椅"})
    stored = db.session.execute(
        sa.text("SELECT phone, answers FROM event_registration WHERE id = :id"), {"id": made.id}
    ).one()
    assert PHONE not in stored.phone and "坐" not in stored.answers and "\\u" not in stored.answers
    assert again(made.id).phone == PHONE


def test_a_month_after_the_event_only_the_fact_is_left(make: Make) -> None:
    made = make.registration(people=2, guests=("阿岚",), phone=PHONE, answers={"q": "a"}, needs_help=True)
    event_id = made.event_id
    ends = make.event().ends_at
    with clock.travel(ends + timedelta(days=29)):
        retention.let_go()
    assert again(made.id).phone == PHONE
    with clock.travel(ends + timedelta(days=31)):
        retention.let_go()
    left = again(made.id)
    assert (left.phone, left.answers, left.needs_help, left.people) == ("", "", False, 2)
    assert left.event_id == event_id
    assert set(db.session.scalars(sa.select(Guest.name).where(Guest.registration_id == made.id))) == {""}


def test_the_package_tells_all_of_it(make: Make) -> None:
    member = make.member()
    kind = make.ticket_type(capacity=2)
    make.registration(kind, member, people=2, guests=("阿岚",), phone=PHONE, answers={"q": "旧帆布包"})
    parts = {part.name: list(part.rows or ()) for part in personal.export(member.id)}
    told = json.dumps(parts, ensure_ascii=False)
    assert all(word in told for word in (PHONE, "阿岚", "旧帆布包", "confirmed"))
    other = make.member()
    assert not any(list(part.rows or ()) for part in personal.export(other.id))


def test_who_leaves_gives_seats_back_and_the_next_is_asked(make: Make) -> None:
    leaver, kind = make.member(), make.ticket_type(capacity=1)
    ticket = make.registration(kind, leaver)
    next_one = make.waiting_entry(kind)
    elsewhere = make.ticket_type(capacity=1)
    make.registration(elsewhere)
    mine = make.waiting_entry(elsewhere, leaver)
    with transaction():
        personal.erase(leaver.id)
        personal.erase(leaver.id)
    assert again(ticket.id).state is RegistrationState.CANCELLED
    assert again(ticket.id).ended is Ended.GIVEN_UP
    assert db.session.get_one(WaitingEntry, next_one.id).state is WaitingState.OFFERED
    assert db.session.get_one(WaitingEntry, mine.id).state is WaitingState.LEFT
    assert db.session.get_one(Seats, kind.id).used == 1
