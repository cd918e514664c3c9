"""A member's own plan of a festival: places in sessions, wishes for the draw, and the calendar's secret address."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, OptionalMoment, enum_type


class SessionPlace(Base):
    """A registration takes part in a session, with ``people`` of it. Open sessions are in the plan too, and hold no seat.

    ``seats`` count while it lives (``left_at`` is not set). ``drawn``: the draw gave it.
    """

    __tablename__ = "event_session_place"
    __table_args__ = (
        sa.CheckConstraint("people >= 1", name="somebody_comes"),
        sa.CheckConstraint("seats >= 0 AND (left_at IS NULL OR seats = 0)", name="only_the_live_sit"),
        sa.Index(
            "uq_event_session_place_live",
            "session_id",
            "registration_id",
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        ),
        sa.Index("ix_event_session_place_registration", "registration_id"),
        sa.Index("ix_event_session_place_member", "member_id"),
    )

    id: Mapped[Id]
    session_id: Mapped[str] = mapped_column(sa.ForeignKey("event_session.id"))
    registration_id: Mapped[str] = mapped_column(sa.ForeignKey("event_registration.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    people: Mapped[int] = mapped_column(sa.Integer)
    seats: Mapped[int] = mapped_column(sa.Integer)
    drawn: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    taken_at: Mapped[Moment]
    left_at: Mapped[OptionalMoment]


class WishOutcome(StrEnum):
    """What the draw made of a wish, and why."""

    WON = "won"
    FULL = "full"
    CLASH = "clash"
    GONE = "gone"


class SessionWish(Base):
    """A registration would like this session; rank 1 is dearest."""

    __tablename__ = "event_session_wish"
    __table_args__ = (
        sa.UniqueConstraint("registration_id", "rank"),
        sa.CheckConstraint("rank >= 1", name="rank"),
        sa.Index("ix_event_session_wish_session", "session_id"),
    )

    registration_id: Mapped[str] = mapped_column(sa.ForeignKey("event_registration.id"), primary_key=True)
    session_id: Mapped[str] = mapped_column(sa.ForeignKey("event_session.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(sa.Integer)
    outcome: Mapped[WishOutcome | None] = mapped_column(enum_type(WishOutcome))


class CalendarFeed(Base):
    """The secret address of a member's calendar carries this row's id under a seal. At most one of a member is open."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        sa.Index(
            "uq_calendar_feed_open",
            "member_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    made_at: Mapped[Moment]
    revoked_at: Mapped[OptionalMoment]
