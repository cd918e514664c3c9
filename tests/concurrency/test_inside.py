"""Half an hour before the doors open to all, a ticket is scanned and given back at the same instant: one of both happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.events.models import Event, Registration, RegistrationState
from portal.events.queries.tickets import is_somebody_in
from portal.events.services import arriving, door, leaving
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

#: who comes second begins so much later, and who came first takes longer
LATER_SECONDS, LONG_SECONDS = 0.4, 1.2


def act(
    what: str, event_id: str, registration_id: str, code: str, host_id: str, first: bool, guarded: bool
) -> str:
    if not first:
        time.sleep(LATER_SECONDS)
    return (
        _scan(event_id, code, host_id, first) if what == "scan" else _leave(registration_id, first, guarded)
    )


def _scan(event_id: str, code: str, host_id: str, first: bool) -> str:
    by = viewer_of(host_id)
    with patch.object(door, "_write", _slowly(door._write, first)), transaction():
        event = db.session.get_one(Event, event_id)
        return door.scan(event, code, nonce=new_id(), door="A", by=by).result.value


def _leave(registration_id: str, first: bool, guarded: bool) -> str:
    if not guarded:  # believes what it saw before
        looked = is_somebody_in(registration_id)
        db.session.rollback()
        time.sleep(2 * LONG_SECONDS)
        with patch.object(arriving, "is_in", lambda _one: looked):
            return str(outcome(partial(_give_back, registration_id)))
    with patch.object(leaving, "_may_leave", _slowly(leaving._may_leave, first)):
        return str(outcome(partial(_give_back, registration_id)))


def _give_back(registration_id: str) -> str:
    with transaction():
        leaving.cancel(db.session.get_one(Registration, registration_id), seen=0)
    return "given back"


def _slowly(deed: Callable[..., Any], first: bool) -> Callable[..., Any]:
    """It has asked already, and the other one comes."""

    def slow(*args: Any, **facts: Any) -> Any:
        time.sleep(LONG_SECONDS if first else 0)
        return deed(*args, **facts)

    return slow


def both(house: House, people: Make, first: str, *, guarded: bool = True) -> tuple[list[str], Registration]:
    event = people.event(starts_at=clock.now() + timedelta(minutes=30))
    one = people.registration(people.ticket_type(event, early_minutes=60))
    event_id, one_id, code, host = one.event_id, one.id, one.code, people.staff("host").id
    shares = [(what, event_id, one_id, code, host, what == first, guarded) for what in ("scan", "leave")]
    said = at_once(house, act, shares)
    db.session.rollback()
    return said, db.session.get_one(Registration, one_id, populate_existing=True)


def test_who_is_just_let_in_cannot_give_the_ticket_back(house: House, people: Make) -> None:
    said, one = both(house, people, "scan")
    assert said == ["admitted", "NotAllowed"]
    assert one.state is RegistrationState.CONFIRMED


def test_a_ticket_that_is_just_given_back_lets_nobody_in(house: House, people: Make) -> None:
    said, one = both(house, people, "leave")
    assert said == ["cancelled", "given back"]
    assert not is_somebody_in(one.id)


def test_without_the_guard_both_happen(house: House, people: Make) -> None:
    """The switch: proves that the tests above would notice."""
    said, one = both(house, people, "scan", guarded=False)
    assert said == ["admitted", "given back"] and is_somebody_in(one.id)
    assert one.state is RegistrationState.CANCELLED
