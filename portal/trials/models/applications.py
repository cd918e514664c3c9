"""The tables of who applied, and what two of the staff gave for their answers."""

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
    Str255,
    enum_type,
)


class Decision(StrEnum):
    """What staff (or the draw) made of an application so far."""

    OPEN = "open"
    PICKED = "picked"
    SUBSTITUTE = "substitute"
    SKIPPED = "skipped"


class Way(StrEnum):
    """How somebody was chosen. ``nominated``: by staff outside the scores, with a reason, at most one in five."""

    HAND = "hand"
    DRAW = "draw"
    NOMINATED = "nominated"


class Application(Base):
    """A member applied. Parts of the score are 0–100 and fixed when the trial freezes (weights: ``rules.scores``).

    ``grade`` is the mean of two blind grades, ``score`` stands once it is there. ``kin``: they said that they are close to
    somebody on the staff. ``barred``: why the trial is not for them after all, found when it froze (``rules.eligibility``).
    """

    __tablename__ = "trial_application"
    __table_args__ = (
        sa.UniqueConstraint("trial_id", "member_id"),
        sa.CheckConstraint(
            "(decision IN ('picked', 'substitute')) = (way IS NOT NULL)", name="chosen_has_way"
        ),
        sa.CheckConstraint("way <> 'nominated' OR reason <> ''", name="nominated_has_reason"),
        sa.CheckConstraint(
            "(decision = 'substitute') = (place IS NOT NULL)", name="substitutes_have_a_place"
        ),
        sa.UniqueConstraint("trial_id", "place"),
        sa.Index("ix_trial_application_queue", "trial_id", "decision", "score", "id"),
        sa.Index("ix_trial_application_member", "member_id", "applied_at", "id"),
    )

    id: Mapped[Id]
    trial_id: Mapped[str] = mapped_column(sa.ForeignKey("trial.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    answers: Mapped[Facts]
    region: Mapped[Str64] = mapped_column(sa.String(64), default="")
    kin: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    newcomer: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    barred: Mapped[Str64] = mapped_column(sa.String(64), default="")
    category: Mapped[int | None] = mapped_column(sa.Integer)
    leadership: Mapped[int | None] = mapped_column(sa.Integer)
    reliability: Mapped[int | None] = mapped_column(sa.Integer)
    grade: Mapped[int | None] = mapped_column(sa.Integer)
    score: Mapped[int | None] = mapped_column(sa.Integer)
    decision: Mapped[Decision] = mapped_column(enum_type(Decision), default=Decision.OPEN)
    way: Mapped[Way | None] = mapped_column(enum_type(Way))
    place: Mapped[int | None] = mapped_column(sa.Integer)
    reason: Mapped[Str255] = mapped_column(sa.String(255), default="")
    decided_by: Mapped[OptionalRef]
    decided_at: Mapped[OptionalMoment]
    applied_at: Mapped[Moment]
    withdrawn_at: Mapped[OptionalMoment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class Grade(Base):
    """What one of the staff gave for the answers alone, not knowing whose they are or what the colleague gave."""

    __tablename__ = "trial_grade"
    __table_args__ = (
        sa.CheckConstraint("points BETWEEN 0 AND 100", name="points"),
        sa.CheckConstraint("turn IN (1, 2)", name="two"),
        sa.UniqueConstraint("application_id", "turn"),
    )

    application_id: Mapped[str] = mapped_column(sa.ForeignKey("trial_application.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    turn: Mapped[int] = mapped_column(sa.Integer)
    points: Mapped[int] = mapped_column(sa.Integer)
    graded_at: Mapped[Moment]
