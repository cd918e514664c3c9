"""Orders and customers as staff look at them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import PAGE_SIZE, Page, keyset_page
from portal.orders.models import (
    ClaimState,
    ContactKind,
    Customer,
    CustomerContact,
    CustomerMerge,
    Order,
    OrderClaim,
    OrderRefund,
)
from portal.orders.rules import as_email, as_phone, order_number

MOST_FOUND = 20


class Show(StrEnum):
    """Which orders of the list."""

    ALL = "all"
    COUNTING = "counting"
    UNKNOWN = "unknown"
    OTHER = "other"


class OrderRow(NamedTuple):
    """An order in the list, and who bought."""

    id: str
    order_no: str
    ordered_at: Any
    kind: Any
    status: Any
    currency: str
    net: int
    refunded: int
    qualified: bool
    channel: str
    name: str
    customer_id: str | None
    member_id: str | None
    member_name: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, and the member behind them."""

    customer: Customer
    member: Member | None

    @property
    def name(self) -> str:
        return self.member.display_name if self.member else self.customer.name


def newest_orders(
    show: Show, query: str = "", *, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[OrderRow]:
    """Orders that fit, newest first. ``query`` is an order number, a phone number, an address or a name. One query."""
    statement = _rows()
    if show is Show.COUNTING:
        statement = statement.where(Order.qualified)
    elif show is Show.UNKNOWN:
        statement = statement.where(Order.customer_id.is_(None))
    elif show is Show.OTHER:
        statement = statement.where(~Order.qualified)
    if query.strip():
        statement = statement.where(_fits(query))
    page = keyset_page(statement, (Order.ordered_at, Order.id), cursor=cursor, limit=limit, scalars=False)
    return Page([OrderRow._make(row) for row in page.items], page.next_cursor)


def get_order(order_id: str) -> Order:
    """The order, or NotFound."""
    order = db.session.get(Order, order_id)
    if order is None:
        raise NotFound(_("There is no such order."))
    return order


def refunds_of(order_id: str) -> list[OrderRefund]:
    statement = sa.select(OrderRefund).where(OrderRefund.order_id == order_id)
    return list(db.session.scalars(statement.order_by(OrderRefund.refunded_at, OrderRefund.refund_id)))


# ------------------------------------------------------------------ customers


def get_person(customer_id: str) -> Person:
    """The customer, or NotFound; one that was merged leads to who took over (see ``merged_into``)."""
    row = db.session.execute(_people().where(Customer.id == customer_id)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such customer."))
    return Person(*row)


def find_people(query: str, *, besides: str) -> list[Person]:
    """Customers with this phone number, address, order number or name, but for one of them; a few at most."""
    said = query.strip()
    if not said:
        return []
    contact = sa.select(CustomerContact.customer_id).where(_is_contact(said))
    ordered = sa.select(Order.customer_id).where(Order.order_no == order_number(said))
    named = sa.or_(Customer.name.contains(said, autoescape=True), Member.display_name == said)
    statement = _people().where(
        Customer.id != besides,
        Customer.merged_into.is_(None),
        sa.or_(Customer.id.in_(contact), Customer.id.in_(ordered), named),
    )
    rows = db.session.execute(statement.order_by(Customer.id.desc()).limit(MOST_FOUND))
    return [Person(*row) for row in rows]


def contacts_of(customer_id: str) -> list[CustomerContact]:
    statement = sa.select(CustomerContact).where(CustomerContact.customer_id == customer_id)
    return list(db.session.scalars(statement.order_by(CustomerContact.kind.desc(), CustomerContact.value)))


def orders_of_customer(customer_id: str, *, cursor: str | None = None) -> Page[OrderRow]:
    page = keyset_page(
        _rows().where(Order.customer_id == customer_id),
        (Order.ordered_at, Order.id),
        cursor=cursor,
        scalars=False,
    )
    return Page([OrderRow._make(row) for row in page.items], page.next_cursor)


def merges_into(customer_id: str) -> list[CustomerMerge]:
    """Who is this customer now, newest first; also those who came by way of another. What was taken back is not there."""
    statement = sa.select(CustomerMerge).join(Customer, Customer.id == CustomerMerge.from_id)
    standing = statement.where(Customer.merged_into == customer_id)
    newest = standing.order_by(CustomerMerge.at.desc(), CustomerMerge.id.desc())
    return list(db.session.scalars(newest.limit(MOST_FOUND)))


def get_merge(merge_id: str) -> CustomerMerge:
    """The merge, or NotFound."""
    done = db.session.get(CustomerMerge, merge_id)
    if done is None:
        raise NotFound(_("There is no such customer."))
    return done


def members_to_know(limit: int) -> list[str]:
    """Members who proved a contact that stands with another customer, or on an order that is known otherwise."""
    elsewhere = sa.or_(Customer.member_id.is_(None), Customer.member_id != Member.id)
    found: list[str] = []
    for kind, column, proved, on_order in (
        (ContactKind.PHONE, Member.phone, Member.phone_verified_at, Order.phone),
        (ContactKind.EMAIL, Member.email, Member.email_verified_at, Order.email),
    ):
        proving = sa.select(Member.id).where(proved.is_not(None), Member.state != MemberState.ERASED)
        theirs = sa.and_(CustomerContact.kind == kind, CustomerContact.value == column)
        held = proving.join(CustomerContact, theirs).join(
            Customer, Customer.id == CustomerContact.customer_id
        )
        found += db.session.scalars(held.where(elsewhere).limit(limit))
        ordered = proving.join(Order, on_order == column)
        known_by = ordered.join(CustomerContact, CustomerContact.id == Order.contact_id)
        found += db.session.scalars(known_by.where(CustomerContact.proved_at.is_(None)).limit(limit))
    return sorted(set(found))


# ------------------------------------------------------------------ claims


class Dispute(NamedTuple):
    """A claim that waits: who asks, and whose the order is now."""

    id: str
    at: Any
    order_no: str
    order_id: str
    claimant_id: str
    claimant: str
    holder: str | None


def disputes(*, cursor: str | None = None) -> Page[Dispute]:
    """What waits for a decision, oldest first. One query."""
    holder = sa.orm.aliased(Member)
    statement = (
        sa.select(
            OrderClaim.id,
            OrderClaim.at,
            OrderClaim.order_no,
            OrderClaim.order_id,
            Member.id,
            Member.display_name,
            holder.display_name.label("holder"),
        )
        .join(Member, Member.id == OrderClaim.member_id)
        .join(Order, Order.id == OrderClaim.order_id)
        .outerjoin(Customer, Customer.id == Order.customer_id)
        .outerjoin(holder, holder.id == Customer.member_id)
        .where(OrderClaim.state == ClaimState.DISPUTED)
    )
    page = keyset_page(
        statement, (OrderClaim.at, OrderClaim.id), cursor=cursor, ascending=True, scalars=False
    )
    return Page([Dispute._make(row) for row in page.items], page.next_cursor)


def open_disputes() -> sa.Select[int]:
    """How many claims wait for a decision."""
    return sa.select(sa.func.count()).where(OrderClaim.state == ClaimState.DISPUTED)


def count_disputes() -> int:
    return db.session.scalar(open_disputes()) or 0


def get_claim(claim_id: str) -> OrderClaim:
    claim = db.session.get(OrderClaim, claim_id)
    if claim is None or claim.order_id is None:
        raise NotFound(_("There is no such claim."))
    return claim


# ------------------------------------------------------------------ inside


def _rows() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Order.id,
            Order.order_no,
            Order.ordered_at,
            Order.kind,
            Order.status,
            Order.currency,
            Order.net,
            Order.refunded,
            Order.qualified,
            Order.channel,
            Order.name,
            Order.customer_id,
            Customer.member_id,
            Member.display_name,
        )
        .outerjoin(Customer, Customer.id == Order.customer_id)
        .outerjoin(Member, Member.id == Customer.member_id)
    )


def _people() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(Customer, Member).outerjoin(Member, Member.id == Customer.member_id)


def _fits(query: str) -> sa.ColumnElement[bool]:
    said = query.strip()
    fitting = [
        Order.order_no.startswith(order_number(said), autoescape=True),
        Order.name.contains(said, autoescape=True),
        Member.display_name.contains(said, autoescape=True),
    ]
    if phone := as_phone(said):
        fitting.append(Order.phone == phone)
    if email := as_email(said):
        fitting.append(Order.email == email)
    return sa.or_(*fitting)


def _is_contact(said: str) -> sa.ColumnElement[bool]:
    phone, email = as_phone(said), as_email(said)
    return sa.or_(
        sa.and_(CustomerContact.kind == ContactKind.PHONE, CustomerContact.value == (phone or None)),
        sa.and_(CustomerContact.kind == ContactKind.EMAIL, CustomerContact.value == (email or None)),
    )
