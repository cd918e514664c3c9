"""An event's seats are held before a member is: whoever ends a ticket and tells its holder waits for nobody who waits for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from blinker import Signal

from portal.accounts.queries import viewer_of
from portal.accounts.services import erasing
from portal.core import clock
from portal.core.db import db, lock_row, transaction
from portal.events.models import Registration
from portal.events.services import desk, telling
from tests.concurrency.crowd import House, at_once
from tests.concurrency.test_circles import PAUSE, _unless_stuck, expect, slowly
from tests.make import Make


def close_door(member_id: str, guarded: bool) -> str:
    """Their face goes from the pages of events, while the member is held."""
    time.sleep(PAUSE / 3)

    def hold(model: Any, row_id: str, *, whole: bool) -> None:
        lock_row(model, row_id, whole=whole)
        time.sleep(PAUSE)

    begun = erasing.change_begun if guarded else Signal()
    with patch.object(erasing, "lock_row", hold), patch.object(erasing, "change_begun", begun):
        return _unless_stuck(partial(erasing.close_door, member_id))


def end_ticket(registration_id: str, staff_id: str) -> str:
    def end() -> None:
        one = db.session.get_one(Registration, registration_id)
        desk.cancel(one, refund=0, reason="", by=viewer_of(staff_id))

    with slowly(telling, "cancelled_by_staff", before=PAUSE):
        return _unless_stuck(end)


def act(who: str, *facts: Any) -> str:
    deeds: dict[str, Callable[..., str]] = {"leaver": close_door, "staff": end_ticket}
    return deeds[who](*facts)


@pytest.mark.parametrize("guarded", [True, False])
def test_a_ticket_that_staff_end_and_a_door_that_closes(house: House, people: Make, guarded: bool) -> None:
    with transaction():
        member = people.member(erase_after=clock.now() - timedelta(minutes=1))
        one = people.registration(people.ticket_type(), member, show_face=True)
        staff = people.staff("owner")
    shares = [("leaver", member.id, guarded), ("staff", one.id, staff.id)]
    told = set(at_once(house, act, shares))
    db.session.rollback()
    expect(house, told, guarded=guarded)
