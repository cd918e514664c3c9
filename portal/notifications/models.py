"""The inbox."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Facts, Id, Moment, OptionalMoment, OptionalRef, Str64, Str120, Str255

UNREAD = "read_at IS NULL"


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
