"""Staff call a session off while somebody puts it into their plan, comes with more, or leaves it: nobody sits there afterwards."""

from __future__ import annotations

import time
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from portal.accounts.queries import viewer_of
from portal.core.db import changed_rows, db, transaction
from portal.core.errors import DomainError
from portal.events.models import Event, EventSession, Registration, Seats, SessionPlace
from portal.events.queries.counting import seat_differences
from portal.events.services import plan, programme
from tests.concurrency.crowd import House, at_once
from tests.make import Make

PAUSE = 0.6


def take_part(what: str, session_id: str, registration_id: str, guarded: bool) -> str:
    """A member is in the middle of it, for a moment."""
    really = plan._move_seats

    def slowly(moves: dict[str, int]) -> None:
        really(moves)
        time.sleep(PAUSE)

    def change() -> None:
        session = db.session.get_one(EventSession, session_id)
        mine = db.session.get_one(Registration, registration_id)
        by = viewer_of(mine.member_id)
        if what == "leave":
            plan.leave_place(session, mine, by=by)
        else:
            plan.take_place(session, mine, 2, by=by)

    hold = plan._hold_sessions if guarded else lambda session_ids: None
    with patch.object(plan, "_move_seats", slowly), patch.object(plan, "_hold_sessions", hold):
        return _told(change)


def call_off(_what: str, session_id: str, staff_id: str, guarded: bool) -> str:
    time.sleep(PAUSE / 3)

    def change() -> None:
        session = db.session.get_one(EventSession, session_id)
        event = db.session.get_one(Event, session.event_id)
        programme.cancel_session(session, event=event, by=viewer_of(staff_id))

    return _told(change)


def _told(change: Any) -> str:
    try:
        with transaction():
            change()
    except DomainError:
        return "refused"
    except DBAPIError as error:
        return f"failed: {error}"
    return "done"


def act(who: str, *facts: Any) -> str:
    return {"member": take_part, "staff": call_off}[who](*facts)


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize("what", ["come", "more", "leave"])
def test_a_session_called_off_while_its_places_move(
    house: House, people: Make, what: str, guarded: bool
) -> None:
    with transaction():
        event = people.event()
        session = people.event_session(event, capacity=5)
        mine = people.registration(people.ticket_type(event), people=2)
        staff = people.staff("owner")
        if what != "come":
            plan.take_place(session, mine, 1, by=viewer_of(mine.member_id))
    shares = [("member", what, session.id, mine.id, guarded), ("staff", what, session.id, staff.id, guarded)]
    told = at_once(house, act, shares)
    db.session.rollback()
    sits = sa.select(SessionPlace.id).where(
        SessionPlace.session_id == session.id, SessionPlace.left_at.is_(None)
    )
    wrong = [line for line in seat_differences() if session.id in line[0]]
    clean = not (wrong or db.session.scalars(sits).all() or any(one.startswith("failed") for one in told))
    assert clean == (guarded or house.kind == "sqlite"), told
    with transaction():  # later tests look at all events
        changed_rows(sa.update(Seats).where(Seats.id == session.id).values(used=0))
        changed_rows(
            sa.update(SessionPlace)
            .where(SessionPlace.session_id == session.id)
            .values(seats=0, left_at=sa.func.coalesce(SessionPlace.left_at, SessionPlace.taken_at))
        )
