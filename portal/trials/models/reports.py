"""The tables of what testers found, and what they suggest."""

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
    OptionalRef,
    Ref,
    Str64,
    Str255,
    enum_type,
)
from portal.trials.models.trials import LABEL_EN, LABEL_ZH


class ReportState(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"


class Report(Base):
    """What a tester found: never without its label, nor handed in without a dislike or why there was none.

    ``tested`` is the version they had, ``version`` grows with every change of words. ``hidden_because`` is what moderators
    said when they took it down; ``form_mended_at``: staff mended slips of the pen (``Mending`` keeps what stood there).
    """

    __tablename__ = "trial_report"
    __table_args__ = (
        sa.UniqueConstraint("tester_id"),
        sa.CheckConstraint(
            f"label_zh LIKE '%{LABEL_ZH}%' AND label_en LIKE '%{LABEL_EN}%'", name="label_says_it"
        ),
        sa.CheckConstraint("state = 'draft' OR dislikes <> '' OR none_because <> ''", name="balanced"),
        sa.CheckConstraint("(state = 'draft') = (handed_in_at IS NULL)", name="handed_in"),
        sa.Index("ix_trial_report_trial", "trial_id", "handed_in_at", "id"),
        sa.Index("ix_trial_report_product", "product_id", "handed_in_at", "id"),
        sa.Index("ix_trial_report_member", "member_id", "handed_in_at", "id"),
    )

    id: Mapped[Id]
    tester_id: Mapped[str] = mapped_column(sa.ForeignKey("trial_tester.id"))
    trial_id: Mapped[str] = mapped_column(sa.ForeignKey("trial.id"))
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("product.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    tested: Mapped[Str64] = mapped_column(sa.String(64), default="")
    label_zh: Mapped[Str255]
    label_en: Mapped[Str255]
    first_look: Mapped[LongText] = mapped_column(sa.Text, default="")
    in_use: Mapped[LongText] = mapped_column(sa.Text, default="")
    likes: Mapped[LongText] = mapped_column(sa.Text, default="")
    dislikes: Mapped[LongText] = mapped_column(sa.Text, default="")
    none_because: Mapped[LongText] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(8), default="")
    state: Mapped[ReportState] = mapped_column(enum_type(ReportState), default=ReportState.DRAFT)
    hidden_because: Mapped[Str255] = mapped_column(sa.String(255), default="")
    form_mended_at: Mapped[OptionalMoment]
    handed_in_at: Mapped[OptionalMoment]
    shown_at: Mapped[OptionalMoment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
    created_at: Mapped[Moment]


class Mending(Base):
    """Slips of the pen that staff mended in one part of a report: what stood there, and what stands there since."""

    __tablename__ = "trial_mending"
    __table_args__ = (sa.Index("ix_trial_mending_report", "report_id", "at", "id"),)

    id: Mapped[Id]
    report_id: Mapped[str] = mapped_column(sa.ForeignKey("trial_report.id"))
    part: Mapped[Str64]
    before: Mapped[LongText]
    after: Mapped[LongText]
    by_id: Mapped[Ref]
    at: Mapped[Moment]


class Rating(Base):
    __tablename__ = "trial_rating"
    __table_args__ = (sa.CheckConstraint("points BETWEEN 1 AND 5", name="points"),)

    report_id: Mapped[str] = mapped_column(sa.ForeignKey("trial_report.id"), primary_key=True)
    aspect_id: Mapped[str] = mapped_column(sa.ForeignKey("trial_aspect.id"), primary_key=True)
    points: Mapped[int] = mapped_column(sa.Integer)


class Answer(StrEnum):
    OPEN = "open"
    ADOPTED = "adopted"
    DECLINED = "declined"


class Suggestion(Base):
    """One thing to make better, which staff answer within ten days; adopted, it leads to a version and a credit.

    ``due_at`` is known once the report is shown; ``version_id``: the version that changed because of it.
    """

    __tablename__ = "trial_suggestion"
    __table_args__ = (
        sa.UniqueConstraint("report_id", "position"),
        sa.CheckConstraint("(answer = 'open') = (answered_at IS NULL)", name="answered"),
        sa.CheckConstraint("answer <> 'declined' OR reply <> ''", name="declined_has_reason"),
        sa.Index("ix_trial_suggestion_open", "answer", "due_at", "id"),
    )

    id: Mapped[Id]
    report_id: Mapped[str] = mapped_column(sa.ForeignKey("trial_report.id"))
    position: Mapped[int] = mapped_column(sa.Integer)
    words: Mapped[LongText]
    answer: Mapped[Answer] = mapped_column(enum_type(Answer), default=Answer.OPEN)
    reply: Mapped[LongText] = mapped_column(sa.Text, default="")
    answered_by: Mapped[OptionalRef]
    answered_at: Mapped[OptionalMoment]
    due_at: Mapped[OptionalMoment]
    version_id: Mapped[str | None] = mapped_column(sa.ForeignKey("product_version.id"))
