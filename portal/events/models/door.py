"""What happened at the door: every scan, who is in, and the stamps that came of it."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, OptionalMoment, OptionalRef, Str64, enum_type


class ScanResult(StrEnum):
    """What the door said. Only ``admitted`` lets anybody in; ``part`` of them stood for more than are left outside."""

    ADMITTED = "admitted"
    DUPLICATE = "duplicate"
    TOO_MANY = "too_many"
    WRONG_DAY = "wrong_day"
    WRONG_EVENT = "wrong_event"
    TOO_EARLY = "too_early"
    NO_PLACE = "no_place"
    NOT_PAID = "not_paid"
    PASSED_ON = "passed_on"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Arrival(Base):
    """A party that is in on one day: ``people`` of it by now. ``place``: the first of it was so many-th on that day."""

    __tablename__ = "event_arrival"
    __table_args__ = (
        sa.CheckConstraint("people >= 0", name="people"),
        sa.Index("ix_event_arrival_day", "day_id", "first_at", "registration_id"),
    )

    registration_id: Mapped[str] = mapped_column(sa.ForeignKey("event_registration.id"), primary_key=True)
    day_id: Mapped[str] = mapped_column(sa.ForeignKey("event_day.id"), primary_key=True)
    people: Mapped[int] = mapped_column(sa.Integer)
    place: Mapped[int] = mapped_column(sa.Integer)
    first_at: Mapped[Moment]
    last_at: Mapped[Moment]
    door: Mapped[Str64]


class Scan(Base):
    """One scan, as it was made. ``nonce`` is made on the device: the same scan sent twice is one row, one answer.

    ``at`` is when it was made, ``told_at`` when the house heard of it (later when the door was offline). ``seal``: the code was
    read, not typed. ``people`` came in by it that day. ``against`` is what would have kept them out, where they were let in all the
    same: by staff at a session, or (``conflict``) at a door that was offline; ``settled_at`` staff looked at it. With
    ``session_id`` it was at a session and gave a stamp there.
    """

    __tablename__ = "event_scan"
    __table_args__ = (
        sa.UniqueConstraint("nonce"),
        sa.CheckConstraint("people >= 0", name="people"),
        sa.Index("ix_event_scan_newest", "event_id", "at", "id"),
        sa.Index("ix_event_scan_registration", "registration_id"),
        sa.Index(
            "ix_event_scan_conflict",
            "event_id",
            "at",
            sqlite_where=sa.text("conflict"),
            postgresql_where=sa.text("conflict"),
        ),
    )

    id: Mapped[Id]
    nonce: Mapped[Str64]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    day_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_day.id"))
    session_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_session.id"))
    registration_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_registration.id"))
    code: Mapped[Str64]
    sealed: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    door: Mapped[Str64]
    by_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    people: Mapped[int] = mapped_column(sa.Integer, default=0)
    result: Mapped[ScanResult] = mapped_column(enum_type(ScanResult))
    against: Mapped[str] = mapped_column(sa.String(32), default="")
    at: Mapped[Moment]
    told_at: Mapped[Moment]
    offline: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    conflict: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    settled_at: Mapped[OptionalMoment]
    undone_at: Mapped[OptionalMoment]
    undone_by: Mapped[OptionalRef]


class Stamp(Base):
    """Something really happened: ``place`` is the day's id (the door) or the session's."""

    __tablename__ = "event_stamp"
    __table_args__ = (
        sa.UniqueConstraint("registration_id", "place"),
        sa.Index("ix_event_stamp_member", "member_id", "at", "id"),
        sa.Index("ix_event_stamp_event", "event_id", "at"),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("event.id"))
    registration_id: Mapped[str] = mapped_column(sa.ForeignKey("event_registration.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    session_id: Mapped[str | None] = mapped_column(sa.ForeignKey("event_session.id"))
    place: Mapped[str] = mapped_column(sa.String(26))
    at: Mapped[Moment]
