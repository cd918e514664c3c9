"""Who bought: customers, how they are known, and how two turned out to be one."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import (
    Base,
    Id,
    LongText,
    Moment,
    OptionalMoment,
    OptionalRef,
    Ref,
    Str64,
    Str120,
    Str255,
    append_only,
    enum_type,
)


class ContactKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"


class Customer(Base):
    """A person who bought, member or not. One that was merged holds nothing any more and names who took over.

    ``kin_id``: the customer of a member beside one of whose proved contacts a contact of this guest stood on an order.
    Probably they are one person, so figures count them as one; nothing of it is shown to the member.
    """

    __tablename__ = "customer"
    __table_args__ = (
        sa.UniqueConstraint("member_id"),
        sa.Index("ix_customer_merged_into", "merged_into"),
        sa.Index("ix_customer_kin", "kin_id"),
        sa.CheckConstraint("merged_into <> id", name="not_into_itself"),
        sa.CheckConstraint("merged_into IS NULL OR member_id IS NULL", name="merged_is_nobody"),
    )

    id: Mapped[Id]
    member_id: Mapped[str | None] = mapped_column(sa.ForeignKey("member.id"))
    merged_into: Mapped[str | None] = mapped_column(sa.ForeignKey("customer.id"))
    kin_id: Mapped[OptionalRef]
    name: Mapped[Str120] = mapped_column(sa.String(120), default="")
    created_at: Mapped[Moment]


class CustomerContact(Base):
    """A phone number (E.164) or address by which a customer's orders are known; it belongs to one customer.

    ``proved_at``: the member behind this customer proved it was theirs, so what was bought under it until somebody
    else proves the same stays with them: numbers are given out again.
    """

    __tablename__ = "customer_contact"
    __table_args__ = (
        sa.UniqueConstraint("kind", "value"),
        sa.Index("ix_customer_contact_customer", "customer_id"),
    )

    id: Mapped[Id]
    customer_id: Mapped[str] = mapped_column(sa.ForeignKey("customer.id"))
    kind: Mapped[ContactKind] = mapped_column(enum_type(ContactKind))
    value: Mapped[Str255]
    proved_at: Mapped[OptionalMoment]


class ForgottenContact(Base):
    """A keyed digest of a contact whose person was erased: nothing bought until ``at`` brings it back."""

    __tablename__ = "forgotten_contact"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[Moment]


class MergeReason(StrEnum):
    CONTACT = "contact"
    STAFF = "staff"


@append_only
class CustomerMerge(Base):
    """Two customers turned out to be one person: everything of ``from_id`` is ``into_id``'s since.

    ``parts``: the ids of what it brought, so that staff can take it back (None: from before that could be done).
    """

    __tablename__ = "customer_merge"
    __table_args__ = (
        sa.Index("ix_customer_merge_into", "into_id", "at"),
        sa.Index("ix_customer_merge_from", "from_id"),
    )

    id: Mapped[Id]
    from_id: Mapped[Ref]
    into_id: Mapped[Ref]
    reason: Mapped[MergeReason] = mapped_column(enum_type(MergeReason))
    orders: Mapped[int] = mapped_column(sa.Integer)
    parts: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    by_id: Mapped[OptionalRef]
    at: Mapped[Moment]


class CustomerDoor(Base):
    """One row: whoever is about to say whose orders are whose holds it, so that two never say it at once."""

    __tablename__ = "customer_door"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False, default=1)
    passed: Mapped[int] = mapped_column(sa.Integer, default=0)


class ClaimState(StrEnum):
    """refused: number and proof did not fit. disputed: it is another member's; staff grants or declines it."""

    BOUND = "bound"
    REFUSED = "refused"
    DISPUTED = "disputed"
    GRANTED = "granted"
    DECLINED = "declined"


class OrderClaim(Base):
    """A member said that an order is theirs. Every try is kept, because some try what is not theirs."""

    __tablename__ = "order_claim"
    __table_args__ = (
        sa.Index("ix_order_claim_member", "member_id", "at", "id"),
        sa.Index("ix_order_claim_order", "order_id"),
        sa.Index("ix_order_claim_waiting", "state", "at", "id"),
        sa.Index(
            "uq_order_claim_disputed",
            "member_id",
            "order_id",
            unique=True,
            sqlite_where=sa.text("state = 'disputed'"),
            postgresql_where=sa.text("state = 'disputed'"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    order_no: Mapped[Str64]
    order_id: Mapped[str | None] = mapped_column(sa.ForeignKey("sales_order.id"))
    state: Mapped[ClaimState] = mapped_column(enum_type(ClaimState))
    note: Mapped[LongText] = mapped_column(sa.Text, default="")
    at: Mapped[Moment]
    decided_at: Mapped[OptionalMoment]
    decided_by: Mapped[OptionalRef]
