"""Two doors scan the same ticket at the same instant: one of them is green, and nobody is counted twice."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.events.models import Arrival, Event, EventDay, Registration, Scan, Stamp, TicketType
from portal.events.services import arriving, door
from portal.rewards.models import Deed
from tests.concurrency.crowd import House, at_once
from tests.make import Make

DOORS = 4


def open_festival(people: Make) -> TicketType:
    """Its doors are open now."""
    event = people.event(starts_at=clock.now() - timedelta(hours=1))
    with transaction():
        day = db.session.query(EventDay).filter_by(event_id=event.id).one()
        day.ends_at = db.session.get_one(Event, event.id).ends_at = clock.now() + timedelta(hours=20)
    kind: TicketType = people.ticket_type(db.session.get_one(Event, event.id), most_children=3)
    return kind


def scan(event_id: str, code: str, by_id: str, nonces: list[str], people: int | None = None) -> list[str]:
    """One door scans, once for each nonce."""
    by, said = viewer_of(by_id), []
    for nonce in nonces:
        with transaction():
            event = db.session.get_one(Event, event_id)
            made = door.scan(event, code, nonce=nonce, door=nonce[-4:], by=by, people=people)
            said.append(f"{made.result.value} {made.people}")
    return said


def scan_carelessly(event_id: str, code: str, by_id: str, nonces: list[str]) -> list[str]:
    """The same with the guards off: who is in was read before, and nobody waits for anybody."""
    guard, inside, follow = door.lock_row, door.inside, arriving.follow
    mine = sa.select(Arrival.people).join(Registration, Registration.id == Arrival.registration_id)
    known = db.session.scalar(mine.where(Registration.code == code)) or 0
    db.session.rollback()
    time.sleep(0.2)
    door.lock_row = lambda *_args, **_more: None
    door.inside = lambda *_args: known  # as it was before the others came
    arriving.follow = lambda *_args: None
    try:
        return scan(event_id, code, by_id, nonces)
    finally:
        door.lock_row, door.inside, arriving.follow = guard, inside, follow


def party(make: Make, **facts: Any) -> tuple[Registration, str, str]:
    made = make.registration(open_festival(make), **facts)
    return made, made.code or "", make.staff("host").id


def counted(registration_id: str, event_id: str) -> tuple[int, int, int, int]:
    """People in by the arrival, by the day; stamps; check-ins."""
    db.session.rollback()
    member_id = db.session.get_one(Registration, registration_id).member_id
    return (
        db.session.scalar(
            sa.select(sa.func.sum(Arrival.people)).where(Arrival.registration_id == registration_id)
        )
        or 0,
        db.session.scalar(sa.select(EventDay.arrived).where(EventDay.event_id == event_id)) or 0,
        db.session.query(Stamp).filter_by(registration_id=registration_id).count(),
        db.session.query(Deed).filter_by(member_id=member_id, kind="check_in").count(),
    )


def test_the_same_ticket_at_several_doors_is_green_once(house: House, people: Make) -> None:
    one, code, host = party(people, people=2)
    ids = (one.id, one.event_id)
    answers = at_once(house, scan, [(one.event_id, code, host, [new_id()]) for _door in range(DOORS)])
    said = sorted(answer for share in answers for answer in share)
    assert said == ["admitted 2", *["duplicate 0"] * (DOORS - 1)]
    assert counted(*ids) == (2, 2, 1, 1)


def test_the_last_child_of_a_party_comes_in_once(house: House, people: Make) -> None:
    one, code, host = party(people, people=2, children=1)
    ids = (one.id, one.event_id)
    assert scan(one.event_id, code, host, [new_id()], 2) == ["admitted 2"]
    answers = at_once(house, scan, [(ids[1], code, host, [new_id()], 1) for _door in range(DOORS)])
    said = sorted(answer for share in answers for answer in share)
    assert said == ["admitted 1", *["duplicate 0"] * (DOORS - 1)]
    assert counted(*ids) == (3, 3, 1, 1)


def test_the_same_scan_sent_by_all_is_one(house: House, people: Make) -> None:
    one, code, host = party(people, people=3)
    ids, nonces = (one.id, one.event_id), [new_id() for _ in range(3)]
    answers = at_once(house, scan, [(ids[1], code, host, nonces, 1) for _door in range(DOORS)])
    assert {tuple(share) for share in answers} == {("admitted 1",) * 3}
    assert counted(*ids) == (3, 3, 1, 1)
    assert db.session.query(Scan).filter_by(registration_id=ids[0]).count() == 3


def test_many_parties_at_once_are_all_counted(house: House, people: Make) -> None:
    kind, host = open_festival(people), people.staff("host").id
    event_id = kind.event_id
    parties = [people.registration(kind, people=1) for _ in range(6)]
    given = [one.code or "" for one in parties]
    shares = [(event_id, code, host, [new_id(), new_id()]) for code in given]
    at_once(house, scan, shares)
    db.session.rollback()
    assert db.session.scalar(sa.select(EventDay.arrived).where(EventDay.event_id == event_id)) == 6
    places = sa.select(Arrival.place).join(EventDay, EventDay.id == Arrival.day_id)
    assert sorted(db.session.scalars(places.where(EventDay.event_id == event_id))) == [1, 2, 3, 4, 5, 6]


def undo(scan_id: str, by_id: str) -> bool:
    with transaction():
        return door.undo(db.session.get_one(Scan, scan_id), by=viewer_of(by_id))


def test_taken_back_by_several_at_once_is_taken_back_once(house: House, people: Make) -> None:
    one, code, host = party(people, people=2)
    ids = (one.id, one.event_id)
    scan(one.event_id, code, host, [new_id()])
    scan_id = db.session.scalar(sa.select(Scan.id).where(Scan.registration_id == ids[0]))
    answers = at_once(house, undo, [(scan_id, host)] * DOORS)
    assert sorted(answers) == [*[False] * (DOORS - 1), True]
    assert counted(*ids)[:3] == (0, 0, 0)


def test_without_the_guards_two_doors_are_green(house: House, people: Make) -> None:
    """The switch: proves that the tests above would notice."""
    one, code, host = party(people)
    ids = (one.id, one.event_id)
    answers = at_once(house, scan_carelessly, [(ids[1], code, host, [new_id()]) for _door in range(DOORS)])
    assert [answer for share in answers for answer in share].count("admitted 1") > 1
    with transaction():
        db.session.execute(sa.delete(Scan).where(Scan.registration_id == ids[0]))
