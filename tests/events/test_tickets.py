"""What members hold: the list, the paper ticket in all its states, giving it back, and where its QR leads."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
import segno
import zxingcpp
from flask import Flask
from PIL import Image

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.events.models import Arrival, Ended, Event, EventDay, Registration, RegistrationState
from portal.events.queries import tickets as queries
from portal.events.rules.codes import sealed, shown_code, ticket_address
from tests.client import PortalClient
from tests.make import Make

SignIn = Callable[..., PortalClient]
pytestmark = pytest.mark.one_database


def holder_of(ticket: Registration, as_member: SignIn) -> PortalClient:
    return as_member(db.session.get_one(Member, ticket.member_id))


def arrive(ticket: Registration, day: EventDay, *, people: int, place: int = 38) -> None:
    at = day.starts_at + timedelta(minutes=12)
    with transaction():
        db.session.add(
            Arrival(
                registration_id=ticket.id,
                day_id=day.id,
                people=people,
                place=place,
                first_at=at,
                last_at=at,
                door="east",
            )
        )


def test_the_list_tells_what_comes_what_waits_and_what_was(make: Make, as_member: SignIn) -> None:
    me = make.member()
    coming = make.registration(make.ticket_type(make.event(name_en="Summer fair")), me)
    held = make.registration(make.ticket_type(make.event(name_en="Autumn fair")), me, held=True)
    page = as_member(me).get("/me/tickets").get_data(as_text=True)
    assert "Summer fair" in page and f"/me/tickets/{coming.id}" in page
    assert "Autumn fair" in page and f"/register/{held.id}" in page
    with clock.travel(clock.now() + timedelta(days=40)):
        later = queries.past(viewer_of(me.id), clock.now())
        assert [one.registration.id for one in later.items] == [coming.id]
    other = as_member().get("/me/tickets").get_data(as_text=True)
    assert "No ticket yet" in other
    assert as_member().get(f"/me/tickets/{coming.id}").status_code == 404


def test_both_lists_go_on_page_by_page(make: Make, as_member: SignIn) -> None:
    me = make.member()
    for number in range(30):
        gone = make.registration(make.ticket_type(make.event(name_en=f"Fair {number}")), me)
        kept = make.registration(make.ticket_type(make.event(name_en=f"Old fair {number}")), me)
        assert gone and kept
    old = db.session.query(Registration).join(Event).filter(Event.name_en.startswith("Old"))
    for one in old:
        one.state, one.code, one.ended, one.ended_at, one.seats = (
            RegistrationState.CANCELLED,
            None,
            Ended.RELEASED,
            clock.now(),
            0,
        )
    db.session.commit()
    viewer, now = viewer_of(me.id), clock.now()
    for read in (queries.coming, queries.past):
        first = read(viewer, now)
        rest = read(viewer, now, first.next_cursor)
        ids = [one.registration.id for one in (*first.items, *rest.items)]
        assert (len(first.items), len(set(ids)), rest.next_cursor) == (24, 30, None)
    client = as_member(me)
    assert (
        client.get(f"/me/tickets?after={queries.coming(viewer, now).next_cursor}", htmx=True).status_code
        == 200
    )
    assert client.get("/me/tickets?past=rubbish").status_code == 200


def test_the_paper_ticket_carries_a_code_that_scanners_read(make: Make, as_member: SignIn) -> None:
    ticket = make.registration(people=2, guests=["阿木"])
    page = holder_of(ticket, as_member).get(f"/me/tickets/{ticket.id}").get_data(as_text=True)
    assert shown_code(ticket.code) in page and "阿木" in page and "data-awake" in page
    drawn = io.BytesIO()
    segno.make_qr(ticket_address(ticket.code), error="m").save(drawn, kind="png", scale=4, border=2)
    [read] = zxingcpp.read_barcodes(Image.open(drawn))
    assert read.text == ticket_address(ticket.code)
    assert ticket.code in read.text


def test_the_stamp_lands_once_all_of_them_are_in(make: Make, as_member: SignIn) -> None:
    of = make.event(days=2)
    ticket = make.registration(make.ticket_type(of), people=2)
    first, second = make.event_days(of)
    client = holder_of(ticket, as_member)
    arrive(ticket, first, people=1)
    with clock.travel(first.starts_at + timedelta(hours=1)):
        page = client.get(f"/me/tickets/{ticket.id}").get_data(as_text=True)
        assert "1 of 2 are in" in page and "lands" not in page
        arrived = db.session.get_one(Arrival, (ticket.id, first.id))
        arrived.people = 2
        page = client.get(f"/me/tickets/{ticket.id}").get_data(as_text=True)
        assert "you are number 38 today" in page and "stamp lands" in page
        assert "Post your first photo" in page
    with clock.travel(second.starts_at + timedelta(minutes=5)):
        page = client.get(f"/me/tickets/{ticket.id}").get_data(as_text=True)
        assert "stamp lands" not in page and 'class="stamp"' in page
    with clock.travel(of.ends_at + timedelta(days=2)):
        page = client.get(f"/me/tickets/{ticket.id}").get_data(as_text=True)
        assert "You were number 38 that day." in page and "data-awake" not in page


def test_the_address_of_an_online_evening_is_for_holders(make: Make, as_member: SignIn) -> None:
    kind = make.ticket_type(make.event(kind="online", online_url="https://live.example/room"))
    ticket = make.registration(kind)
    client = holder_of(ticket, as_member)
    assert "https://live.example/room" in client.get(f"/me/tickets/{ticket.id}").get_data(as_text=True)
    client.post(f"/me/tickets/{ticket.id}/release", data={"seen": "0"})
    assert "https://live.example/room" not in client.get(f"/me/tickets/{ticket.id}").get_data(as_text=True)


@pytest.mark.parametrize("htmx", [False, True])
def test_giving_it_back_with_what_was_shown(make: Make, as_member: SignIn, htmx: bool) -> None:
    ticket = make.paid_registration(make.ticket_type(price=16800))
    client, here = holder_of(ticket, as_member), f"/me/tickets/{ticket.id}"
    assert "¥168.00 of ¥168.00 come back" in client.get(here).get_data(as_text=True)
    assert as_member().post(f"{here}/cancel", data={"seen": "16800"}, htmx=htmx).status_code == 404
    for wrong in ("1", "", "x", "9" * 40, "-1", "１６８００"):
        assert client.post(f"{here}/cancel", data={"seen": wrong}, htmx=htmx).status_code == 409
    gone = client.post(f"{here}/cancel", data={"seen": "16800"}, htmx=htmx)
    assert gone.status_code == (200 if htmx else 303)
    assert client.post(f"{here}/cancel", data={"seen": "16800"}, htmx=htmx).status_code == 409
    assert "You gave this ticket back" in client.get(here).get_data(as_text=True)


@pytest.mark.parametrize("htmx", [False, True])
def test_not_making_it_is_thanked_for(make: Make, as_member: SignIn, htmx: bool) -> None:
    ticket = make.registration()
    client, here = holder_of(ticket, as_member), f"/me/tickets/{ticket.id}"
    of = db.session.get_one(Event, ticket.event_id)
    with clock.travel(of.starts_at - timedelta(hours=1)):
        assert client.post(f"{here}/release", data={"seen": "0"}, htmx=htmx).status_code == 403
    answer = client.post(f"{here}/release", data={"seen": "0"}, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert "Thank you" in client.get(here).get_data(as_text=True)


@pytest.mark.parametrize("htmx", [False, True])
def test_changing_it_on_its_page(make: Make, as_member: SignIn, htmx: bool) -> None:
    ticket = make.registration(make.ticket_type(most_children=1), people=2)
    client, here = holder_of(ticket, as_member), f"/me/tickets/{ticket.id}"
    assert client.get(f"{here}/change").status_code == 200
    assert client.post(f"{here}/change", data={"name": ""}, htmx=htmx).status_code == 422
    assert as_member().post(f"{here}/change", data={"name": "x"}, htmx=htmx).status_code == 404
    told = client.post(f"{here}/change", data={"name": "林小满", "guest_1": "阿木 😀"}, htmx=htmx)
    assert told.status_code == (204 if htmx else 303)
    assert "阿木 😀" in client.get(here).get_data(as_text=True)
    version = str(db.session.get_one(Registration, ticket.id).version)
    assert client.post(f"{here}/more", data={"people": "1", "version": "0"}, htmx=htmx).status_code == 409
    more = client.post(f"{here}/more", data={"people": "1", "children": "1", "version": version}, htmx=htmx)
    assert more.status_code == (204 if htmx else 303)
    chosen = client.get(f"{here}/fewer?leaving=2&leaving=3", htmx=htmx).get_data(as_text=True)
    assert "2 of you do not come" in chosen
    version = str(db.session.get_one(Registration, ticket.id).version)
    data = {"leaving": ["2", "3"], "seen": "0", "version": version}
    assert client.post(f"{here}/fewer", data={**data, "leaving": ["x"]}, htmx=htmx).status_code == 422
    assert client.post(f"{here}/fewer", data=data, htmx=htmx).status_code == (204 if htmx else 303)
    assert client.post(f"{here}/fewer", data=data, htmx=htmx).status_code == 409


def test_where_the_code_leads(
    app: Flask, make: Make, client: PortalClient, as_member: SignIn, as_staff: SignIn
) -> None:
    ticket = make.registration()
    true, false = f"/t/{sealed(ticket.code)}", "/t/00000000.0000000000"
    stranger = client.get(true)
    assert stranger.status_code == 200
    said = stranger.get_data(as_text=True).replace(true, false)
    assert said == client.get(false).get_data(as_text=True)
    assert as_member().get(true).status_code == 200
    mine = holder_of(ticket, as_member).get(true)
    assert mine.headers["Location"].endswith(f"/me/tickets/{ticket.id}")
    if "events_console.door" in app.view_functions:
        door = as_staff().get(true)
        assert "/door?code=" in door.headers["Location"]
