"""The table of deliveries."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, OptionalMoment, OptionalRef, Ref, Str64, Str120, enum_type
from portal.core.sealed import Sealed
from portal.core.words import spoken


class DeliveryState(StrEnum):
    """``asked``: the member is to say where to. ``ready``: they said it. ``lost``: they say that it never came, and staff are to
    send it again or stop it. ``stopped``: nothing will be sent."""

    ASKED = "asked"
    READY = "ready"
    SHIPPED = "shipped"
    LOST = "lost"
    RECEIVED = "received"
    STOPPED = "stopped"


class Delivery(Base):
    """Something the house sends to a member, for a thing above (``owner_kind`` and ``owner_id``).

    Name, number and address are sealed, asked only of who was chosen, and gone once it arrived (``erased_at``), and with them
    by which courier it came. ``listed_at``: since then this address stands on the list that staff took along last. ``reminded_at``:
    since then its member knows that it is taken as received soon. ``shipped_by`` and ``version`` are columns of before: the audit
    log says who sent it.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("owner_kind", "owner_id"),
        sa.CheckConstraint(
            "erased_at IS NULL OR (name = '' AND phone = '' AND address = '' AND carrier = '' AND tracking = '')",
            name="erased_is_empty",
        ),
        sa.CheckConstraint(
            "state NOT IN ('ready', 'shipped', 'lost') OR (name <> '' AND address <> '')",
            name="sent_somewhere",
        ),
        sa.CheckConstraint(
            "(state IN ('received', 'stopped')) = (erased_at IS NOT NULL)", name="over_is_erased"
        ),
        sa.CheckConstraint(
            "state NOT IN ('shipped', 'lost', 'received') OR shipped_at IS NOT NULL", name="shipped"
        ),
        sa.CheckConstraint("(state = 'received') = (received_at IS NOT NULL)", name="received"),
        sa.Index("ix_delivery_state", "state", "asked_at", "id"),
        sa.Index("ix_delivery_member", "member_id", "asked_at", "id"),
    )

    id: Mapped[Id]
    owner_kind: Mapped[Str64]
    owner_id: Mapped[Ref]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    what_zh: Mapped[Str120]
    what_en: Mapped[Str120]
    state: Mapped[DeliveryState] = mapped_column(enum_type(DeliveryState), default=DeliveryState.ASKED)
    name: Mapped[str] = mapped_column(Sealed, default="")
    phone: Mapped[str] = mapped_column(Sealed, default="")
    address: Mapped[str] = mapped_column(Sealed, default="")
    carrier: Mapped[Str64] = mapped_column(sa.String(64), default="")
    tracking: Mapped[Str64] = mapped_column(sa.String(64), default="")
    asked_at: Mapped[Moment]
    ready_at: Mapped[OptionalMoment]
    listed_at: Mapped[OptionalMoment]
    shipped_at: Mapped[OptionalMoment]
    shipped_by: Mapped[OptionalRef]
    reminded_at: Mapped[OptionalMoment]
    received_at: Mapped[OptionalMoment]
    erased_at: Mapped[OptionalMoment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def what(self) -> str:
        """What is sent, in the visitor's language."""
        return spoken(self.what_zh, self.what_en)
