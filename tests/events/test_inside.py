"""Doors let some in before it begins: who is in neither gives the ticket back, nor makes the party smaller, nor passes it on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.accounts.services import erasing
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.errors import NotAllowed
from portal.events import personal
from portal.events.models import (
    Ended,
    Event,
    Guest,
    PassOn,
    Registration,
    RegistrationState,
    Scan,
    ScanResult,
    TicketType,
    WaitingState,
)
from portal.events.queries.standing import standing_of
from portal.events.services import calling_off, changing, desk, door, leaving, passing
from portal.payments.models import Payment
from tests.client import PortalClient
from tests.events.test_money import proven
from tests.make import Make

SignIn = Callable[..., PortalClient]
PRICE = 10000
SENTENCE = "is in already"


@pytest.fixture
def kind(make: Make) -> Iterator[TicketType]:
    """Half an hour before the doors open to all; who has such a ticket is let in."""
    event = make.event(refund_hours=0, release_hours=0, pass_on_hours=0)
    made = make.ticket_type(event, capacity=4, price=PRICE, early_minutes=60)
    with clock.travel(event.starts_at - timedelta(minutes=30)):
        yield made


@pytest.fixture
def host(make: Make) -> Any:
    return viewer_of(make.staff("host").id)


def bought(make: Make, kind: TicketType, people: int = 3) -> Registration:
    with clock.travel(clock.now() - timedelta(days=9)):
        return make.paid_registration(kind, people=people)


def again(one: Registration) -> Registration:
    return db.session.get_one(Registration, one.id, populate_existing=True)


def let_in(one: Registration, host: Any, people: int = 1) -> Scan:
    with transaction():
        event = db.session.get_one(Event, one.event_id)
        made = door.scan(event, one.code or "", nonce=new_id(), door="A", by=host, people=people)
    assert made.result is ScanResult.ADMITTED
    return made


def given_back(one: Registration) -> int:
    return db.session.get_one(Payment, str(again(one).payment_id), populate_existing=True).refunded


DEEDS: dict[str, Callable[[Registration], Any]] = {
    "gives it back": lambda one: leaving.cancel(one, seen=3 * PRICE),
    "kindly": lambda one: leaving.cancel(one, seen=3 * PRICE, kindly=True),
    "fewer": lambda one: changing.come_with_fewer(one, {2}, version=one.version, seen=PRICE),
    "a link": lambda one: passing.make_link(one, "", by=viewer_of(one.member_id)),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_who_is_in_keeps_the_ticket(make: Make, kind: TicketType, host: Any, deed: str) -> None:
    one = bought(make, kind)
    made = let_in(one, host)
    with pytest.raises(NotAllowed, match=SENTENCE), transaction():
        DEEDS[deed](again(one))
    assert (again(one).state, again(one).people, given_back(one)) == (RegistrationState.CONFIRMED, 3, 0)
    with transaction():
        door.undo(db.session.get_one(Scan, made.id), by=host)
    with transaction():
        DEEDS[deed](again(one))
    proven()


def test_a_link_from_before_is_no_way_in_for_a_second_party(make: Make, kind: TicketType, host: Any) -> None:
    one, taker = bought(make, kind), viewer_of(make.member().id)
    with transaction():
        token = passing.make_link(again(one), "", by=viewer_of(one.member_id))
    let_in(one, host)
    with pytest.raises(NotAllowed, match=SENTENCE), transaction():
        passing.take(passing.find_link(token, taker), by=taker, standing=standing_of(taker))
    assert again(one).member_id != taker.id
    assert db.session.scalars(sa.select(PassOn.taken_at)).all() == [None]


def test_staff_may_still_end_it(make: Make, kind: TicketType, host: Any) -> None:
    one = bought(make, kind)
    let_in(one, host)
    with transaction():
        desk.cancel(again(one), refund=PRICE, reason="", by=viewer_of(make.staff("owner").id))
    assert again(one).ended is Ended.STAFF and given_back(one) == PRICE


# ------------------------------------------------------------------ pages


def test_the_pages_offer_no_way_out_and_say_why(
    make: Make, kind: TicketType, host: Any, as_member: SignIn
) -> None:
    one, stranger = bought(make, kind), make.member()
    with transaction():
        token = passing.make_link(again(one), "", by=viewer_of(one.member_id))
    client = as_member(db.session.get_one(Member, one.member_id))
    here = f"/me/tickets/{one.id}"
    ways = (f"{here}/cancel", f"{here}/pass-on")
    page = client.get(here).text
    assert all(way in page for way in ways) and SENTENCE not in page
    assert f"{here}/fewer" in client.get(f"{here}/change").text
    let_in(one, host)
    page = client.get(here).text
    assert not any(way in page for way in ways) and f"{here}/release" not in page
    assert SENTENCE in page and f"{here}/change" in page, "names can still be told"
    assert f"{here}/fewer" not in client.get(f"{here}/change").text
    assert client.get(f"{here}/fewer").headers["Location"].endswith(here)
    give = client.get(f"{here}/pass-on").text
    assert SENTENCE in give and "Make a new link" not in give
    take = as_member(stranger).get(f"/tickets/take/{token}").text
    assert SENTENCE in take and "Take the ticket" not in take


def test_a_page_from_before_hears_why(make: Make, kind: TicketType, host: Any, as_member: SignIn) -> None:
    one = bought(make, kind)
    client = as_member(db.session.get_one(Member, one.member_id))
    let_in(one, host)
    here = f"/me/tickets/{one.id}"
    for path, data in (
        ("cancel", {"seen": 3 * PRICE}),
        ("release", {"seen": 3 * PRICE}),
        ("fewer", {"seen": PRICE, "leaving": 2, "version": again(one).version}),
        ("pass-on", {"words": "for you"}),
    ):
        answer = client.post(f"{here}/{path}", data=data)
        assert answer.status_code == 403 and SENTENCE in answer.text, path


# ------------------------------------------------------------------ who leaves the house


def test_who_is_in_and_leaves_the_house_was_there(make: Make, kind: TicketType, host: Any) -> None:
    """The party sits on these seats: nobody is offered them, and nothing comes back. What is only ahead goes back as ever."""
    one = bought(make, kind, people=3)
    other = bought_by(make, one.member_id)
    waits = make.waiting_entry(kind, people=2)
    let_in(one, host)
    with transaction():
        personal.erase(one.member_id)
    assert again(one).state is RegistrationState.CONFIRMED and given_back(one) == 0
    assert again(one).name == "" and set(names_of(one)) == {""}
    assert again(other).state is RegistrationState.CANCELLED and given_back(other) == PRICE
    assert db.session.get_one(type(waits), waits.id).state is WaitingState.WAITING
    proven()


def bought_by(make: Make, member_id: str) -> Registration:
    """A ticket of theirs for another event."""
    kind = make.ticket_type(make.event(refund_hours=0), price=PRICE)
    return make.paid_registration(kind, db.session.get_one(Member, member_id))


def names_of(one: Registration) -> list[str]:
    return list(db.session.scalars(sa.select(Guest.name).where(Guest.registration_id == one.id)))


def test_an_account_goes_in_steps_past_a_ticket_that_is_in(make: Make, kind: TicketType, host: Any) -> None:
    one = bought(make, kind)
    let_in(one, host)
    with transaction():
        erasing.erase(one.member_id)
    with transaction():
        assert not leaving.call_off(one.member_id)
    assert again(one).state is RegistrationState.CONFIRMED


def test_who_is_let_in_while_they_leave_the_house_keeps_the_ticket(
    make: Make, kind: TicketType, host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked for before the locks, it was still outside: under them it is asked again."""
    one, really = bought(make, kind), leaving.paying.hold
    with transaction():
        event_id, code = one.event_id, one.code or ""

    def meanwhile(registration: Registration) -> Any:
        held = really(registration)
        door.scan(db.session.get_one(Event, event_id), code, nonce=new_id(), door="A", by=host)
        return held

    monkeypatch.setattr(leaving.paying, "hold", meanwhile)
    with transaction():
        assert leaving.call_off(one.member_id), "there may be more"
    assert again(one).state is RegistrationState.CONFIRMED and given_back(one) == 0


def test_called_off_while_they_are_in_everything_comes_back(
    make: Make, kind: TicketType, host: Any, run_jobs: Any
) -> None:
    one = bought(make, kind)
    let_in(one, host)
    with transaction():
        personal.erase(one.member_id)
    with transaction():
        event, by = db.session.get_one(Event, one.event_id), viewer_of(make.staff("owner").id)
        calling_off.call_off(event, words="Storm", by=by)
    run_jobs()
    db.session.rollback()
    assert again(one).ended is Ended.EVENT and given_back(one) == 3 * PRICE
