"""The waiting list in the browser: joining, the position, an offer, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, transaction
from portal.events.models import Registration, TicketType, WaitingEntry, WaitingState
from portal.events.services import freeing, leaving, seats
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database
Signed = Callable[..., PortalClient]
HTMX = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
HERE = "/events/f/waiting"


@pytest.fixture
def kind(make: Make) -> TicketType:
    return make.ticket_type(make.event(slug="f", capacity=2), capacity=2, most_children=1)


def only() -> WaitingEntry:
    return db.session.scalars(sa.select(WaitingEntry)).one()


def ok(answer: Any, htmx: bool) -> str:
    """A write that worked."""
    assert answer.status_code in ((200, 204) if htmx else (303,)), answer.text
    return str(answer.text)


@HTMX
def test_from_the_end_of_the_line_to_the_offer_and_out(
    as_member: Signed, make: Make, kind: TicketType, htmx: bool
) -> None:
    ticket, me = make.registration(kind, people=2), as_member()
    make.waiting_entry(kind, people=1)
    assert "Stand in line" in me.get(HERE).text
    data = {"ticket_type": kind.id, "people": 1, "children": 1}
    for _twice in range(2):
        ok(me.post(HERE, data=data, htmx=htmx), htmx)
    page = me.get(HERE).text
    assert "party is before you · 1 person" in page and "Leave the waiting list" in page
    with transaction():
        leaving.cancel(db.session.get_one(Registration, ticket.id), seen=0)
    page = me.get(HERE).text
    mine = db.session.scalars(sa.select(WaitingEntry).order_by(WaitingEntry.turn.desc())).first()
    assert mine is not None and mine.state is WaitingState.OFFERED
    assert f"/events/f/register/{mine.registration_id}" in page and "No, thank you" in page
    for _twice in range(2):
        ok(me.post(f"{HERE}/{mine.id}/decline", htmx=htmx), htmx)
    assert "You let the seats go on" in me.get(HERE).text
    assert db.session.get_one(WaitingEntry, mine.id).state is WaitingState.DECLINED


@HTMX
def test_leaving_and_standing_in_line_again(
    as_member: Signed, make: Make, kind: TicketType, htmx: bool
) -> None:
    make.registration(kind, people=2)
    me = as_member()
    ok(me.post(HERE, data={"ticket_type": kind.id, "people": 2}, htmx=htmx), htmx)
    leave = f"{HERE}/{only().id}/leave"
    ok(me.post(leave, htmx=htmx), htmx)
    assert me.post(leave, htmx=htmx).status_code == 409
    assert "You left the line" in me.get(HERE).text and "Stand in line again" in me.get(HERE).text
    ok(me.post(HERE, data={"ticket_type": kind.id, "people": 1}, htmx=htmx), htmx)


def test_an_offer_that_lapsed_says_so_and_shows_the_way_back(
    as_member: Signed, make: Make, kind: TicketType
) -> None:
    full, me = make.registration(kind, people=2), make.member()
    make.waiting_entry(kind, me, people=2)
    make.waiting_entry(kind, people=2)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, full.id), seen=0)
    with clock.travel(clock.now() + clock.days(2)):
        assert "has ended" in as_member(me).get(HERE).text, "before the sweep, too"
        with transaction():
            seats.hold(kind.event_id)
            freeing.expire_due(kind.event_id, clock.now())
        page = as_member(me).get(HERE).text
        assert "went on to who waited next" in page and "Stand in line again" in page


@HTMX
def test_what_is_refused_stands_beside_the_field(
    as_member: Signed, make: Make, kind: TicketType, htmx: bool
) -> None:
    me = as_member()
    make.registration(kind, people=2)
    for data, status in (
        ({}, 422),
        ({"ticket_type": "x" * 5000}, 422),
        ({"ticket_type": kind.id, "people": 4}, 422),
        ({"ticket_type": kind.id, "people": 99}, 422),
        ({"ticket_type": kind.id, "people": "🎫"}, 422),
        ({"ticket_type": kind.id, "children": 5}, 422),
    ):
        assert me.post(HERE, data=data, htmx=htmx).status_code == status, data
    assert db.session.scalars(sa.select(WaitingEntry)).all() == []


def test_places_of_others_do_not_exist(as_member: Signed, make: Make, kind: TicketType) -> None:
    make.registration(kind, people=2)
    theirs = make.waiting_entry(kind)
    stranger = as_member()
    for deed in ("leave", "decline"):
        assert stranger.post(f"{HERE}/{theirs.id}/{deed}").status_code == 404
    make.event(slug="draft", published=False)
    assert stranger.get("/events/draft/waiting").status_code == 404
