"""The outbox."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, LongText, Moment, OptionalMoment, OptionalRef, Str64, Str255, enum_type


class LetterState(StrEnum):
    DUE = "due"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Letter(Base):
    """One mail to one person, complete with both its parts, and at most one file with it (a text: ``attachment_type`` names
    its kind as a header of a message does).

    ``stop_path`` is the page (and one-click address) where mail of this kind is stopped; letters that somebody asked
    for have none. ``dropped``: when it was to be sent, the member no longer wanted it.
    """

    __tablename__ = "letter"
    __table_args__ = (
        sa.Index(
            "ix_letter_due",
            "due_at",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        ),
        sa.Index("ix_letter_newest", "created_at", "id"),
        sa.CheckConstraint(
            "(attachment_name IS NULL) = (attachment_body IS NULL)"
            " AND (attachment_type IS NULL) = (attachment_body IS NULL)",
            name="attachment_whole",
        ),
    )

    id: Mapped[Id]
    recipient: Mapped[Str255]
    member_id: Mapped[OptionalRef]
    kind: Mapped[Str64]
    subject: Mapped[Str255]
    text_body: Mapped[LongText]
    html_body: Mapped[LongText]
    attachment_name: Mapped[str | None] = mapped_column(sa.String(64))
    attachment_type: Mapped[str | None] = mapped_column(sa.String(64))
    attachment_body: Mapped[str | None] = mapped_column(sa.Text)
    stop_path: Mapped[str | None] = mapped_column(sa.String(255))
    state: Mapped[LetterState] = mapped_column(enum_type(LetterState), default=LetterState.DUE)
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    due_at: Mapped[Moment]
    created_at: Mapped[Moment]
    sent_at: Mapped[OptionalMoment]
    last_error: Mapped[Str255] = mapped_column(sa.String(255), default="")
