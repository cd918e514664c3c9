"""Who comes too late is told so without standing in the line of those who write; who might still get a seat is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.core import clock
from portal.core.db import db, new_id
from portal.events.models import Registration, TicketType
from tests.client import PortalClient
from tests.make import Make

SignIn = Callable[..., PortalClient]


@pytest.fixture
def kind(make: Make) -> TicketType:
    made: TicketType = make.ticket_type(make.event(slug="f"), capacity=2)
    return made


def _choose(browser: PortalClient, kind: TicketType, **more: Any) -> Any:
    form = {"ticket_type": kind.id, "people": "1", "children": "0", "attempt": new_id()}
    return browser.post("/events/f/register", data=form | more)


def _writes(log: list[str]) -> list[str]:
    return [statement for statement in log if statement.startswith(("UPDATE", "INSERT", "DELETE"))]


def test_sold_out_is_said_without_a_write(
    as_member: SignIn, make: Make, kind: TicketType, queries: Any
) -> None:
    make.registration(kind, people=2)
    browser = as_member()
    with queries() as log:
        answer = _choose(browser, kind)
    assert answer.status_code == 409
    assert not _writes(log)


def test_too_many_at_once_is_said_too_and_fewer_still_fit(
    as_member: SignIn, make: Make, kind: TicketType
) -> None:
    make.registration(kind)
    browser = as_member()
    assert _choose(browser, kind, people="2").status_code == 409
    assert _choose(browser, kind).status_code == 303


def test_a_hold_that_is_over_is_not_sold_out(as_member: SignIn, make: Make, kind: TicketType) -> None:
    make.registration(kind, people=2, held=True)
    browser = as_member()
    assert _choose(browser, kind).status_code == 409
    with clock.travel(clock.now() + timedelta(minutes=16)):
        assert _choose(browser, kind).status_code == 303


def test_own_seats_are_not_in_the_way(as_member: SignIn, make: Make, kind: TicketType) -> None:
    """The same form twice, and another party from it: what they hold themselves is theirs to change."""
    member = make.member()
    browser, attempt = as_member(member), new_id()
    assert _choose(browser, kind, people="2", attempt=attempt).status_code == 303
    assert _choose(browser, kind, people="2", attempt=attempt).status_code == 303
    assert _choose(browser, kind, attempt=attempt).status_code == 303
    db.session.rollback()
    live = db.session.query(Registration).filter(Registration.ended_at.is_(None)).all()
    assert [one.people for one in live] == [1]


def test_the_true_reason_comes_first(as_member: SignIn, make: Make, kind: TicketType) -> None:
    """What is not on sale is not called sold out."""
    make.registration(kind, people=2)
    db.session.get_one(TicketType, kind.id).closed_at = clock.now()
    db.session.commit()
    assert _choose(as_member(), kind).status_code == 403
