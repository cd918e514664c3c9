"""Who comes: registrations from the hold on, who comes along, ticket codes, and tickets on their way to somebody else."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, LongText, Moment, OptionalMoment, OptionalRef, Str120, enum_type
from portal.core.sealed import Sealed


class RegistrationState(StrEnum):
    """``held``: seats are kept until ``hold_until``. ``confirmed``: there is a ticket. The others hold no seat."""

    HELD = "held"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


LIVE = (RegistrationState.HELD, RegistrationState.CONFIRMED)


class Origin(StrEnum):
    DIRECT = "direct"
    OFFER = "offer"
    BELL = "bell"
    STAFF = "staff"


class Ended(StrEnum):
    """Why a registration holds no seat any more."""

    TIME = "time"
    GIVEN_UP = "given_up"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    RELEASED = "released"
    REFUNDED = "refunded"
    STAFF = "staff"
    EVENT = "event"


_LIVE_ONES = sa.text("state IN ('held', 'confirmed')")
_END_UNTOLD = "state = 'cancelled' AND confirmed_at IS NOT NULL AND end_told_at IS NULL"


class Registration(Base):
    """A party of ``people`` with one ticket, from the hold on. ``seats`` of them count while it lives, none after.

    ``member_id`` holds the ticket; ``buyer_id`` signed up, and money goes back there. ``amount`` (minor units) is for all of it.
    ``reserved`` of its seats are from the pool's reserve. ``code`` is that of the ticket that is good now. ``attempt`` is the form
    it came from: the same form twice is one registration. ``phone``, ``answers`` are sealed, and gone 30 days after.
    ``sequence`` counts what its calendar entry must learn. At most one of a ticket type lives for a member.
    """

    __tablename__ = "event_registration"
    __table_args__ = (
        sa.UniqueConstraint("attempt"),
        sa.UniqueConstraint("code"),
        sa.CheckConstraint("(state = 'held') = (hold_until IS NOT NULL)", name="held_until"),
        sa.CheckConstraint("(state = 'confirmed') = (code IS NOT NULL)", name="confirmed_has_code"),
        sa.CheckConstraint("(state IN ('held', 'confirmed')) = (ended_at IS NULL)", name="ended_is_over"),
        sa.CheckConstraint("people >= 1 AND children >= 0", name="somebody_comes"),
        sa.CheckConstraint(
            "seats >= 0 AND (state IN ('held', 'confirmed') OR seats = 0)", name="only_the_live_sit"
        ),
        sa.CheckConstraint("reserved >= 0 AND reserved <= seats", name="reserved"),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.Index(
            "uq_event_registration_live",
            "ticket_type_id",
            "member_id",
            unique=True,
            sqlite_where=_LIVE_ONES,
            postgresql_where=_LIVE_ONES,
        ),
        sa.Index("ix_event_registration_newest", "event_id", "held_at", "id"),
        sa.Index("ix_event_registration_member", "member_id", "held_at", "id"),
        sa.Index("ix_event_registration_buyer", "buyer_id"),
        sa.Index("ix_event_registration_pool", "pool_id", "state", "hold_until"),
        sa.Index(
            "ix_event_registration_untold",
            "confirmed_at",
            sqlite_where=sa.text("state = 'confirmed' AND told_at IS NULL"),
            postgresql_where=sa.text("state = 'confirmed' AND told_at IS NULL"),
        ),
        sa.Index(
            "ix_event_registration_end_untold",
            "ended_at",
            sqlite_where=sa.text(_END_UNTOLD),
            postgresql_where=sa.text(_END_UNTOLD),
        ),
        sa.Index(
            "ix_event_registration_due",
            "hold_until",
            sqlite_where=sa.text("hold_until IS NOT NULL"),
            postgresql_where=sa.text("hold_until IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    pool_id: Mapped[str] = mapped_column(sa.ForeignKey("event_pool.id"))
    ticket_type_id: Mapped[str] = mapped_column(sa.ForeignKey("event_ticket_type.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    buyer_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    attempt: Mapped[str] = mapped_column(sa.String(26))
    state: Mapped[RegistrationState] = mapped_column(enum_type(RegistrationState))
    origin: Mapped[Origin] = mapped_column(enum_type(Origin), default=Origin.DIRECT)
    people: Mapped[int] = mapped_column(sa.Integer)
    children: Mapped[int] = mapped_column(sa.Integer, default=0)
    seats: Mapped[int] = mapped_column(sa.Integer)
    reserved: Mapped[int] = mapped_column(sa.Integer, default=0)
    amount: Mapped[int] = mapped_column(sa.Integer, default=0)
    currency: Mapped[str] = mapped_column(sa.String(3))
    payment_id: Mapped[OptionalRef]
    access_code_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_access_code.id"))
    #: the details were given; without them nothing is confirmed
    named_at: Mapped[OptionalMoment]
    name: Mapped[Str120] = mapped_column(sa.String(120), default="")
    phone: Mapped[str] = mapped_column(Sealed, default="")
    answers: Mapped[str] = mapped_column(Sealed, default="")
    needs_help: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    #: their face may stand among those who come
    show_face: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    code: Mapped[str | None] = mapped_column(sa.String(16))
    held_at: Mapped[Moment]
    hold_until: Mapped[OptionalMoment]
    confirmed_at: Mapped[OptionalMoment]
    #: the ticket was sent; until then the worker owes it
    told_at: Mapped[OptionalMoment]
    ended_at: Mapped[OptionalMoment]
    ended: Mapped[Ended | None] = mapped_column(enum_type(Ended))
    #: its holder was told that the ticket ended; until then the worker owes it
    end_told_at: Mapped[OptionalMoment]
    sequence: Mapped[int] = mapped_column(sa.Integer, default=0)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    def holds_at(self, now: datetime) -> bool:
        """A hold whose time is not over."""
        return self.hold_until is not None and self.hold_until > now


class Guest(Base):
    """One of a party, in order; the first is who holds the ticket. Children who come along stand at the end."""

    __tablename__ = "event_guest"

    registration_id: Mapped[str] = mapped_column(
        sa.ForeignKey("event_registration.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    name: Mapped[Str120] = mapped_column(sa.String(120), default="")
    child: Mapped[bool] = mapped_column(sa.Boolean, default=False)


class CodeEnded(StrEnum):
    PASSED_ON = "passed_on"
    CANCELLED = "cancelled"


class TicketCode(Base):
    """Every code that ever was on a ticket, so that the door can say what became of it."""

    __tablename__ = "event_ticket_code"
    __table_args__ = (sa.Index("ix_event_ticket_code_registration", "registration_id"),)

    code: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    registration_id: Mapped[str] = mapped_column(sa.ForeignKey("event_registration.id"))
    given_at: Mapped[Moment]
    ended_at: Mapped[OptionalMoment]
    ended: Mapped[CodeEnded | None] = mapped_column(enum_type(CodeEnded))


class PassOn(Base):
    """A ticket offered to whoever opens the link, with a sentence for them. At most one of a registration is open."""

    __tablename__ = "event_pass_on"
    __table_args__ = (
        sa.UniqueConstraint("digest"),
        sa.CheckConstraint("(taken_at IS NULL) = (taken_by IS NULL)", name="taken_by_somebody"),
        sa.CheckConstraint("taken_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        sa.Index(
            "uq_event_pass_on_open",
            "registration_id",
            unique=True,
            sqlite_where=sa.text("taken_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL AND withdrawn_at IS NULL"),
        ),
        sa.Index("ix_event_pass_on_giver", "giver_id"),
        sa.Index("ix_event_pass_on_taker", "taken_by"),
    )

    id: Mapped[Id]
    registration_id: Mapped[str] = mapped_column(sa.ForeignKey("event_registration.id"))
    giver_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    digest: Mapped[str] = mapped_column(sa.String(64))
    words: Mapped[LongText] = mapped_column(sa.Text, default="")
    made_at: Mapped[Moment]
    taken_by: Mapped[str | None] = mapped_column(sa.ForeignKey("member.id"))
    taken_at: Mapped[OptionalMoment]
    withdrawn_at: Mapped[OptionalMoment]
