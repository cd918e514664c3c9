"""Text messages that wait, were sent, or came too late."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, OptionalMoment, OptionalRef, Str64, Str255, enum_type


class MessageState(StrEnum):
    DUE = "due"
    SENT = "sent"
    FAILED = "failed"


class TextMessage(Base):
    """One text message to one number. ``template`` names a text registered with the provider; ``words`` fill it.

    What it says is worthless after ``expires_at``: it is not sent any more. The words of a code are wiped once sent.
    """

    __tablename__ = "text_message"
    __table_args__ = (
        sa.Index(
            "ix_text_message_due",
            "due_at",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        ),
        sa.Index("ix_text_message_newest", "created_at", "id"),
    )

    id: Mapped[Id]
    recipient: Mapped[str] = mapped_column(sa.String(20))
    member_id: Mapped[OptionalRef]
    kind: Mapped[Str64]
    template: Mapped[Str64]
    words: Mapped[list[str]] = mapped_column(sa.JSON)
    shown: Mapped[Str255]
    state: Mapped[MessageState] = mapped_column(enum_type(MessageState), default=MessageState.DUE)
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    due_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    created_at: Mapped[Moment]
    sent_at: Mapped[OptionalMoment]
    receipt: Mapped[Str64] = mapped_column(sa.String(64), default="")
    last_error: Mapped[Str255] = mapped_column(sa.String(255), default="")
