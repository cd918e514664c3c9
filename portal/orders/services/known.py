"""Whose the orders of one batch are: everything that is known about their contacts, read at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db, new_id
from portal.orders.models import ContactKind, Customer, CustomerContact, ForgottenContact
from portal.orders.services.forgetting import forgotten_digest, is_forgotten

PHONE, EMAIL = ContactKind.PHONE, ContactKind.EMAIL


class Buyer(NamedTuple):
    """What an order says about its person, as far as it may be kept."""

    phone: str
    email: str
    name: str
    ordered_at: datetime


class Whose(NamedTuple):
    """The customer of an order, the contact it is known by, and the member behind it."""

    customer_id: str | None
    contact_id: str | None
    member_id: str | None


NOBODY = Whose(None, None, None)


class Known:
    """The contacts that a batch names, and the customers it concerns. The door must be held while customers are found.

    Four queries for any number of contacts; what it makes new is written by :meth:`flush`.
    """

    def __init__(self, buyers: Iterable[Buyer], customer_ids: Iterable[str] = ()) -> None:
        self._made: list[CustomerContact] = []
        named = {pair for buyer in buyers for pair in _contacts(buyer)}
        phones, emails = ({value for kind, value in named if kind is wanted} for wanted in (PHONE, EMAIL))
        self._forgotten = _forgotten(named)
        self._contacts = {
            (contact.kind, contact.value): contact
            for contact in db.session.scalars(
                sa.select(CustomerContact).where(
                    sa.or_(
                        sa.and_(CustomerContact.kind == PHONE, CustomerContact.value.in_(phones)),
                        sa.and_(CustomerContact.kind == EMAIL, CustomerContact.value.in_(emails)),
                    )
                )
            )
        }
        self._members = _members(phones, emails)
        self._customers = _customers(
            {*customer_ids, *(contact.customer_id for contact in self._contacts.values())},
            set(self._members.values()),
        )
        self._by_member = {
            customer.member_id: customer for customer in self._customers.values() if customer.member_id
        }

    def remembered(self, buyer: Buyer) -> Buyer:
        """Without the contacts (and then the name) of somebody who was erased since."""
        kept = {
            kind: value
            for kind, value in _contacts(buyer)
            if not is_forgotten(self._forgotten, kind, value, buyer.ordered_at)
        }
        if len(kept) == len(_contacts(buyer)):
            return buyer
        return buyer._replace(phone="", email="", name="")

    def customer_for(self, buyer: Buyer) -> Whose:
        """Who proved the phone, else the address; else known by the phone, else by the address; else made new.

        Without either it is nobody's.
        """
        contacts = _contacts(buyer)
        if not contacts:
            return NOBODY
        believed = self._believed(contacts)
        customer = self._find(*believed) or self._make(buyer.name)
        if buyer.name and not customer.name:
            customer.name = buyer.name
        if believed not in self._contacts:
            self._add(believed, customer)
        for pair in contacts:
            if pair not in self._contacts:
                self._add(pair, self._beside(customer))
            elif customer.member_id is not None:
                self._note_kin(self._customers[self._contacts[pair].customer_id], customer)
        return Whose(customer.id, self._contacts[believed].id, customer.member_id)

    def member_of(self, customer_id: str | None) -> str | None:
        """The member behind a customer of this batch."""
        customer = self._customers.get(customer_id or "")
        return customer.member_id if customer else None

    def flush(self) -> None:
        """Write the new customers, then their contacts."""
        db.session.flush()
        db.session.add_all(self._made)
        self._made = []
        db.session.flush()

    def _find(self, kind: ContactKind, value: str) -> Customer | None:
        contact = self._contacts.get((kind, value))
        if contact is not None:
            return self._customers[contact.customer_id]
        member_id = self._members.get((kind, value))
        return self._customer_of(member_id) if member_id else None

    def _customer_of(self, member_id: str) -> Customer:
        customer = self._by_member.get(member_id)
        if customer is None:
            customer = self._by_member[member_id] = self._make("", member_id)
        return customer

    def _make(self, name: str, member_id: str | None = None, kin_id: str | None = None) -> Customer:
        now = clock.now()
        customer = Customer(id=new_id(), member_id=member_id, kin_id=kin_id, name=name, created_at=now)
        db.session.add(customer)
        self._customers[customer.id] = customer
        return customer

    def _believed(self, contacts: list[tuple[ContactKind, str]]) -> tuple[ContactKind, str]:
        """Which of the contacts says whose an order is."""
        proved = (pair for pair in contacts if self._is_proved(pair))
        known = (pair for pair in contacts if pair in self._contacts)
        return next(proved, None) or next(known, None) or contacts[0]

    def _is_proved(self, pair: tuple[ContactKind, str]) -> bool:
        contact = self._contacts.get(pair)
        return pair in self._members if contact is None else contact.proved_at is not None

    def _beside(self, customer: Customer) -> Customer:
        """Who is known by a contact that stands beside this customer's: the same guest; of a member only their kin."""
        return customer if customer.member_id is None else self._make("", kin_id=customer.id)

    def _note_kin(self, other: Customer, customer: Customer) -> None:
        """A guest who was there before, beside a member: only figures count them as one."""
        if other.member_id is None and other.kin_id is None:
            other.kin_id = customer.id

    def _add(self, pair: tuple[ContactKind, str], customer: Customer) -> None:
        """It is this customer's, unless a member proved it: then it is theirs."""
        owner = self._members.get(pair)
        contact = CustomerContact(
            id=new_id(),
            customer_id=self._customer_of(owner).id if owner else customer.id,
            kind=pair[0],
            value=pair[1],
            proved_at=clock.now() if owner else None,
        )
        self._made.append(contact)
        self._contacts[pair] = contact


def _contacts(buyer: Buyer) -> list[tuple[ContactKind, str]]:
    """The phone first."""
    pairs = ((PHONE, buyer.phone), (EMAIL, buyer.email))
    return [(kind, value) for kind, value in pairs if value]


def _forgotten(named: set[tuple[ContactKind, str]]) -> dict[str, datetime]:
    digests = [forgotten_digest(kind, value) for kind, value in named]
    rows = db.session.execute(
        sa.select(ForgottenContact.digest, ForgottenContact.at).where(ForgottenContact.digest.in_(digests))
    )
    return {row.digest: row.at for row in rows}


def _members(phones: set[str], emails: set[str]) -> dict[tuple[ContactKind, str], str]:
    """Members by the contacts they proved."""
    rows = db.session.execute(
        sa.select(
            Member.id, Member.phone, Member.phone_verified_at, Member.email, Member.email_verified_at
        ).where(sa.or_(Member.phone.in_(phones), Member.email.in_(emails)))
    )
    found: dict[tuple[ContactKind, str], str] = {}
    for row in rows:
        if row.phone and row.phone_verified_at:
            found[PHONE, row.phone] = row.id
        if row.email and row.email_verified_at:
            found[EMAIL, row.email] = row.id
    return found


def _customers(ids: set[str], member_ids: set[str]) -> dict[str, Customer]:
    rows = db.session.scalars(
        sa.select(Customer).where(sa.or_(Customer.id.in_(ids), Customer.member_id.in_(member_ids)))
    )
    return {customer.id: customer for customer in rows}
