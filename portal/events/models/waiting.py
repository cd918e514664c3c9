"""Who would like to come: waiting lists of pools, and those who gather for the opening bell."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, OptionalMoment, enum_type


class WaitingState(StrEnum):
    """``offered``: a held registration (``registration_id``) is theirs until its hold ends."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    LEFT = "left"
    CLOSED = "closed"


STILL_IN = (WaitingState.WAITING, WaitingState.OFFERED)
_OPEN = sa.text("state IN ('waiting', 'offered')")


class WaitingEntry(Base):
    """A party of ``people`` (``seats`` of whom count) that waits together for a pool. Turns order all who wait for an event."""

    __tablename__ = "event_waiting"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "turn"),
        sa.CheckConstraint("people >= 1 AND children >= 0 AND seats >= 1", name="somebody_waits"),
        sa.CheckConstraint(
            "state <> 'offered' OR (offered_at IS NOT NULL AND registration_id IS NOT NULL)",
            name="offer_is_a_hold",
        ),
        sa.Index(
            "uq_event_waiting_live",
            "pool_id",
            "member_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index("ix_event_waiting_line", "event_id", "state", "turn"),
        sa.Index("ix_event_waiting_member", "member_id"),
        sa.Index("ix_event_waiting_registration", "registration_id"),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    pool_id: Mapped[str] = mapped_column(sa.ForeignKey("event_pool.id"))
    ticket_type_id: Mapped[str] = mapped_column(sa.ForeignKey("event_ticket_type.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    turn: Mapped[int] = mapped_column(sa.Integer)
    people: Mapped[int] = mapped_column(sa.Integer)
    children: Mapped[int] = mapped_column(sa.Integer, default=0)
    seats: Mapped[int] = mapped_column(sa.Integer)
    state: Mapped[WaitingState] = mapped_column(enum_type(WaitingState), default=WaitingState.WAITING)
    joined_at: Mapped[Moment]
    offered_at: Mapped[OptionalMoment]
    ended_at: Mapped[OptionalMoment]
    registration_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_registration.id"))


class BellEntry(Base):
    """A party inside the gathering of an opening bell. Its id and ``salt`` stand in the draw (``core/draw``)."""

    __tablename__ = "event_bell_entry"
    __table_args__ = (
        sa.UniqueConstraint("ticket_type_id", "member_id"),
        sa.CheckConstraint("people >= 1 AND children >= 0 AND seats >= 1", name="somebody_gathers"),
        sa.Index("ix_event_bell_entry_member", "member_id"),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    ticket_type_id: Mapped[str] = mapped_column(sa.ForeignKey("event_ticket_type.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    people: Mapped[int] = mapped_column(sa.Integer)
    children: Mapped[int] = mapped_column(sa.Integer, default=0)
    seats: Mapped[int] = mapped_column(sa.Integer)
    entered_at: Mapped[Moment]
    left_at: Mapped[OptionalMoment]
    #: their place in the draw's order, once it rang; and the registration or place in the waiting list that came of it
    place: Mapped[int | None] = mapped_column(sa.Integer)
    registration_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_registration.id"))
    waiting_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_waiting.id"))
