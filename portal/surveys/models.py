"""The tables of surveys."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, LongText, Moment, OptionalMoment, Ref, Str64, Str120
from portal.core.words import spoken


class Survey(Base):
    """Two questions about one thing above (``kind`` and ``subject_id``): how it was, from 1 to 5, and what we should hear."""

    __tablename__ = "survey"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject_id"),
        sa.CheckConstraint("opens_at < closes_at", name="in_order"),
        sa.Index("ix_survey_newest", "opens_at", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[Str64]
    subject_id: Mapped[Ref]
    name_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    name_en: Mapped[Str120] = mapped_column(sa.String(120), default="")
    opens_at: Mapped[Moment]
    closes_at: Mapped[Moment]

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)


class SurveyInvitation(Base):
    """A member was asked, once. ``answered_at`` when they answered."""

    __tablename__ = "survey_invitation"
    __table_args__ = (sa.Index("ix_survey_invitation_member", "member_id", "asked_at"),)

    survey_id: Mapped[str] = mapped_column(sa.ForeignKey("survey.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    asked_at: Mapped[Moment]
    answered_at: Mapped[OptionalMoment]


class SurveyAnswer(Base):
    """What somebody answered; changing it is allowed while the survey is open."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        sa.UniqueConstraint("survey_id", "member_id"),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        sa.Index("ix_survey_answer_newest", "survey_id", "at", "id"),
        sa.Index("ix_survey_answer_member", "member_id"),
    )

    id: Mapped[Id]
    survey_id: Mapped[str] = mapped_column(sa.ForeignKey("survey.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    score: Mapped[int] = mapped_column(sa.Integer)
    words: Mapped[LongText] = mapped_column(sa.Text, default="")
    at: Mapped[Moment]
    changed_at: Mapped[OptionalMoment]
