"""What one signs up for: counted seats as a tree, pools, ticket types, access codes and questions."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Facts, Id, Moment, OptionalMoment, Str64, Str120, enum_type
from portal.core.words import spoken


class SeatsOf(StrEnum):
    EVENT = "event"
    POOL = "pool"
    TICKET_TYPE = "ticket_type"
    SESSION = "session"


class Seats(Base):
    """How many people fit, and how many of the seats are taken; its id is that of what it counts.

    A tree: a ticket type stands in a pool, a pool in its event; a session stands alone. ``used`` moves by conditional UPDATE
    from the event downwards, by exactly what live registrations hold (``Registration.seats``). Of a pool ``reserved`` seats are
    kept for members whose tier has that perk, ``reserved_used`` of them are taken. ``version`` of the event's row moves with all
    that is done while its seats are held, so with who comes and who waits; a session's with its places.
    """

    __tablename__ = "event_seats"
    __table_args__ = (
        sa.CheckConstraint("used >= 0 AND used <= capacity", name="never_oversold"),
        sa.CheckConstraint("reserved_used >= 0 AND reserved_used <= reserved", name="reserve_never_oversold"),
        sa.CheckConstraint("reserved - reserved_used <= capacity - used", name="reserve_is_free"),
        sa.Index("ix_event_seats_event", "event_id"),
    )

    id: Mapped[str] = mapped_column(sa.String(26), primary_key=True)
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    kind: Mapped[SeatsOf] = mapped_column(enum_type(SeatsOf))
    parent_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_seats.id"))
    capacity: Mapped[int] = mapped_column(sa.Integer)
    used: Mapped[int] = mapped_column(sa.Integer, default=0)
    reserved: Mapped[int] = mapped_column(sa.Integer, default=0)
    reserved_used: Mapped[int] = mapped_column(sa.Integer, default=0)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def free(self) -> int:
        """Seats that anybody may take."""
        return self.capacity - self.used - (self.reserved - self.reserved_used)


class Pool(Base):
    """Ticket types that share seats, and one waiting list. What is reserved and not taken is free for all from
    ``reserved_until`` on."""

    __tablename__ = "event_pool"
    __table_args__ = (sa.Index("ix_event_pool_event", "event_id", "position"),)

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    name_zh: Mapped[Str64] = mapped_column(sa.String(64), default="")
    name_en: Mapped[Str64] = mapped_column(sa.String(64), default="")
    reserved_until: Mapped[OptionalMoment]

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)


class TicketType(Base):
    """One kind of ticket: for ``admits`` people each, at ``price`` (minor units) each.

    A party is ``admits`` people or a multiple of it, up to ``most_people``; ``most_children`` more may come along, who take no
    seats unless ``children_count``. On sale from ``sale_starts_at`` (earlier for members with early access) to ``sale_ends_at``.
    ``tier_id``: only for who holds that tier. ``hidden``: shown to who typed an access code. With ``bell_opens_at`` there is no
    rush: who gathers between it and ``bell_closes_at`` is drawn, and sale begins after. ``day_id``: only for that day.
    ``early_minutes``: lets in so much before the doors.
    """

    __tablename__ = "event_ticket_type"
    __table_args__ = (
        sa.CheckConstraint("admits BETWEEN 1 AND 5", name="admits"),
        sa.CheckConstraint("most_people BETWEEN admits AND 10", name="most_people"),
        sa.CheckConstraint("most_children BETWEEN 0 AND 5", name="most_children"),
        sa.CheckConstraint("price >= 0", name="price"),
        sa.CheckConstraint("(bell_opens_at IS NULL) = (bell_closes_at IS NULL)", name="bell_whole"),
        sa.CheckConstraint("bell_opens_at IS NULL OR bell_opens_at < bell_closes_at", name="bell_in_order"),
        sa.CheckConstraint("sale_starts_at < sale_ends_at", name="sale_in_order"),
        sa.Index("ix_event_ticket_type_event", "event_id", "position"),
        sa.Index("ix_event_ticket_type_pool", "pool_id"),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    pool_id: Mapped[str] = mapped_column(sa.ForeignKey("event_pool.id"))
    day_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_day.id"))
    tier_id: Mapped[str | None] = mapped_column(sa.ForeignKey("tier.id"))
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    name_zh: Mapped[Str64] = mapped_column(sa.String(64), default="")
    name_en: Mapped[Str64] = mapped_column(sa.String(64), default="")
    note_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    note_en: Mapped[Str120] = mapped_column(sa.String(120), default="")
    price: Mapped[int] = mapped_column(sa.Integer, default=0)
    currency: Mapped[str] = mapped_column(sa.String(3))
    admits: Mapped[int] = mapped_column(sa.Integer, default=1)
    most_people: Mapped[int] = mapped_column(sa.Integer, default=5)
    most_children: Mapped[int] = mapped_column(sa.Integer, default=0)
    children_count: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    early_minutes: Mapped[int] = mapped_column(sa.Integer, default=0)
    sale_starts_at: Mapped[Moment]
    sale_ends_at: Mapped[Moment]
    bell_opens_at: Mapped[OptionalMoment]
    bell_closes_at: Mapped[OptionalMoment]
    #: all who gathered were drawn and have seats or stand in line
    bell_rang_at: Mapped[OptionalMoment]
    hidden: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    #: staff took it off sale; who holds one keeps it
    closed_at: Mapped[OptionalMoment]

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def note(self) -> str:
        return spoken(self.note_zh, self.note_en)


class AccessCode(Base):
    """A word that opens a hidden ticket type, for so many registrations. Only its keyed digest is kept; ``label`` says for whom."""

    __tablename__ = "event_access_code"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "digest"),
        sa.CheckConstraint("used >= 0 AND used <= most_uses", name="never_overused"),
        sa.Index("ix_event_access_code_type", "ticket_type_id"),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    ticket_type_id: Mapped[str] = mapped_column(sa.ForeignKey("event_ticket_type.id"))
    digest: Mapped[str] = mapped_column(sa.String(64))
    label: Mapped[Str120]
    most_uses: Mapped[int] = mapped_column(sa.Integer)
    used: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[Moment]
    ends_at: Mapped[OptionalMoment]
    closed_at: Mapped[OptionalMoment]


class QuestionKind(StrEnum):
    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    TICK = "tick"


class Question(Base):
    """Asked with a sign-up, of all or of those with one ticket type. ``choices``: a list of {zh, en}. Removed ones keep their
    answers; ``helps_access``: it asks what somebody needs, and staff see it first."""

    __tablename__ = "event_question"
    __table_args__ = (sa.Index("ix_event_question_event", "event_id", "position"),)

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    ticket_type_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_ticket_type.id"))
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    kind: Mapped[QuestionKind] = mapped_column(enum_type(QuestionKind))
    label_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    label_en: Mapped[Str120] = mapped_column(sa.String(120), default="")
    choices: Mapped[Facts] = mapped_column(sa.JSON, default=dict)
    required: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    helps_access: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    removed_at: Mapped[OptionalMoment]

    @property
    def label(self) -> str:
        return spoken(self.label_zh, self.label_en)
