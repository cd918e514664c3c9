"""A person goes, the facts of their orders stay."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.crypto import keyed_digest
from portal.core.db import changed_rows, db, insert_once
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.orders.models import ContactKind, Customer, CustomerContact, ForgottenContact, Order, OrderClaim
from portal.orders.services.door import hold_door
from portal.orders.services.merging import KIND
from portal.orders.services.telling import Moves, Standing


def forget_guest(customer: Customer, *, by: Viewer) -> None:
    """Somebody who is no member asked to be erased. Audited. Twice is once; Conflict for members and who was merged."""
    hold_door()
    db.session.refresh(customer)
    if customer.member_id is not None:
        raise Conflict(
            _("This is a member. Members are erased with their whole account, on the page about them.")
        )
    if customer.merged_into is not None:
        raise Conflict(_("One of the two was merged meanwhile. Look again."))
    forget_person(customer)
    audit.record("customer.forgotten", by=by, target_kind=KIND, target_id=customer.id)


def forget_person(customer: Customer) -> None:
    """The facts of the orders stay, the person goes: name, address, number, and whose account it was.

    The same file, imported again, does not bring them back. Orders stay together under a customer nobody knows.
    """
    hold_door()
    db.session.refresh(customer)
    contacts = _contacts_about(customer)
    for kind, value in contacts:
        if not _is_anothers(kind, value, customer.member_id):
            _remember_to_forget(kind, value)
    _unbind(customer)
    changed_rows(
        sa.update(Order)
        .where(Order.customer_id == customer.id)
        .values(contact_id=None, name="", email="", phone="")
    )
    changed_rows(sa.delete(CustomerContact).where(CustomerContact.customer_id == customer.id))
    changed_rows(sa.delete(CustomerContact).where(CustomerContact.customer_id.in_(_empty_kin(customer.id))))
    changed_rows(sa.update(OrderClaim).where(OrderClaim.order_id.in_(_orders(customer.id))).values(note=""))
    db.session.flush()


def forgotten_digest(kind: ContactKind, value: str) -> str:
    """What is kept of a contact that must not come back: useless to whoever does not hold our key."""
    return keyed_digest(f"forgotten {kind.value} {value}")


def is_forgotten(digests: dict[str, datetime], kind: ContactKind, value: str, ordered_at: datetime) -> bool:
    """Whether this contact's person was erased after this was bought."""
    at = digests.get(forgotten_digest(kind, value))
    return at is not None and ordered_at <= at


# ------------------------------------------------------------------ inside


def _orders(customer_id: str) -> sa.Select[str]:
    return sa.select(Order.id).where(Order.customer_id == customer_id)


def _empty_kin(customer_id: str) -> sa.Select[str]:
    """Customers who are nothing but a contact beside one of this person's: nobody bought under it alone."""
    bought = sa.exists().where(Order.customer_id == Customer.id).correlate(Customer)
    return sa.select(Customer.id).where(Customer.kin_id == customer_id, ~bought)


def _contacts_about(customer: Customer) -> set[tuple[ContactKind, str]]:
    """Those the person is known by, and those that stand on their orders."""
    mine = sa.select(CustomerContact.kind, CustomerContact.value)
    found = {
        (row.kind, row.value)
        for row in db.session.execute(mine.where(CustomerContact.customer_id == customer.id))
    }
    on_orders = sa.select(Order.phone, Order.email).where(Order.customer_id == customer.id).distinct()
    for row in db.session.execute(on_orders):
        found |= {(ContactKind.PHONE, row.phone), (ContactKind.EMAIL, row.email)}
    return {(kind, value) for kind, value in found if value}


def _is_anothers(kind: ContactKind, value: str, member_id: str | None) -> bool:
    """Whether another member proved it: it stood on an order of this person, but is not theirs to be forgotten."""
    column, proved = (
        (Member.phone, Member.phone_verified_at)
        if kind is ContactKind.PHONE
        else (Member.email, Member.email_verified_at)
    )
    theirs = sa.exists().where(
        column == value,
        proved.is_not(None),
        Member.state != MemberState.ERASED,
        Member.id != (member_id or ""),
    )
    return bool(db.session.scalar(sa.select(theirs)))


def _remember_to_forget(kind: ContactKind, value: str) -> None:
    digest, now = forgotten_digest(kind, value), clock.now()
    if not insert_once(ForgottenContact, digest=digest, at=now):
        changed_rows(
            sa.update(ForgottenContact)
            .where(ForgottenContact.digest == digest, ForgottenContact.at < now)
            .values(at=now)
        )


def _unbind(customer: Customer) -> None:
    """Whose account it was is forgotten, and what it brought there goes."""
    moves, was = Moves(), customer.member_id
    rows = db.session.execute(
        sa.select(Order.id, Order.qualified).where(Order.customer_id == customer.id)
    ).all()
    customer.member_id, customer.name = None, ""
    db.session.flush()
    for row in rows:
        moves.note(row.id, Standing(was, row.qualified), Standing(None, row.qualified))
    if was is not None:
        moves.tell()
