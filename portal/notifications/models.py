"""The inbox, how members like to be told, and every touch the brand spent on them."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import (
    Base,
    Facts,
    Id,
    Moment,
    OptionalMoment,
    OptionalRef,
    Str64,
    Str120,
    Str255,
    enum_type,
)

UNREAD = "read_at IS NULL"
#: stands for every kind that members may stop
ALL = "all"


class Notification(Base):
    """One message to one member; several of the same group merge into one while it is unread ("3 people liked").

    ``count`` is how many different people it speaks of (how often it happened, when nobody stands behind it).
    ``facts`` are those of the newest event, from which the kind makes its text at reading time, and under ``people``
    who was counted. ``letter_id`` is the letter that says the same by mail.
    """

    __tablename__ = "notification"
    __table_args__ = (
        sa.Index("ix_notification_newest", "member_id", "updated_at", "id"),
        sa.Index(
            "uq_notification_open_group",
            "member_id",
            "group_key",
            unique=True,
            sqlite_where=sa.text(UNREAD),
            postgresql_where=sa.text(UNREAD),
        ),
        sa.Index("ix_notification_group", "group_key"),
        sa.CheckConstraint("count > 0", name="count_positive"),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    kind: Mapped[Str64]
    group_key: Mapped[Str120]
    path: Mapped[Str255]
    facts: Mapped[Facts]
    count: Mapped[int] = mapped_column(sa.Integer, default=1)
    letter_id: Mapped[OptionalRef]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    read_at: Mapped[OptionalMoment]


class Channel(StrEnum):
    """The inbox holds everything that a member hears of; mail says some of it again."""

    INBOX = "inbox"
    MAIL = "mail"


class Preference(Base):
    """A member's own choice for one kind on one channel; where there is no row, the kind's usual way holds.

    The kind :data:`ALL` on the channel mail, not wanted: no mail but what this member must know.
    """

    __tablename__ = "notification_preference"

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), primary_key=True)
    wanted: Mapped[bool] = mapped_column(sa.Boolean)


class Pace(StrEnum):
    """How often mail may come: for each thing, or gathered."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Rhythm(Base):
    """When a member may be reached. Minutes after midnight in ``time_zone``; without a row, the brand's hours hold.

    ``digest_at`` is when the next gathered mail is due, ``digest_until`` up to when the last one told.
    """

    __tablename__ = "notification_rhythm"
    __table_args__ = (
        sa.Index("ix_notification_rhythm_digest", "digest_at"),
        sa.CheckConstraint("quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439", name="in_day"),
    )

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    quiet_from: Mapped[int] = mapped_column(sa.Integer)
    quiet_until: Mapped[int] = mapped_column(sa.Integer)
    time_zone: Mapped[Str64]
    pace: Mapped[Pace] = mapped_column(enum_type(Pace), default=Pace.AT_ONCE)
    digest_at: Mapped[OptionalMoment]
    digest_until: Mapped[OptionalMoment]


class TouchState(StrEnum):
    """waiting → made, or dropped (no longer wanted, or its time was over before there was room)."""

    WAITING = "waiting"
    MADE = "made"
    DROPPED = "dropped"


class Touch(Base):
    """The log of everything the brand said to a member of its own accord, and what still waits for its moment.

    One touch is one thing said, over however many channels; a member hears of one group once. Made touches of seven
    days in a row never exceed the brand's contact budget: ``made_at`` is when it reached the member last (a letter that
    could not leave at once moves it). ``because`` says why it was dropped.
    """

    __tablename__ = "touch"
    __table_args__ = (
        sa.UniqueConstraint("group_key", "member_id"),
        sa.Index("ix_touch_member", "member_id", "made_at"),
        sa.Index(
            "ix_touch_due",
            "due_at",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.CheckConstraint("(state = 'made') = (made_at IS NOT NULL)", name="made_when"),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    kind: Mapped[Str64]
    group_key: Mapped[Str120]
    path: Mapped[Str255]
    facts: Mapped[Facts]
    state: Mapped[TouchState] = mapped_column(enum_type(TouchState), default=TouchState.WAITING)
    because: Mapped[Str64] = mapped_column(sa.String(64), default="")
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    made_at: Mapped[OptionalMoment]


class BounceKind(StrEnum):
    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"


class Bounce(Base):
    """A mail server told that a letter did not arrive, or was not welcome. The same report counts once."""

    __tablename__ = "mail_bounce"
    __table_args__ = (
        sa.UniqueConstraint("event_key"),
        sa.Index("ix_mail_bounce_member", "member_id", "at"),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    letter_id: Mapped[OptionalRef]
    kind: Mapped[BounceKind] = mapped_column(enum_type(BounceKind))
    source: Mapped[Str64]
    event_key: Mapped[Str120]
    at: Mapped[Moment]
