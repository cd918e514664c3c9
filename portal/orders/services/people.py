"""Whose orders are whose: a phone number first, then a mail address, then what staff know.

An order belongs to the customer of the contact it is known by. So who proves a contact gets what was bought under it,
whether they joined before or after; where a phone and an address tell two stories, the phone is believed. All of it
happens behind one door (:func:`hold_door`), because two decisions at once could each be right and together wrong.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.crypto import keyed_digest
from portal.core.db import changed_rows, db, insert_once, new_id
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.orders.models import (
    ContactKind,
    Customer,
    CustomerContact,
    CustomerDoor,
    CustomerMerge,
    ForgottenContact,
    MergeReason,
    Order,
)
from portal.orders.services.telling import Standing, tell_order, tell_ownership

KIND = "customer"


def hold_door() -> None:
    """Nobody else says whose orders are whose until this transaction ends."""
    insert_once(CustomerDoor, id=1, passed=0)
    changed_rows(sa.update(CustomerDoor).where(CustomerDoor.id == 1).values(passed=CustomerDoor.passed + 1))


def know_member(member_id: str) -> None:
    """Give a member what was bought under the contacts they proved. Doing it twice is doing it once."""
    hold_door()
    member = db.session.get(Member, member_id, populate_existing=True)
    if member is None or member.state is MemberState.ERASED:
        return
    for kind, value in proved_contacts(member):
        _take_contact(member.id, kind, value)
    db.session.flush()


def proved_contacts(member: Member) -> list[tuple[ContactKind, str]]:
    """The contacts that this member proved; the phone first, because it is believed first."""
    found = []
    if member.phone and member.phone_verified_at:
        found.append((ContactKind.PHONE, member.phone))
    if member.email and member.email_verified_at:
        found.append((ContactKind.EMAIL, member.email))
    return found


def customer_of(member_id: str) -> Customer:
    """The member as a customer, made when they never bought. The door must be held."""
    customer = db.session.scalar(sa.select(Customer).where(Customer.member_id == member_id))
    if customer is None:
        customer = Customer(id=new_id(), member_id=member_id, created_at=clock.now())
        db.session.add(customer)
        db.session.flush()
    return customer


def merge_customers(customer: Customer, into: Customer, *, by: Viewer) -> Customer:
    """Staff know that two are one person. Returns who holds everything now (a member, if one of them is).

    Audited. Raises Conflict when both are members, or one of them was merged meanwhile.
    """
    hold_door()
    db.session.refresh(customer)
    db.session.refresh(into)
    if customer.id == into.id:
        raise Conflict(_("This is the same customer."))
    if customer.merged_into or into.merged_into:
        raise Conflict(_("One of the two was merged meanwhile. Look again."))
    if customer.member_id and into.member_id:
        raise Conflict(_("Both are members. Two memberships cannot become one here."))
    if customer.member_id:
        customer, into = into, customer
    moved = merge(customer, into, MergeReason.STAFF, by)
    audit.record(
        "customer.merged", by=by, target_kind=KIND, target_id=into.id, merged=customer.id, orders=moved
    )
    return into


def give_order(order: Order, member_id: str) -> None:
    """This one order is this member's, whatever contact stands on it. The door must be held."""
    customer = customer_of(member_id)
    move_orders(Order.id == order.id, customer, contact_id=None)
    db.session.refresh(order)


def move_orders(which: sa.ColumnElement[bool], to: Customer, **values: object) -> int:
    """Give all these orders to one customer, and tell it. Returns how many."""
    rows = db.session.execute(_standings().where(which)).all()
    changed_rows(sa.update(Order).where(which).values(customer_id=to.id, **values))
    for row in rows:
        tell_order(row.id, Standing(row.member_id, row.qualified), Standing(to.member_id, row.qualified))
    tell_ownership({to.member_id, *(row.member_id for row in rows)} if rows else ())
    return len(rows)


# ------------------------------------------------------------------ forgetting


def forget_person(customer: Customer) -> None:
    """The facts of the orders stay, the person goes: name, address, number, and whose account it was.

    The same file, imported again, does not bring them back. Orders stay together under a customer nobody knows.
    """
    hold_door()
    db.session.refresh(customer)
    mine = sa.select(CustomerContact).where(CustomerContact.customer_id == customer.id)
    for contact in db.session.scalars(mine).all():
        _remember_to_forget(contact.kind, contact.value)
    for email, phone in db.session.execute(
        sa.select(Order.email, Order.phone).where(Order.customer_id == customer.id).distinct()
    ):
        _remember_to_forget(ContactKind.EMAIL, email)
        _remember_to_forget(ContactKind.PHONE, phone)
    _unbind(customer)
    changed_rows(
        sa.update(Order)
        .where(Order.customer_id == customer.id)
        .values(contact_id=None, name="", email="", phone="")
    )
    changed_rows(sa.delete(CustomerContact).where(CustomerContact.customer_id == customer.id))
    db.session.flush()


def forgotten_digest(kind: ContactKind, value: str) -> str:
    """What is kept of a contact that must not come back: useless to whoever does not hold our key."""
    return keyed_digest(f"forgotten {kind.value} {value}")


def _remember_to_forget(kind: ContactKind, value: str) -> None:
    if not value:
        return
    digest, now = forgotten_digest(kind, value), clock.now()
    if not insert_once(ForgottenContact, digest=digest, at=now):
        changed_rows(
            sa.update(ForgottenContact)
            .where(ForgottenContact.digest == digest, ForgottenContact.at < now)
            .values(at=now)
        )


def _unbind(customer: Customer) -> None:
    rows = db.session.execute(_standings().where(Order.customer_id == customer.id)).all()
    was, customer.member_id, customer.name = customer.member_id, None, ""
    db.session.flush()
    for row in rows:
        tell_order(row.id, Standing(was, row.qualified), Standing(None, row.qualified))
    tell_ownership([was])


# ------------------------------------------------------------------ inside


def _take_contact(member_id: str, kind: ContactKind, value: str) -> None:
    """This contact is this member's from now on, with what belongs to it."""
    now = clock.now()
    contact = db.session.scalar(
        sa.select(CustomerContact).where(CustomerContact.kind == kind, CustomerContact.value == value)
    )
    if contact is None:
        return  # the first order that names it looks for the member behind it
    holder = db.session.get_one(Customer, contact.customer_id)
    if holder.member_id is None:
        _take_over(holder, member_id)
    elif holder.member_id != member_id:
        _take_away(contact, customer_of(member_id))
    contact.proved_at = contact.proved_at or now
    db.session.flush()


def _take_over(holder: Customer, member_id: str) -> None:
    """Nobody's customer turns out to be this member."""
    mine = db.session.scalar(sa.select(Customer).where(Customer.member_id == member_id))
    if mine is not None:
        merge(holder, mine, MergeReason.CONTACT, None)
        return
    rows = db.session.execute(_standings().where(Order.customer_id == holder.id)).all()
    holder.member_id = member_id
    db.session.flush()
    for row in rows:
        tell_order(row.id, Standing(None, row.qualified), Standing(member_id, row.qualified))
    tell_ownership([member_id])


def _take_away(contact: CustomerContact, mine: Customer) -> None:
    """It stood with another member. What they bought while they could prove it stays theirs; what merely stood on
    their orders goes with the one who proved it."""
    known_by_it = Order.contact_id == contact.id
    if contact.proved_at is not None:
        changed_rows(sa.update(Order).where(known_by_it).values(contact_id=None))
    else:
        move_orders(known_by_it, mine)
    contact.customer_id, contact.proved_at = mine.id, None
    db.session.flush()


def merge(customer: Customer, into: Customer, reason: MergeReason, by: Viewer | None) -> int:
    """All that ``customer`` holds is ``into``'s. The door must be held. Returns how many orders moved."""
    moved = move_orders(Order.customer_id == customer.id, into)
    for model, column in ((CustomerContact, "customer_id"), (Customer, "merged_into")):
        held = getattr(model, column) == customer.id
        changed_rows(sa.update(model).where(held).values({column: into.id}))
    into.name = into.name or customer.name
    customer.merged_into, customer.name = into.id, ""
    db.session.add(
        CustomerMerge(
            from_id=customer.id,
            into_id=into.id,
            reason=reason,
            orders=moved,
            by_id=by.id if by else None,
            at=clock.now(),
        )
    )
    db.session.flush()
    db.session.expire_all()
    return moved


def _standings() -> sa.Select[str, bool, str | None]:
    return sa.select(Order.id, Order.qualified, Customer.member_id).outerjoin(
        Customer, Customer.id == Order.customer_id
    )


def is_forgotten(digests: dict[str, datetime], kind: ContactKind, value: str, ordered_at: datetime) -> bool:
    """Whether this contact's person was erased after this was bought."""
    at = digests.get(forgotten_digest(kind, value))
    return at is not None and ordered_at <= at
