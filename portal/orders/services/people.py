"""Whose orders are whose: a proved phone number first, then a proved mail address, then what staff know.

An order belongs to the member who proved a contact that stands on it, whether they joined before or after; where a phone
and an address tell two stories, the phone is believed. A contact that merely stands beside a proved one gives nothing
away: whoever types somebody else's number into an order must not read what was bought under it. It makes its customer
*kin* (``Customer.kin_id``): figures count the two as one person, pages do not. All of it happens behind one door
(``door``), because two decisions at once could each be right and together wrong.
"""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.db import changed_rows, db, new_id
from portal.orders.models import (
    ContactKind,
    Customer,
    CustomerContact,
    CustomerMerge,
    MergeReason,
    Order,
)
from portal.orders.services.door import hold_door
from portal.orders.services.merging import merge, move_orders
from portal.orders.services.telling import Moves


def know_member(member_id: str) -> None:
    """Give a member what was bought under the contacts they proved. Doing it twice is doing it once.

    Takes the member's stories and account: whoever holds the member's row must not call it.
    """
    hold_door()
    member = db.session.get(Member, member_id, populate_existing=True)
    if member is None or member.state is MemberState.ERASED:
        return
    moves = Moves()
    for kind, value in proved_contacts(member):
        _take_contact(member.id, kind, value, moves)
    db.session.flush()
    moves.tell()


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


def give_order(order: Order, member_id: str) -> None:
    """This one order is this member's, whatever contact stands on it. The door must be held."""
    moves = Moves()
    move_orders(Order.id == order.id, customer_of(member_id), moves, contact_id=None)
    db.session.refresh(order)
    moves.tell()


def stands_on_order(kind: ContactKind, value: str) -> sa.ColumnElement[bool]:
    """This contact stands on the order."""
    return (Order.phone if kind is ContactKind.PHONE else Order.email) == value


# ------------------------------------------------------------------ inside


def _take_contact(member_id: str, kind: ContactKind, value: str, moves: Moves) -> None:
    """This contact is this member's from now on, with the orders on which it stands."""
    contact = db.session.scalar(
        sa.select(CustomerContact).where(CustomerContact.kind == kind, CustomerContact.value == value)
    )
    if contact is None and not db.session.scalar(sa.select(sa.exists().where(stands_on_order(kind, value)))):
        return  # the first order that names it looks for the member behind it
    mine = customer_of(member_id)
    holder = db.session.get_one(Customer, contact.customer_id) if contact is not None else mine
    if contact is None:
        contact = CustomerContact(id=new_id(), customer_id=mine.id, kind=kind, value=value)
        db.session.add(contact)
    elif holder.id != mine.id:
        _leave_to(contact, holder, mine, moves)
    contact.proved_at = contact.proved_at or clock.now()
    db.session.flush()
    move_orders(_brought_by(contact, mine), mine, moves, contact_id=contact.id)
    if holder.id != mine.id and holder.member_id is None and holder.merged_into is None:
        _merge_if_empty(holder, mine, moves)
    _note_kin(mine)


def _leave_to(contact: CustomerContact, holder: Customer, mine: Customer, moves: Moves) -> None:
    """The contact changes hands. What another member bought while they could prove it stays theirs; what merely
    stood on their orders goes. A customer whom staff put together stays together."""
    if holder.member_id is None and _is_staffs_word(holder):
        merge(holder, mine, MergeReason.CONTACT, None, moves)
        return
    if contact.proved_at is not None:
        changed_rows(sa.update(Order).where(Order.contact_id == contact.id).values(contact_id=None))
    contact.customer_id, contact.proved_at = mine.id, None
    db.session.flush()


def _brought_by(contact: CustomerContact, mine: Customer) -> sa.ColumnElement[bool]:
    """Orders on which the contact stands, but for those that were settled otherwise, or whose phone is believed."""
    known_here = sa.and_(Order.customer_id == mine.id, Order.contact_id == contact.id)
    on_it = sa.and_(
        sa.or_(Order.contact_id == contact.id, stands_on_order(contact.kind, contact.value)),
        Order.contact_id.is_not(None),
        ~known_here,
    )
    if contact.kind is ContactKind.PHONE:
        return on_it
    believed = sa.select(CustomerContact.id).where(
        CustomerContact.id == Order.contact_id,
        CustomerContact.kind == ContactKind.PHONE,
        CustomerContact.proved_at.is_not(None),
    )
    return sa.and_(on_it, ~believed.correlate(Order).exists())


def _merge_if_empty(guest: Customer, mine: Customer, moves: Moves) -> None:
    """A guest who holds nothing any more leads to who took it."""
    held = sa.or_(
        sa.exists().where(Order.customer_id == guest.id),
        sa.exists().where(CustomerContact.customer_id == guest.id),
    )
    if not db.session.scalar(sa.select(held)):
        merge(guest, mine, MergeReason.CONTACT, None, moves)


def _note_kin(mine: Customer) -> None:
    """Guests known by a contact that stands beside one of this member's: only figures count them as one."""
    on_order = sa.or_(
        sa.and_(CustomerContact.kind == ContactKind.PHONE, CustomerContact.value == Order.phone),
        sa.and_(CustomerContact.kind == ContactKind.EMAIL, CustomerContact.value == Order.email),
    )
    beside = sa.select(CustomerContact.customer_id).join(Order, on_order).where(Order.customer_id == mine.id)
    guests = sa.update(Customer).where(
        Customer.id.in_(beside), Customer.member_id.is_(None), Customer.kin_id.is_(None)
    )
    changed_rows(guests.values(kin_id=mine.id))


def _is_staffs_word(holder: Customer) -> bool:
    """Whether staff put somebody into this customer, and it still stands."""
    put = sa.select(CustomerMerge.id).join(Customer, Customer.id == CustomerMerge.from_id)
    mine = put.where(CustomerMerge.reason == MergeReason.STAFF, Customer.merged_into == holder.id)
    return db.session.scalar(mine.limit(1)) is not None
