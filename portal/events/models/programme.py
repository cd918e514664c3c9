"""What is announced: an event, its days, its places and its sessions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, LongText, Moment, OptionalMoment, OptionalRef, Str64, Str120, enum_type
from portal.core.words import Told, spoken, told


class EventKind(StrEnum):
    """A festival has days, places and sessions; the others are the same thing, smaller."""

    FESTIVAL = "festival"
    SALON = "salon"
    HOLIDAY = "holiday"
    ONLINE = "online"


class Event(Base):
    """Something to come to. A draft until ``published_at``; ``starts_at`` is when the doors open, ``ends_at`` when they close.

    Money goes back whole until ``refund_hours`` before the start, later ``refund_percent`` of it. Tickets can be passed on until
    ``pass_on_hours`` before, places given up kindly until ``release_hours`` before. An offer of the waiting list holds for
    ``offer_hours``. ``walk_minutes`` lie between two places, where no walk says otherwise. ``sequence`` counts what calendars
    must learn; ``version`` every change of a page.
    """

    __tablename__ = "event"
    __table_args__ = (
        sa.UniqueConstraint("slug"),
        sa.CheckConstraint("starts_at < ends_at", name="in_order"),
        sa.CheckConstraint("refund_percent BETWEEN 0 AND 100", name="percent"),
        sa.CheckConstraint(
            "refund_hours >= 0 AND pass_on_hours >= 0 AND release_hours >= 0 AND walk_minutes >= 0",
            name="hours",
        ),
        sa.CheckConstraint("offer_hours > 0", name="offers_last"),
        sa.CheckConstraint("edition IS NULL OR edition > 0", name="edition"),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR published_at IS NOT NULL", name="cancelled_was_published"
        ),
        sa.Index("ix_event_start", "starts_at", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[Str64]
    kind: Mapped[EventKind] = mapped_column(enum_type(EventKind))
    edition: Mapped[int | None] = mapped_column(sa.Integer)
    name_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    name_en: Mapped[Str120] = mapped_column(sa.String(120), default="")
    lead_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    lead_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    text_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    text_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    #: where it is: a region as members choose it, a name, and how to get there (whether it is step-free is said here)
    region: Mapped[Str64] = mapped_column(sa.String(64), default="")
    place_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    place_en: Mapped[Str120] = mapped_column(sa.String(120), default="")
    way_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    way_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    #: where an online event happens: only those who hold a ticket read it
    online_url: Mapped[LongText] = mapped_column(sa.Text, default="")
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    refund_hours: Mapped[int] = mapped_column(sa.Integer, default=24)
    refund_percent: Mapped[int] = mapped_column(sa.Integer, default=0)
    pass_on_hours: Mapped[int] = mapped_column(sa.Integer, default=2)
    release_hours: Mapped[int] = mapped_column(sa.Integer, default=3)
    offer_hours: Mapped[int] = mapped_column(sa.Integer, default=24)
    walk_minutes: Mapped[int] = mapped_column(sa.Integer, default=5)
    #: sessions with a draw take wishes until then
    wishes_until: Mapped[OptionalMoment]
    hashtag_id: Mapped[str | None] = mapped_column(sa.ForeignKey("hashtag.id"))
    badge_id: Mapped[str | None] = mapped_column(sa.ForeignKey("badge.id"))
    #: a photo of ours (core/media, owner kind "event")
    picture: Mapped[OptionalRef]
    copied_from: Mapped[OptionalRef]
    published_at: Mapped[OptionalMoment]
    cancelled_at: Mapped[OptionalMoment]
    cancel_words: Mapped[LongText] = mapped_column(sa.Text, default="")
    created_at: Mapped[Moment]
    sequence: Mapped[int] = mapped_column(sa.Integer, default=0)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def lead(self) -> Told:
        return told(self.lead_zh, self.lead_en)

    @property
    def text(self) -> Told:
        return told(self.text_zh, self.text_en)

    @property
    def place(self) -> str:
        return spoken(self.place_zh, self.place_en)

    @property
    def way(self) -> Told:
        return told(self.way_zh, self.way_en)

    @property
    def is_public(self) -> bool:
        """Everyone may read its page; a cancelled one says so."""
        return self.published_at is not None

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now


class EventDay(Base):
    """A day of an event, in the brand's zone. ``arrived`` people came in at the door on it, each counted once."""

    __tablename__ = "event_day"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "day"),
        sa.CheckConstraint("starts_at < ends_at", name="in_order"),
        sa.CheckConstraint("arrived >= 0", name="arrived"),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    day: Mapped[date] = mapped_column(sa.Date)
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    name_zh: Mapped[Str64] = mapped_column(sa.String(64), default="")
    name_en: Mapped[Str64] = mapped_column(sa.String(64), default="")
    arrived: Mapped[int] = mapped_column(sa.Integer, default=0)

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)


class Venue(Base):
    """A place where sessions happen; ``note`` says how to find it and whether it is step-free."""

    __tablename__ = "event_venue"
    __table_args__ = (sa.Index("ix_event_venue_event", "event_id", "position"),)

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    name_zh: Mapped[Str64] = mapped_column(sa.String(64), default="")
    name_en: Mapped[Str64] = mapped_column(sa.String(64), default="")
    note_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    note_en: Mapped[Str120] = mapped_column(sa.String(120), default="")

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def note(self) -> str:
        return spoken(self.note_zh, self.note_en)


class Walk(Base):
    """So many minutes between two places, where it differs from the event's usual. One row a pair, the smaller id first."""

    __tablename__ = "event_walk"
    __table_args__ = (
        sa.CheckConstraint("one_id < other_id", name="pair_once"),
        sa.CheckConstraint("minutes >= 0", name="minutes"),
    )

    one_id: Mapped[str] = mapped_column(sa.ForeignKey("event_venue.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[str] = mapped_column(
        sa.ForeignKey("event_venue.id", ondelete="CASCADE"), primary_key=True
    )
    minutes: Mapped[int] = mapped_column(sa.Integer)


class Entry(StrEnum):
    """How one gets into a session: it is open to all, places go as they are taken, or a draw gives them by wishes."""

    OPEN = "open"
    PLACES = "places"
    DRAW = "draw"


class EventSession(Base):
    """A part of the programme. Those with places have a row of :class:`Seats` under their id."""

    __tablename__ = "event_session"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="in_order"),
        sa.Index("ix_event_session_plan", "event_id", "starts_at", "id"),
        sa.Index("ix_event_session_venue", "venue_id"),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    venue_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_venue.id"))
    entry: Mapped[Entry] = mapped_column(enum_type(Entry), default=Entry.OPEN)
    name_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    name_en: Mapped[Str120] = mapped_column(sa.String(120), default="")
    text_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    text_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    cancelled_at: Mapped[OptionalMoment]
    sequence: Mapped[int] = mapped_column(sa.Integer, default=0)

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def text(self) -> Told:
        return told(self.text_zh, self.text_en)
