"""Staff put two customers together, take it back, and let guests be forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.audit import entries_of
from portal.core.db import db, transaction
from portal.core.errors import Conflict
from portal.orders import personal, queries, services
from portal.orders.models import CustomerContact, CustomerMerge, Order
from portal.rewards.queries import stitches_between
from tests.make import Make
from tests.orders.test_people import (
    MAIL,
    OTHER_PHONE,
    PHONE,
    all_is_proven,
    customer_behind,
    prove,
    put,
    whose,
)

pytestmark = pytest.mark.usefixtures("app")


def test_staff_merge_two_customers(make: Make) -> None:
    owner = viewer_of(make.staff("owner").id)
    first, second = put(phone=PHONE, name="林小满"), put(email=MAIL)
    left, right = (customer_behind(number) for number in (first, second))
    with transaction():
        kept = services.merge_customers(right, left, by=owner)
    db.session.expire_all()
    assert customer_behind(second).id == customer_behind(first).id == kept.id
    assert right.merged_into == kept.id
    assert db.session.scalars(sa.select(CustomerMerge)).one().orders == 1
    assert [entry.action for entry in entries_of("customer", kept.id)] == ["customer.merged"]
    assert customer_behind(put(email=MAIL)).id == kept.id
    with pytest.raises(Conflict), transaction():
        services.merge_customers(right, left, by=owner)
    all_is_proven()


def test_two_members_are_never_merged(make: Make) -> None:
    owner = viewer_of(make.staff("owner").id)
    one, two = make.customer(make.member()), make.customer(make.member())
    with pytest.raises(Conflict), transaction():
        services.merge_customers(one, two, by=owner)


def test_a_guest_becomes_the_member_whichever_way_staff_merge_them(make: Make) -> None:
    owner, member = viewer_of(make.staff("owner").id), make.member()
    number, mine = put(phone=PHONE), make.customer(member)
    with transaction():
        kept = services.merge_customers(mine, customer_behind(number), by=owner)
    assert kept.id == mine.id
    assert whose(number) == member.id


# ------------------------------------------------------------------ taken back


def together(make: Make, first: str, second: str) -> tuple[Any, CustomerMerge]:
    """The customer behind ``first`` becomes the one behind ``second``."""
    owner = viewer_of(make.staff("owner").id)
    with transaction():
        services.merge_customers(customer_behind(first), customer_behind(second), by=owner)
    db.session.expire_all()
    newest = sa.select(CustomerMerge).order_by(CustomerMerge.id.desc()).limit(1)
    return owner, db.session.scalars(newest).one()


def stitches(member: Any) -> int:
    now = clock.now()
    return stitches_between(member.id, now - timedelta(days=365), now + timedelta(days=1))


def test_a_merge_is_taken_back_with_all_that_followed(make: Make) -> None:
    member, product = make.member(), make.product()
    mine, guests = put(member=member), put(phone=PHONE, name="林小满", product=product)
    owner, done = together(make, guests, mine)
    since = put(phone=PHONE)
    db.session.expire_all()
    assert (whose(guests), whose(since), stitches(member)) == (member.id, member.id, 9)
    assert queries.owns(member.id, [product.id])

    with transaction():
        parted = services.part_customers(done, by=owner)
    db.session.expire_all()
    assert {customer_behind(number).id for number in (guests, since)} == {parted.id} == {done.from_id}
    assert (whose(guests), whose(since), whose(mine)) == (None, None, member.id)
    assert (stitches(member), queries.owns(member.id, [product.id]), parted.name) == (3, set(), "林小满")
    assert [entry.action for entry in entries_of("customer", parted.id)] == ["customer.parted"]
    assert customer_behind(put(phone=PHONE)).id == parted.id
    with pytest.raises(Conflict), transaction():
        services.part_customers(done, by=owner)
    all_is_proven()


def test_what_was_proved_or_claimed_meanwhile_stays(make: Make) -> None:
    member = make.member()
    mine, by_phone, by_mail = put(member=member), put(phone=PHONE), put(email=MAIL)
    together(make, by_mail, by_phone)
    owner, done = together(make, by_phone, mine)
    prove(member, phone=PHONE)
    with transaction():
        services.part_customers(done, by=owner)
    assert (whose(by_phone), whose(by_mail)) == (member.id, None)
    all_is_proven()


def test_merges_within_a_merge_come_apart_in_any_order(make: Make) -> None:
    first, second, third = put(phone=PHONE), put(email=MAIL), put(phone=OTHER_PHONE)
    owner, inner = together(make, first, second)
    _owner, outer = together(make, second, third)
    for done in (inner, outer):
        with transaction():
            services.part_customers(done, by=owner)
    assert len({customer_behind(number).id for number in (first, second, third)}) == 3
    again = together(make, first, second)[1]
    _owner, outer = together(make, second, third)
    for done in (outer, again):
        with transaction():
            services.part_customers(done, by=owner)
    assert len({customer_behind(number).id for number in (first, second, third)}) == 3
    all_is_proven()


# ------------------------------------------------------------------ guests who ask to be forgotten


def test_a_guest_is_forgotten_and_never_comes_back(make: Make) -> None:
    owner = viewer_of(make.staff("owner").id)
    then = clock.now() - timedelta(days=3)
    story = {"order_no": "F1", "phone": PHONE, "email": MAIL, "name": "林小满", "ordered_at": then}
    put(**story)
    guest = customer_behind("F1")
    for _twice in range(2):
        with transaction():
            services.forget_guest(guest, by=owner)
    put(**story)
    db.session.expire_all()
    order = db.session.scalars(sa.select(Order)).one()
    assert (order.name, order.email, order.phone, order.net, order.customer_id) == (
        "",
        "",
        "",
        10000,
        guest.id,
    )
    assert db.session.scalars(sa.select(CustomerContact)).all() == []
    assert entries_of("customer", guest.id)[0].action == "customer.forgotten"
    member = make.member()
    prove(member, phone=PHONE)
    assert whose("F1") is None


def test_members_are_not_forgotten_as_guests(make: Make) -> None:
    owner = viewer_of(make.staff("owner").id)
    number = put(member=make.member())
    with pytest.raises(Conflict), transaction():
        services.forget_guest(customer_behind(number), by=owner)


def test_who_leaves_takes_no_contact_of_others_along(make: Make) -> None:
    """The address of another member stood on an order of theirs."""
    leaving, staying = make.member(), make.member(email=MAIL)
    prove(leaving, phone=PHONE)
    put(phone=PHONE, email=MAIL)
    then = clock.now() - timedelta(days=9)
    with transaction():
        personal.erase(leaving.id)
    late = put(email=MAIL, ordered_at=then)
    assert whose(late) == staying.id
