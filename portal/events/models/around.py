"""Around it: pledges, who did not come, reminders, and letters of staff to those who signed up."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Facts, Id, LongText, Moment, OptionalMoment, OptionalRef, Str120, enum_type
from portal.core.words import Told, spoken, told


class PledgeState(StrEnum):
    HELD = "held"
    SHOWN = "shown"
    HIDDEN = "hidden"
    DELETED = "deleted"


class Pledge(Base):
    """A sentence of a member on an event's wall: what they will bring, mend, give. One each, screened like stories."""

    __tablename__ = "event_pledge"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "member_id"),
        sa.Index("ix_event_pledge_wall", "event_id", "state", "at", "id"),
        sa.Index("ix_event_pledge_member", "member_id"),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    words: Mapped[LongText]
    state: Mapped[PledgeState] = mapped_column(enum_type(PledgeState))
    at: Mapped[Moment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class NoShow(Base):
    """Somebody held a ticket, said nothing and did not come. It lowers their place in one draw (``spent_in``), no more.

    They see it and may say why; staff who forgive it take it out of the draw.
    """

    __tablename__ = "event_no_show"
    __table_args__ = (
        sa.UniqueConstraint("registration_id"),
        sa.Index("ix_event_no_show_member", "member_id"),
        sa.Index("ix_event_no_show_event", "event_id", "noted_at", "id"),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    registration_id: Mapped[str] = mapped_column(sa.ForeignKey("event_registration.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    noted_at: Mapped[Moment]
    words: Mapped[LongText] = mapped_column(sa.Text, default="")
    appealed_at: Mapped[OptionalMoment]
    decided_at: Mapped[OptionalMoment]
    decided_by: Mapped[OptionalRef]
    forgiven: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    spent_in: Mapped[OptionalRef]


class ReminderKind(StrEnum):
    """``online``: where to click, an hour before."""

    WEEK = "week"
    DAY = "day"
    HOURS = "hours"
    ONLINE = "online"


class Reminder(Base):
    """A reminder that went out, once for each kind; it goes when the event moves away and it is to be said anew."""

    __tablename__ = "event_reminder"

    registration_id: Mapped[str] = mapped_column(sa.ForeignKey("event_registration.id"), primary_key=True)
    kind: Mapped[ReminderKind] = mapped_column(enum_type(ReminderKind), primary_key=True)
    at: Mapped[Moment]


class EventLetter(Base):
    """A message of staff to some of those who signed up. ``segment`` says to whom; sent in steps, ``reached`` so far, the last
    one being ``last_id``; over at ``sent_at``."""

    __tablename__ = "event_letter"
    __table_args__ = (sa.Index("ix_event_letter_event", "event_id", "written_at", "id"),)

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    by_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    subject_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    subject_en: Mapped[Str120] = mapped_column(sa.String(120), default="")
    text_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    text_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    segment: Mapped[Facts]
    attempt: Mapped[str] = mapped_column(sa.String(26), unique=True)
    written_at: Mapped[Moment]
    last_id: Mapped[str] = mapped_column(sa.String(26), default="")
    reached: Mapped[int] = mapped_column(sa.Integer, default=0)
    sent_at: Mapped[OptionalMoment]

    @property
    def subject(self) -> str:
        return spoken(self.subject_zh, self.subject_en)

    @property
    def text(self) -> Told:
        return told(self.text_zh, self.text_en)


class Changed(StrEnum):
    """What is different for who comes."""

    EVENT = "event"
    SESSION = "session"
    SESSION_CANCELLED = "session_cancelled"


class EventChange(Base):
    """Those who come have to hear of a change: of the event's time or place, or of a session they take part in.

    Told in steps, ``last_id`` was told last; over at ``told_at``. What changes again before the first was told is one change.
    """

    __tablename__ = "event_change"
    __table_args__ = (
        sa.CheckConstraint("(what = 'event') = (session_id IS NULL)", name="of_session"),
        sa.Index("ix_event_change_event", "event_id"),
        sa.Index(
            "ix_event_change_owed",
            "at",
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    session_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_session.id"))
    what: Mapped[Changed] = mapped_column(enum_type(Changed))
    at: Mapped[Moment]
    last_id: Mapped[str] = mapped_column(sa.String(26), default="")
    told_at: Mapped[OptionalMoment]
