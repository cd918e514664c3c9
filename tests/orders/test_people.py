"""Whose orders are whose, in every order of time; and that nobody comes back who was erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.accounts.signals import ContactProved, contact_proved
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.timeline import told
from portal.orders import jobs, personal, proofs, queries, services
from portal.orders.models import Customer, CustomerContact, ForgottenContact, Order
from portal.orders.queries.life import LIFE
from portal.orders.signals import order_changed, order_qualified, ownership_changed
from tests.factories import orders as shop
from tests.make import Make

PHONE, OTHER_PHONE = "+8613800000001", "+8613900000002"
MAIL = "lin@example.com"

pytestmark = pytest.mark.usefixtures("app")


def put(**facts: Any) -> str:
    with transaction():
        return shop.order(**facts).order_no


def whose(number: str) -> str | None:
    """The member behind an order."""
    return db.session.scalar(
        sa.select(Customer.member_id)
        .join(Order, Order.customer_id == Customer.id)
        .where(Order.order_no == number)
    )


def prove(member: Member, *, phone: str | None = None, email: str | None = None) -> None:
    """As typing the code does: the contact leaves whoever had it, and is this member's."""
    with transaction():
        for column, value in ((Member.phone, phone), (Member.email, email)):
            if value:
                db.session.execute(sa.update(Member).where(column == value).values({column.key: None}))
                values = {column.key: value, f"{column.key}_verified_at": clock.now()}
                db.session.execute(sa.update(Member).where(Member.id == member.id).values(values))
        services.know_member(member.id)
    db.session.expire_all()


def all_is_proven() -> None:
    assert [list(proof.differences()) for proof in proofs.PROOFS] == [[]] * 4


@contextmanager
def heard() -> Iterator[list[Any]]:
    events: list[Any] = []

    def note(event: Any) -> None:
        events.append(event)

    signals = (order_qualified, order_changed, ownership_changed)
    for signal in signals:
        signal.connect(note)
    try:
        yield events
    finally:
        for signal in signals:
            signal.disconnect(note)


def test_order_first_or_member_first_comes_to_the_same(make: Make) -> None:
    early = put(phone=PHONE, email=MAIL)
    assert whose(early) is None
    member = make.member(email="own@example.com")
    prove(member, phone=PHONE)
    assert whose(early) == member.id
    late = put(phone=PHONE)
    assert whose(late) == member.id
    all_is_proven()


def test_who_joins_finds_what_they_bought_as_a_guest(make: Make) -> None:
    number = put(email=MAIL)
    member = make.member(email=MAIL)
    db.session.expire_all()
    assert whose(number) == member.id


@pytest.mark.parametrize("steps", list(permutations(["phone", "mail", "order"])))
def test_the_phone_is_believed_before_the_address_whatever_came_first(
    make: Make, steps: tuple[str, ...]
) -> None:
    by_phone, by_mail = make.member(email="p@example.com"), make.member(email="m@example.com")
    both = ""
    for step in steps:
        if step == "phone":
            prove(by_phone, phone=PHONE)
        elif step == "mail":
            prove(by_mail, email=MAIL)
        else:
            both = put(phone=PHONE, email=MAIL)
    only_mail = put(email=MAIL)
    assert (whose(both), whose(only_mail)) == (by_phone.id, by_mail.id)
    all_is_proven()


@pytest.mark.parametrize("steps", list(permutations(["order", "stranger", "victim"])))
def test_a_number_typed_beside_ones_own_address_gives_nothing_away(
    make: Make, steps: tuple[str, ...]
) -> None:
    """A stranger orders under their own address with somebody else's number, then joins."""
    stranger = make.member(email="own@example.com")
    before = put(phone=PHONE)
    both = ""
    for step in steps:
        if step == "order":
            both = put(phone=PHONE, email=MAIL)
        elif step == "stranger":
            prove(stranger, email=MAIL)
        else:
            after = put(phone=PHONE)
    assert (whose(before), whose(after), whose(both)) == (None, None, stranger.id)
    ranked = db.session.execute(queries.ranked_orders()).all()
    assert sorted(row.rank for row in ranked) == [1, 2, 3]
    owner = make.member()
    prove(owner, phone=PHONE)
    assert {whose(before), whose(after), whose(both)} == {owner.id}
    all_is_proven()


@pytest.mark.parametrize("steps", list(permutations(["order", "member", "alone"])))
def test_a_contact_beside_a_proved_one_is_kin_for_the_figures(make: Make, steps: tuple[str, ...]) -> None:
    member = make.member(email="own@example.com")
    alone = ""
    for step in steps:
        if step == "order":
            put(phone=PHONE, email=MAIL)
        elif step == "member":
            prove(member, phone=PHONE)
        else:
            alone = put(email=MAIL)
    assert whose(alone) is None
    assert sorted(row.rank for row in db.session.execute(queries.ranked_orders())) == [1, 2]
    prove(member, email=MAIL)
    assert whose(alone) == member.id
    all_is_proven()


def test_what_staff_put_together_goes_together(make: Make) -> None:
    owner = viewer_of(make.staff("owner").id)
    by_phone, by_mail = put(phone=PHONE), put(email=MAIL)
    with transaction():
        services.merge_customers(customer_behind(by_mail), customer_behind(by_phone), by=owner)
    member = make.member(email="own@example.com")
    prove(member, email=MAIL)
    assert whose(by_phone) == whose(by_mail) == member.id
    all_is_proven()


def test_a_number_that_was_given_out_again_does_not_bring_the_orders_of_its_last_owner(make: Make) -> None:
    before, after = make.member(), make.member()
    prove(before, phone=PHONE)
    old = put(phone=PHONE)
    prove(after, phone=PHONE)
    new = put(phone=PHONE)
    assert (whose(old), whose(new)) == (before.id, after.id)
    all_is_proven()


def test_without_a_contact_an_order_is_nobodys(make: Make) -> None:
    number = put()
    assert db.session.scalar(sa.select(Order.customer_id).where(Order.order_no == number)) is None


def test_a_contact_that_is_told_later_finds_the_member(make: Make) -> None:
    member = make.member(email=MAIL)
    put(order_no="LATE")
    assert whose("LATE") is None
    put(order_no="LATE", email=MAIL)
    assert whose("LATE") == member.id


def test_a_missed_proof_is_found_by_the_sweep(make: Make) -> None:
    number = put(phone=PHONE)
    member = make.member(phone=PHONE, phone_verified_at=clock.now())
    assert whose(number) is None
    jobs.know_missed_members()
    assert whose(number) == member.id
    assert queries.members_to_know(10) == []


def test_a_proof_brings_the_orders_right_after_it(make: Make, run_jobs: Callable[[], None]) -> None:
    number, member = put(phone=PHONE), make.member()
    with transaction():
        values = {"phone": PHONE, "phone_verified_at": clock.now()}
        db.session.execute(sa.update(Member).where(Member.id == member.id).values(values))
        contact_proved.send(ContactProved(member.id))
    assert whose(number) is None
    run_jobs()
    assert whose(number) == member.id


def test_an_order_that_is_known_otherwise_is_found_by_the_sweep(make: Make) -> None:
    put(phone=PHONE)
    put(email=MAIL)
    number = put(phone=PHONE, email=MAIL)
    member = make.member(phone=OTHER_PHONE, email=MAIL, verified=False)
    db.session.execute(sa.update(Member).values(email_verified_at=clock.now()))
    db.session.commit()
    jobs.know_missed_members()
    assert whose(number) == member.id
    assert queries.members_to_know(10) == []


def test_an_unproved_contact_brings_nothing(make: Make) -> None:
    number = put(email=MAIL)
    member = make.member(email=MAIL, verified=False)
    with transaction():
        services.know_member(member.id)
    assert whose(number) is None


# ------------------------------------------------------------------ telling


def test_an_order_is_told_when_it_counts_and_when_it_stops(make: Make) -> None:
    member = make.member(email=MAIL)
    story = {"order_no": "T1", "email": MAIL, "ordered_at": clock.now()}
    with heard() as events:
        put(**story)
        put(**story, refund=10000)
        put(**story, refund=10000)
    kinds = [type(event).__name__ for event in events]
    assert kinds == ["OwnershipChanged", "OrderChanged", "OrderQualified", "OwnershipChanged", "OrderChanged"]
    stopped = events[4]
    assert (stopped.member_id, stopped.qualified, stopped.was_qualified) == (member.id, False, True)


def test_a_guests_orders_count_for_the_member_they_turn_out_to_be(make: Make) -> None:
    put(phone=PHONE)
    put(phone=PHONE, refund=10000)
    member = make.member()
    with heard() as events:
        prove(member, phone=PHONE)
        prove(member, phone=PHONE)
    qualified = [event for event in events if type(event).__name__ == "OrderQualified"]
    assert [event.member_id for event in qualified] == [member.id]
    assert [event.member_ids for event in events if type(event).__name__ == "OwnershipChanged"] == [
        (member.id,)
    ]


def customer_behind(number: str) -> Customer:
    statement = (
        sa.select(Customer).join(Order, Order.customer_id == Customer.id).where(Order.order_no == number)
    )
    return db.session.scalars(statement).one()


# ------------------------------------------------------------------ forgetting


def test_an_erased_person_leaves_facts_and_never_comes_back(make: Make) -> None:
    member = make.member(email=MAIL)
    then = clock.now() - timedelta(days=30)
    story = {"order_no": "E1", "email": MAIL, "phone": PHONE, "name": "林小满", "ordered_at": then}
    put(**story)
    with heard() as events, transaction():
        personal.erase(member.id)
    assert {type(event).__name__ for event in events} == {"OrderChanged", "OwnershipChanged"}
    put(**story)
    put(**story | {"order_no": "E2"})
    db.session.expire_all()
    orders = db.session.scalars(sa.select(Order).order_by(Order.order_no)).all()
    assert [(order.name, order.email, order.phone, order.net) for order in orders] == [
        ("", "", "", 10000)
    ] * 2
    assert whose("E1") is None
    assert orders[0].customer_id is not None
    assert db.session.scalars(sa.select(CustomerContact)).all() == []
    kept = " ".join(db.session.scalars(sa.select(ForgottenContact.digest)))
    assert MAIL not in kept and PHONE not in kept
    all_is_proven()


def test_who_was_erased_and_buys_again_is_somebody_new(make: Make) -> None:
    member = make.member(email=MAIL)
    old = put(email=MAIL, ordered_at=clock.now() - timedelta(days=3))
    with transaction():
        personal.erase(member.id)
        db.session.execute(sa.update(Member).where(Member.id == member.id).values(email="gone@example.com"))
    with clock.travel(clock.now() + timedelta(days=1)):
        new = put(email=MAIL, ordered_at=clock.now())
        again = make.member(email=MAIL)
    db.session.expire_all()
    assert (whose(old), whose(new)) == (None, again.id)


def test_a_package_holds_ones_own_orders_only(make: Make) -> None:
    member = make.member(email=MAIL)
    put(email=MAIL, order_no="MINE", refund=2000)
    put(phone=OTHER_PHONE, order_no="THEIRS")
    parts = {part.name: list(part.rows or ()) for part in personal.export(member.id)}
    assert [row["order_no"] for row in parts["orders.json"]] == ["MINE"]
    assert parts["orders.json"][0]["net_in_minor_units"] == 8000
    assert [row["value"] for row in parts["order_contacts.json"]] == [MAIL]


def test_a_package_tells_no_contacts_of_others(make: Make) -> None:
    """Whoever claims an order knows four digits; the package must not tell the rest."""
    member = make.member(email=MAIL)
    put(phone=PHONE, email="gift@example.com", name="郭小芸", order_no="GIFT")
    with transaction():
        services.claim_order("GIFT", PHONE[-4:], by=viewer_of(member.id))
    put(phone=OTHER_PHONE, email=MAIL, name="林小满", order_no="MINE")
    rows = next(part for part in personal.export(member.id) if part.name == "orders.json").rows or ()
    told = {row["order_no"]: (row["name"], row["email"], row["phone"]) for row in rows}
    assert told == {"GIFT": ("", "", ""), "MINE": ("林小满", MAIL, "")}


def test_orders_stand_in_the_life_of_a_member(make: Make, queries: Callable[..., Any]) -> None:
    member = make.member(email=MAIL)
    day = datetime(2026, 5, 1, tzinfo=UTC)
    for number in range(3):
        put(email=MAIL, order_no=f"L{number}", ordered_at=day + timedelta(days=number))
    entries = told(LIFE, member.id, day + timedelta(days=2))
    assert [entry.at for entry in entries] == [day + timedelta(days=1), day]
    assert "L1" in entries[0].text and "100.00" in entries[0].text
