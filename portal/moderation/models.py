"""Cases: what waits for a person's eyes, why, and what was decided."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import (
    Base,
    Id,
    Moment,
    OptionalMoment,
    OptionalRef,
    Ref,
    Str64,
    Str120,
    Str255,
    enum_type,
)

OPEN = "state = 'open'"


class CaseState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class CaseOrigin(StrEnum):
    """Why a thing is in the queue."""

    HELD = "held"
    REPORTED = "reported"


class ReportReason(StrEnum):
    SPAM = "spam"
    UNKIND = "unkind"
    PRIVATE = "private"
    COUNTERFEIT = "counterfeit"
    NOT_THEIRS = "not_theirs"
    OTHER = "other"


class Case(Base):
    """One thing to look at; at most one open case for each thing, reports merge into it.

    ``version`` grows with every decision and every new text of the author: a decision made on an older version is
    refused ("a colleague was faster"). ``state_before`` and ``state_after`` are the target's states around the
    decision, for an exact undo until ``undo_until``. ``digest`` says what exactly was decided about, so that the
    verdict is remembered until the content changes. ``earlier`` is how many published things of this kind the author
    had when it was held.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        sa.Index(
            "uq_moderation_case_open",
            "target_kind",
            "target_id",
            unique=True,
            sqlite_where=sa.text(OPEN),
            postgresql_where=sa.text(OPEN),
        ),
        sa.Index("ix_moderation_case_state", "state", "opened_at", "id"),
        sa.Index("ix_moderation_case_decided", "decided_at", "id"),
        sa.Index("ix_moderation_case_target", "target_kind", "target_id", "opened_at"),
        sa.Index("ix_moderation_case_author", "author_id", "state"),
        sa.CheckConstraint("report_count >= 0", name="reports_not_negative"),
        sa.CheckConstraint("state = 'open' OR decided_at IS NOT NULL", name="closed_when"),
        sa.CheckConstraint("state <> 'rejected' OR reason <> ''", name="rejected_why"),
    )

    id: Mapped[Id]
    target_kind: Mapped[Str64]
    target_id: Mapped[Ref]
    author_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    origin: Mapped[CaseOrigin] = mapped_column(enum_type(CaseOrigin))
    held_because: Mapped[Str64] = mapped_column(sa.String(64), default="")
    state: Mapped[CaseState] = mapped_column(enum_type(CaseState), default=CaseState.OPEN)
    title: Mapped[Str120] = mapped_column(sa.String(120), default="")
    earlier: Mapped[int | None] = mapped_column(sa.Integer)
    report_count: Mapped[int] = mapped_column(sa.Integer, default=0)
    opened_at: Mapped[Moment]
    decided_at: Mapped[OptionalMoment]
    decided_by: Mapped[OptionalRef]
    reason: Mapped[Str255] = mapped_column(sa.String(255), default="")
    state_before: Mapped[Str64] = mapped_column(sa.String(64), default="")
    state_after: Mapped[Str64] = mapped_column(sa.String(64), default="")
    digest: Mapped[Str64] = mapped_column(sa.String(64), default="")
    undo_until: Mapped[OptionalMoment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class Report(Base):
    """One member's report of one thing. A second one by the same member changes nothing."""

    __tablename__ = "moderation_report"
    __table_args__ = (sa.UniqueConstraint("case_id", "reporter_id"),)

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("moderation_case.id"))
    reporter_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    reason: Mapped[ReportReason] = mapped_column(enum_type(ReportReason))
    note: Mapped[Str255] = mapped_column(sa.String(255), default="")
    created_at: Mapped[Moment]
