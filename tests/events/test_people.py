"""What staff see of who comes, and what they do for somebody."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from portal.core.audit import AuditEntry
from portal.core.db import db, new_id, transaction
from portal.events.models import (
    Ended,
    Event,
    Registration,
    RegistrationState,
    Seats,
    WaitingEntry,
    WaitingState,
)
from portal.events.queries.people import figures
from portal.notifications.models import Notification
from portal.payments import services as payments
from portal.payments.models import Refund
from tests.make import Make


def event_of(thing: Any) -> Event:
    return db.session.get_one(Event, thing.event_id)


def said_to(member_id: str, kind: str) -> list[Notification]:
    db.session.rollback()
    mine = sa.select(Notification).where(
        Notification.member_id == member_id, Notification.kind == f"events.{kind}"
    )
    return list(db.session.scalars(mine))


def test_the_list_finds_people_by_name_number_code_and_filter(make: Make, as_staff: Any) -> None:
    kind, desk = make.ticket_type(), as_staff("manager")
    anna = make.registration(kind, make.member(display_name="安娜"), people=2, needs_help=True)
    make.registration(kind, make.member(display_name="Ben"), held=True)
    event = event_of(kind)
    address = f"/console/events/{event.slug}/people"
    assert figures(event) == {"coming": 2, "held": 1, "here": 0, "help": 1, "waiting": 0}
    for words, found in (("安娜", True), ("Ben", False), (anna.code, True), ("nobody", False)):
        assert ("安娜" in desk.get(address, query_string={"q": words}, htmx=True).text) is found
    assert "Ben" in desk.get(address, query_string={"show": "held"}).text
    assert "安娜" in desk.get(address, query_string={"show": "help", "ticket_type": kind.id}).text
    assert (
        desk.get(address, query_string={"show": "rubbish", "ticket_type": "x", "after": "%"}).status_code
        == 200
    )
    assert as_staff("host").get(address).status_code == 403


def test_the_list_is_taken_along_with_answers_and_noted(make: Make, as_staff: Any) -> None:
    kind = make.ticket_type()
    make.registration(kind, make.member(display_name="=cmd"), phone="+8613912345678")
    desk = as_staff("manager")
    answer = desk.post(f"/console/events/{event_of(kind).slug}/people/list.csv", data={})
    assert "+8613912345678" in answer.text and "'=cmd" in answer.text
    assert db.session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "event.list_taken")) is not None


@pytest.mark.parametrize("htmx", [False, True])
def test_staff_sign_somebody_up_once(make: Make, as_staff: Any, htmx: bool) -> None:
    kind, member, desk = make.ticket_type(capacity=2), make.member(), as_staff("manager")
    address = f"/console/events/{event_of(kind).slug}/people"
    form = {"who": str(member.number), "kind": kind.id, "party": "2", "attempt": new_id()}
    for wrong in ({"who": "0"}, {"party": "x"}, {"party": "9"}, {"kind": "y"}, {"attempt": "short"}):
        assert desk.post(address, data=form | wrong, htmx=htmx).status_code in (409, 422)
    for _twice in range(2):
        assert desk.post(address, data=form, htmx=htmx).status_code in (200, 303)
    assert db.session.get_one(Seats, kind.id, populate_existing=True).used == 2
    other = form | {"who": str(make.member().number), "party": "1", "attempt": new_id()}
    assert desk.post(address, data=other, htmx=htmx).status_code == 409


@pytest.mark.parametrize("htmx", [False, True])
def test_staff_take_a_ticket_back_with_money(make: Make, as_staff: Any, htmx: bool) -> None:
    kind, member, desk = make.ticket_type(price=8800), make.member(), as_staff("manager")
    ticket = make.paid_registration(kind, member)
    address = f"/console/events/{event_of(kind).slug}/people/{ticket.id}"
    assert BeautifulSoup(desk.get(address).text, "html5lib").select_one("[name=refund]") is not None
    for wrong in (
        {"refund": "88.01", "reason": "x"},
        {"refund": "x", "reason": "x"},
        {"refund": "1", "reason": ""},
    ):
        assert desk.post(f"{address}/give-back", data=wrong, htmx=htmx).status_code == 422
    right = {"refund": "44.00", "reason": "场地太小"}
    assert desk.post(f"{address}/give-back", data=right, htmx=htmx).status_code in (200, 303)
    assert desk.post(f"{address}/give-back", data=right, htmx=htmx).status_code == 409
    db.session.rollback()
    assert db.session.get_one(Registration, ticket.id).ended is Ended.STAFF
    assert [one.amount for one in db.session.scalars(sa.select(Refund))] == [4400]
    assert len(said_to(member.id, "staff_cancelled")) == 1


def test_staff_read_what_is_left_to_give_back(make: Make, as_staff: Any) -> None:
    kind, desk = make.ticket_type(price=8800), as_staff("manager")
    ticket = make.paid_registration(kind, make.member())
    address = f"/console/events/{event_of(kind).slug}/people/{ticket.id}"
    for amount, left in ((3000, "¥58.00"), (5800, "")):
        with transaction():
            payments.ask_refund(str(ticket.payment_id), amount, reason="", by=None)
        page = BeautifulSoup(desk.get(address).text, "html5lib")
        hint = page.select_one("#refund-hint")
        assert (hint.text.strip() if hint else "") == (f"Of {left}. Empty: nothing." if left else "")


def test_a_party_of_another_event_is_not_found(make: Make, as_staff: Any) -> None:
    ticket, other = make.registration(), make.event()
    assert as_staff("manager").get(f"/console/events/{other.slug}/people/{ticket.id}").status_code == 404


def test_calling_off_gives_everything_back_and_tells_everybody(make: Make, as_staff: Any) -> None:
    from portal.events.jobs import staff as jobs

    kind, desk = make.ticket_type(price=8800, capacity=2), as_staff("manager")
    buyer, holder, waits = make.member(), make.member(), make.member()
    ticket = make.paid_registration(kind, buyer)
    make.registration(kind, holder, held=True)
    entry = make.waiting_entry(kind, waits)
    event = event_of(kind)
    address = f"/console/events/{event.slug}/call-off"
    for wrong in ({"words": "", "sure": event.slug}, {"words": "台风", "sure": "other"}):
        assert desk.post(address, data=wrong).status_code == 422
    right = {"words": "台风要来，改到明年", "sure": event.slug}
    assert desk.post(address, data=right).status_code == 303
    assert desk.post(address, data=right, htmx=True).status_code == 409
    for _twice in range(2):
        jobs.end_called_off()
    db.session.rollback()
    states = {one.state for one in db.session.scalars(sa.select(Registration))}
    assert states == {RegistrationState.CANCELLED}
    assert db.session.get_one(WaitingEntry, entry.id).state is WaitingState.CLOSED
    assert [one.amount for one in db.session.scalars(sa.select(Refund))] == [ticket.amount]
    assert db.session.get_one(Seats, kind.id).used == 0
    assert [len(said_to(one.id, "called_off")) for one in (buyer, holder, waits)] == [1, 1, 1]


@pytest.mark.parametrize("htmx", [False, True])
def test_a_letter_reaches_its_segment_once(make: Make, as_staff: Any, as_member: Any, htmx: bool) -> None:
    from portal.events.jobs import staff as jobs

    kind = make.ticket_type()
    event = event_of(kind)
    other = make.ticket_type(event)
    reader, elsewhere = make.member(), make.member()
    make.registration(kind, reader)
    make.registration(other, elsewhere)
    desk = as_staff("manager")
    address = f"/console/events/{event.slug}/letters"
    form = {
        "show": "coming",
        "ticket_type": kind.id,
        "attempt": new_id(),
        "subject_zh": "换门了",
        "text_zh": "走北门。",
    }
    assert desk.post(address, data=form | {"text_zh": " "}, htmx=htmx).status_code == 422
    for _twice in range(2):
        assert desk.post(address, data=form, htmx=htmx).status_code in (200, 303)
        jobs.send_letters()
    [message] = said_to(reader.id, "letter")
    assert said_to(elsewhere.id, "letter") == []
    mine = as_member(reader)
    assert "走北门。" in mine.get(message.path).text
    assert as_member(make.member()).get(message.path).status_code == 404
