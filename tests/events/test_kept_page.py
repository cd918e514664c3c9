"""The page that all visitors share is never another one than would be drawn for them alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock, keeping
from portal.core.db import db, new_id, transaction
from portal.events import personal
from portal.events.front import Front
from portal.events.models import Event, EventSession, Registration, Seats, TicketType
from portal.events.queries.standing import standing_of
from portal.events.rules.times import STRICT_UNTIL
from portal.events.services import calling_off, changing, leaving, making, passing, plan, tickets
from portal.events.services.confirming import Details
from portal.events.views.choosing import CODES
from portal.events.views.kept_page import OWN
from tests.client import PortalClient
from tests.fronts import lent_driver, put_before
from tests.make import Make

Change = Callable[[Make, TicketType, Registration], object]


def _get(kind: type[Any], thing_id: str) -> Any:
    return db.session.get_one(kind, thing_id, populate_existing=True)


def _write(act: Callable[[], object]) -> None:
    with transaction():
        act()


def _of_member(make: Make, kind: TicketType, mine: Registration) -> None:
    member = _get(Member, mine.member_id)
    _write(lambda: accounts.update_profile(member, by=viewer_of(member.id), display_name="Zoe"))


def _no_face(make: Make, kind: TicketType, mine: Registration) -> None:
    registration = _get(Registration, mine.id)
    details = Details(name="Ann", show_face=False)
    _write(lambda: changing.tell_anew(registration, details, by=viewer_of(registration.member_id)))


def _passed_on(make: Make, kind: TicketType, mine: Registration) -> None:
    registration, taker = _get(Registration, mine.id), make.member(display_name="Tom")
    db.session.commit()
    giver, by = viewer_of(registration.member_id), viewer_of(taker.id)
    with transaction():
        token = passing.make_link(registration, "For you", by=giver)
        passing.take(passing.find_link(token, by), by=by, standing=standing_of(by))


def _no_picture(make: Make, kind: TicketType, mine: Registration) -> None:
    [member] = db.session.query(Member).filter_by(display_name="Bo")
    _write(lambda: accounts.remove_avatar(_get(Member, member.id)))


def _erased(make: Make, kind: TicketType, mine: Registration) -> None:
    _write(lambda: personal.erase(mine.member_id))


def _studio(make: Make, kind: TicketType, mine: Registration) -> None:
    event, by = _get(Event, kind.event_id), viewer_of(make.staff("owner").id)
    words = making.words_of(event)
    _write(
        lambda: making.change_texts(
            event, replace(words, name_en="Another name"), seen=words.fingerprint(), by=by
        )
    )


def _leaves(make: Make, kind: TicketType, mine: Registration) -> None:
    _write(lambda: leaving.cancel(_get(Registration, mine.id), seen=0))


def _capacity(make: Make, kind: TicketType, mine: Registration) -> None:
    event, row = _get(Event, kind.event_id), _get(Seats, kind.id)
    by, ticket = viewer_of(make.staff("owner").id), _get(TicketType, kind.id)
    words = tickets.type_words(ticket, row)
    _write(
        lambda: tickets.change_type(
            ticket, replace(words, capacity=3), event=event, seen=words.fingerprint(), by=by
        )
    )


def _called_off(make: Make, kind: TicketType, mine: Registration) -> None:
    event, by = _get(Event, kind.event_id), viewer_of(make.staff("owner").id)
    _write(lambda: calling_off.call_off(event, words="Rain", by=by))


def _exchange(make: Make, kind: TicketType, mine: Registration) -> None:
    _leaves(make, kind, mine)
    make.registration(kind, show_face=True)


def _place_taken(make: Make, kind: TicketType, mine: Registration) -> None:
    [session] = db.session.query(EventSession).filter_by(event_id=kind.event_id)
    registration = _get(Registration, mine.id)
    by = viewer_of(registration.member_id)
    _write(lambda: plan.take_place(session, registration, 1, by=by))


def _full(make: Make, kind: TicketType, mine: Registration) -> None:
    """Only who waits makes the difference: four seats are left, for five that wait together."""
    make.waiting_entry(kind, people=5)


CHANGES: dict[str, Change] = {
    "somebody signs up": lambda make, kind, mine: make.registration(kind),
    "with a face": lambda make, kind, mine: make.registration(kind, show_face=True),
    "somebody begins to": lambda make, kind, mine: make.registration(kind, held=True, people=4),
    "somebody waits": _full,
    "somebody leaves": _leaves,
    "one for another": _exchange,
    "a ticket is passed on": _passed_on,
    "a face changes its name": _of_member,
    "a face goes": _no_face,
    "a picture goes": _no_picture,
    "a face is erased": _erased,
    "the studio": _studio,
    "fewer seats": _capacity,
    "a place is taken": _place_taken,
    "it is called off": _called_off,
}


@pytest.fixture
def kind(make: Make) -> TicketType:
    event = make.event(slug="f")
    made: TicketType = make.ticket_type(event, capacity=6)
    make.event_session(event, capacity=2)
    return made


def _page(client: PortalClient) -> str:
    answer = client.get("/events/f")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    page: str = answer.get_data(as_text=True)
    return page


def _anew(client: PortalClient) -> str:
    keeping.forget()
    return _page(client)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_shows_at_once(
    client: PortalClient, make: Make, kind: TicketType, queries: Any, change: str
) -> None:
    mine = make.registration(kind, make.member(display_name="Ann"), show_face=True)
    make.registration(kind, make.member(display_name="Bo", avatar=new_id()), show_face=True)
    before = _page(client)
    with queries() as log:
        assert _page(client) == before
    assert len(log) == 1
    CHANGES[change](make, kind, mine)
    after = _page(client)
    assert after != before
    assert after == _anew(client)


@pytest.mark.one_database
def test_time_changes_it_too(client: PortalClient, make: Make, kind: TicketType) -> None:
    event = _get(Event, kind.event_id)
    now = clock.now()
    make.ticket_type(event, name_en="Later", sale_starts_at=now + timedelta(hours=2), position=1)
    make.registration(kind, held=True, people=5)
    db.session.commit()
    moments = [now + timedelta(hours=3), event.starts_at, event.ends_at]
    pages = [_page(client)]
    for moment in (now + timedelta(minutes=16), *moments):
        with clock.travel(moment):
            pages.append(_page(client))
            assert pages[-1] == _anew(client)
    assert len(set(pages)) == len(pages)


@pytest.mark.one_database
def test_two_days_before_who_waits_for_more_than_is_left_is_passed_by(
    client: PortalClient, make: Make, kind: TicketType
) -> None:
    make.registration(kind, people=2)
    _full(make, kind, make.registration(kind))
    before = _page(client)
    assert "Full, waiting list open" in before
    with clock.travel(_get(Event, kind.event_id).starts_at - STRICT_UNTIL):
        assert "Full, waiting list open" not in _page(client)
        assert _page(client) == _anew(client)


@pytest.mark.one_database
def test_what_a_browser_carries_is_its_own(
    client: PortalClient, as_member: Callable[..., PortalClient], make: Make, kind: TicketType
) -> None:
    shared = _page(client)
    assert 'name="csrf_token"' not in shared
    member = as_member().get("/events/f").get_data(as_text=True)
    assert 'name="csrf_token"' in member
    assert _page(client) == shared
    assert _page(client) != client.get("/events/f", lang="zh").get_data(as_text=True)


@pytest.mark.one_database
def test_a_visitor_goes_on_by_signing_in(client: PortalClient, kind: TicketType) -> None:
    db.session.commit()
    answer = client.get(f"/events/f/register?go=1&ticket_type={kind.id}&people=3&children=0")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=")
    assert "people%3D3" in answer.headers["Location"]


@pytest.mark.one_database
def test_the_front_gives_the_same_answer_without_asking_the_application(
    app: Flask, make: Make, kind: TicketType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte for byte, headers too, until something changes; whoever carries something of their own is led through."""
    asked = put_before(app, monkeypatch, lambda inner: Front(app, inner, OWN, lent_driver))
    visitor = Client(app, use_cookies=False)

    def get(**headers: str) -> TestResponse:
        db.session.commit()
        return visitor.get("/events/f", headers=headers)

    first, second = get(), get()
    assert asked == ["/events/f"]
    assert second.data == first.data
    assert {*first.headers} - {"X-Request-ID"} == {*second.headers}
    assert get(Cookie="portal=nobodys").data == first.data
    assert len(asked) == 1
    carrying = PortalClient(app)
    with carrying.session_transaction() as session:
        session[CODES] = ["of their own"]
    carrying.get("/events/f")
    assert len(asked) == 2
    make.registration(kind)
    assert get().data != first.data
    assert len(asked) == 3
