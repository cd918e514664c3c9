"""Two customers turn out to be one person, or to be two after all."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.orders.models import Customer, CustomerContact, CustomerMerge, MergeReason, Order
from portal.orders.services.door import hold_door
from portal.orders.services.telling import Moves, Standing

KIND = "customer"


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
    moves = Moves()
    moved = merge(customer, into, MergeReason.STAFF, by, moves)
    audit.record(
        "customer.merged", by=by, target_kind=KIND, target_id=into.id, merged=customer.id, orders=moved
    )
    moves.tell()
    return into


def part_customers(done: CustomerMerge, *, by: Viewer) -> Customer:
    """They are two after all: who was merged is a customer again, with what they brought and what came under it since.

    What the member proved or claimed meanwhile stays with the member. Audited. Raises Conflict when it was
    taken back already, or was not done by staff.
    """
    hold_door()
    parted = db.session.get_one(Customer, done.from_id, populate_existing=True)
    if done.reason is not MergeReason.STAFF or parted.merged_into is None or not done.parts:
        raise Conflict(_("This was taken back already."))
    holder = db.session.get_one(Customer, parted.merged_into, populate_existing=True)
    parts, moves = done.parts, Moves()
    parted.merged_into = None
    db.session.flush()
    contacts = sa.select(CustomerContact.id).where(
        CustomerContact.id.in_(parts["contacts"]),
        CustomerContact.customer_id == holder.id,
        CustomerContact.proved_at.is_(None),
    )
    going = list(db.session.scalars(contacts))
    changed_rows(
        sa.update(CustomerContact).where(CustomerContact.id.in_(going)).values(customer_id=parted.id)
    )
    for name in ("merged_into", "kin_id"):
        column = getattr(Customer, name)
        changed_rows(
            sa.update(Customer)
            .where(Customer.id.in_(parts[name]), column == holder.id)
            .values(**{name: parted.id})
        )
    # an order that is settled now and was not then was claimed, or its number given out again: it stays
    settled = sa.and_(Order.id.in_(parts["settled"]), Order.contact_id.is_(None))
    theirs = sa.and_(Order.customer_id == holder.id, sa.or_(Order.contact_id.in_(going), settled))
    moved = move_orders(theirs, parted, moves)
    parted.name = _name_on_orders(parted.id)
    audit.record(
        "customer.parted", by=by, target_kind=KIND, target_id=parted.id, from_=holder.id, orders=moved
    )
    db.session.flush()
    moves.tell()
    return parted


def merge(customer: Customer, into: Customer, reason: MergeReason, by: Viewer | None, moves: Moves) -> int:
    """All that ``customer`` holds is ``into``'s. The door must be held. Returns how many orders moved."""
    parts = _parts_of(customer.id)
    moved = move_orders(Order.customer_id == customer.id, into, moves)
    for model, name in ((CustomerContact, "customer_id"), (Customer, "merged_into"), (Customer, "kin_id")):
        held = getattr(model, name) == customer.id
        changed_rows(sa.update(model).where(held).values({name: into.id}))
    into.name = into.name or customer.name
    customer.merged_into, customer.name, customer.kin_id = into.id, "", None
    db.session.add(
        CustomerMerge(
            from_id=customer.id,
            into_id=into.id,
            reason=reason,
            orders=moved,
            parts=parts,
            by_id=by.id if by else None,
            at=clock.now(),
        )
    )
    db.session.flush()
    db.session.expire_all()
    return moved


def move_orders(which: sa.ColumnElement[bool], to: Customer, moves: Moves, **values: object) -> int:
    """Give all these orders to one customer; ``moves`` notes whose they were. Returns how many."""
    standings = sa.select(Order.id, Order.qualified, Customer.member_id).outerjoin(
        Customer, Customer.id == Order.customer_id
    )
    rows = db.session.execute(standings.where(which)).all()
    if not rows:
        return 0
    changed_rows(sa.update(Order).where(which).values(customer_id=to.id, **values))
    for row in rows:
        if row.member_id != to.member_id:
            moves.note(row.id, Standing(row.member_id, row.qualified), Standing(to.member_id, row.qualified))
    return len(rows)


# ------------------------------------------------------------------ inside


def _parts_of(customer_id: str) -> dict[str, Any]:
    """What tells a customer apart once they are merged: ids only, so that it may stay when people leave."""
    settled = sa.select(Order.id).where(Order.customer_id == customer_id, Order.contact_id.is_(None))
    return {
        "contacts": list(
            db.session.scalars(
                sa.select(CustomerContact.id).where(CustomerContact.customer_id == customer_id)
            )
        ),
        "settled": list(db.session.scalars(settled)),
        "merged_into": list(
            db.session.scalars(sa.select(Customer.id).where(Customer.merged_into == customer_id))
        ),
        "kin_id": list(db.session.scalars(sa.select(Customer.id).where(Customer.kin_id == customer_id))),
    }


def _name_on_orders(customer_id: str) -> str:
    newest = sa.select(Order.name).where(Order.customer_id == customer_id, Order.name != "")
    return db.session.scalar(newest.order_by(Order.ordered_at.desc(), Order.id.desc()).limit(1)) or ""
