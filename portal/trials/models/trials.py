"""The tables of trials themselves: what is tried, by how many, when, and what is asked."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import (
    Base,
    Facts,
    Id,
    LongText,
    Moment,
    OptionalMoment,
    Str64,
    Str120,
    Str255,
)
from portal.core.words import spoken

#: what a report on something received for nothing says at its top; a label may say more, never less
LABEL_ZH, LABEL_EN = "本产品由品牌免费提供", "Received free for testing"


class Trial(Base):
    """A campaign: members apply, ``seats`` of them try a product and report.

    A draft until ``published_at``; members apply from ``opens_at`` to ``closes_at``. At ``frozen_at`` (after the closing)
    applications are scored and stand still; at ``chosen_at`` the result is told; ``ended_at``: every report came or is missing.
    ``newcomer_percent`` of the seats at least go to who never tested; ``region_most`` at most to one region; the draw takes
    who has at least ``least_points``. ``fairness``: how many of each group applied and were chosen, as it stood when the result
    was told (``rules.fairness``); until everybody heard of it also how far that got (``telling``).
    """

    __tablename__ = "trial"
    __table_args__ = (
        sa.UniqueConstraint("slug"),
        sa.CheckConstraint("seats BETWEEN 1 AND 500", name="seats"),
        sa.CheckConstraint("newcomer_percent BETWEEN 20 AND 100", name="newcomers_have_a_share"),
        sa.CheckConstraint("region_most IS NULL OR region_most >= 1", name="region_most"),
        sa.CheckConstraint("line BETWEEN 0 AND 100", name="line"),
        sa.CheckConstraint("opens_at < closes_at", name="in_order"),
        sa.CheckConstraint(
            f"label_zh LIKE '%{LABEL_ZH}%' AND label_en LIKE '%{LABEL_EN}%'", name="label_says_it"
        ),
        sa.CheckConstraint("chosen_at IS NULL OR frozen_at IS NOT NULL", name="chosen_was_frozen"),
        sa.Index("ix_trial_newest", "opens_at", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[Str64]
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("product.id"))
    version_id: Mapped[str | None] = mapped_column(sa.ForeignKey("product_version.id"))
    name_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    name_en: Mapped[Str120] = mapped_column(sa.String(120), default="")
    brief_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    brief_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    label_zh: Mapped[Str255] = mapped_column(sa.String(255), default=LABEL_ZH)
    label_en: Mapped[Str255] = mapped_column(sa.String(255), default=LABEL_EN)
    seats: Mapped[int] = mapped_column(sa.Integer)
    newcomer_percent: Mapped[int] = mapped_column(sa.Integer, default=20)
    region_most: Mapped[int | None] = mapped_column(sa.Integer)
    least_points: Mapped[int] = mapped_column("line", sa.Integer, default=40)
    needs_purchase: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    tier_id: Mapped[str | None] = mapped_column(sa.ForeignKey("tier.id"))
    #: own something of this shelf
    category_id: Mapped[str | None] = mapped_column(sa.ForeignKey("category.id"))
    #: only these; empty: all
    regions: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    accept_hours: Mapped[int] = mapped_column(sa.Integer, default=48)
    report_days: Mapped[int] = mapped_column(sa.Integer, default=14)
    extra_days: Mapped[int] = mapped_column(sa.Integer, default=7)
    fairness: Mapped[Facts] = mapped_column(sa.JSON, default=dict)
    opens_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    published_at: Mapped[OptionalMoment]
    frozen_at: Mapped[OptionalMoment]
    chosen_at: Mapped[OptionalMoment]
    ended_at: Mapped[OptionalMoment]
    cancelled_at: Mapped[OptionalMoment]
    #: the worker tells who applied how it ended, by member id: ``told`` of ``to_tell`` so far; None once it is done
    told_up_to: Mapped[str | None] = mapped_column(sa.String(26))
    told: Mapped[int] = mapped_column(sa.Integer, default=0)
    to_tell: Mapped[int] = mapped_column(sa.Integer, default=0)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
    created_at: Mapped[Moment]

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def label(self) -> str:
        """What every report says at its top, in the reader's language."""
        return spoken(self.label_zh, self.label_en)


class Question(Base):
    """Asked of who applies; at most three."""

    __tablename__ = "trial_question"
    __table_args__ = (
        sa.UniqueConstraint("trial_id", "position"),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name="most_three"),
    )

    id: Mapped[Id]
    trial_id: Mapped[str] = mapped_column(sa.ForeignKey("trial.id"))
    position: Mapped[int] = mapped_column(sa.Integer)
    text_zh: Mapped[Str255] = mapped_column(sa.String(255), default="")
    text_en: Mapped[Str255] = mapped_column(sa.String(255), default="")

    @property
    def text(self) -> str:
        """In the visitor's language."""
        return spoken(self.text_zh, self.text_en)


class Aspect(Base):
    """What reports rate from 1 to 5."""

    __tablename__ = "trial_aspect"
    __table_args__ = (sa.UniqueConstraint("trial_id", "position"),)

    id: Mapped[Id]
    trial_id: Mapped[str] = mapped_column(sa.ForeignKey("trial.id"))
    position: Mapped[int] = mapped_column(sa.Integer)
    name_zh: Mapped[Str64] = mapped_column(sa.String(64), default="")
    name_en: Mapped[Str64] = mapped_column(sa.String(64), default="")

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)
