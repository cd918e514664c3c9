"""The tables of who was chosen: their clock, and how it ended."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import (
    Base,
    Id,
    LongText,
    Moment,
    OptionalMoment,
    append_only,
    enum_type,
)


class TesterState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REPORTED = "reported"
    MISSING = "missing"
    EXCUSED = "excused"


class Tester(Base):
    """Somebody who was chosen: the clock of their trial.

    ``sent_at``: when it was sent to them, unless it got lost. ``due_at``: when the report is due, known once the product
    arrived. ``next_at``: when the worker has to look again.
    """

    __tablename__ = "trial_tester"
    __table_args__ = (
        sa.UniqueConstraint("application_id"),
        sa.CheckConstraint("(state = 'offered') = (accept_until IS NOT NULL)", name="offered_until"),
        sa.CheckConstraint("extended_at IS NULL OR due_at IS NOT NULL", name="extended_was_due"),
        sa.Index("ix_trial_tester_trial", "trial_id", "state", "id"),
        sa.Index("ix_trial_tester_member", "member_id", "offered_at", "id"),
        sa.Index("ix_trial_tester_due", "next_at"),
    )

    id: Mapped[Id]
    trial_id: Mapped[str] = mapped_column(sa.ForeignKey("trial.id"))
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("trial_application.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    state: Mapped[TesterState] = mapped_column(enum_type(TesterState), default=TesterState.OFFERED)
    offered_at: Mapped[Moment]
    accept_until: Mapped[OptionalMoment]
    accepted_at: Mapped[OptionalMoment]
    sent_at: Mapped[OptionalMoment]
    due_at: Mapped[OptionalMoment]
    extended_at: Mapped[OptionalMoment]
    ended_at: Mapped[OptionalMoment]
    excuse: Mapped[LongText] = mapped_column(sa.Text, default="")
    next_at: Mapped[OptionalMoment]


class Standing(Base):
    """What stands between a member and their next win: held by every choice, so nobody is chosen twice in 90 days."""

    __tablename__ = "trial_standing"

    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    chosen_at: Mapped[OptionalMoment]
    paused_until: Mapped[OptionalMoment]


class MarkKind(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"


@append_only
class Mark(Base):
    """How a trial ended for a tester, from which reliability follows: less with time, not at all after 365 days."""

    __tablename__ = "trial_mark"
    __table_args__ = (sa.UniqueConstraint("tester_id"), sa.Index("ix_trial_mark_member", "member_id", "at"))

    id: Mapped[Id]
    tester_id: Mapped[str] = mapped_column(sa.ForeignKey("trial_tester.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    kind: Mapped[MarkKind] = mapped_column(enum_type(MarkKind))
    at: Mapped[Moment]
