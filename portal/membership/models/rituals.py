"""The calendar of rituals: days that the house greets, and whom it greeted."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Facts, Id, LongText, Moment, OptionalRef, Str64, enum_type
from portal.core.words import Told, spoken, told


class RitualKind(StrEnum):
    """A member's own days, of which there is one row each, and the days of the brand."""

    BIRTHDAY = "birthday"
    JOINING_DAY = "joining_day"
    PRODUCT_DAY = "product_day"
    HOLIDAY = "holiday"


class Comes(StrEnum):
    """When a day of the brand comes: each year in one of the calendars, or only once."""

    SOLAR = "solar"
    LUNAR = "lunar"
    ONCE = "once"


class Ritual(Base):
    """Something that is greeted, with what is given on that day: points, or a coupon of a pool, or nothing.

    A member's own days have their kind as id, and neither name nor date. A day of the brand reaches everybody, or those
    who hold ``tier_id``. ``year`` only for what comes once.
    """

    __tablename__ = "ritual"
    __table_args__ = (
        sa.Index("ix_ritual_newest", "created_at", "id"),
        sa.CheckConstraint("(kind = 'holiday') = (comes IS NOT NULL)", name="holidays_come"),
        sa.CheckConstraint("(kind = 'holiday') = (month IS NOT NULL)", name="holidays_have_month"),
        sa.CheckConstraint("(month IS NULL) = (day IS NULL)", name="day_whole"),
        sa.CheckConstraint("month BETWEEN 1 AND 12 AND day BETWEEN 1 AND 31", name="day_exists"),
        sa.CheckConstraint(
            "(year IS NOT NULL) = (comes IS NOT NULL AND comes = 'once')", name="once_has_year"
        ),
        sa.CheckConstraint("points >= 0 AND (points = 0 OR pool_id IS NULL)", name="one_gift"),
    )

    id: Mapped[Id]
    kind: Mapped[RitualKind] = mapped_column(enum_type(RitualKind))
    comes: Mapped[Comes | None] = mapped_column(enum_type(Comes))
    month: Mapped[int | None] = mapped_column(sa.Integer)
    day: Mapped[int | None] = mapped_column(sa.Integer)
    year: Mapped[int | None] = mapped_column(sa.Integer)
    name_zh: Mapped[Str64] = mapped_column(sa.String(64), default="")
    name_en: Mapped[Str64] = mapped_column(sa.String(64), default="")
    words_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    words_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    tier_id: Mapped[str | None] = mapped_column(sa.ForeignKey("tier.id"))
    points: Mapped[int] = mapped_column(sa.Integer, default=0)
    pool_id: Mapped[str | None] = mapped_column(sa.ForeignKey("coupon_pool.id"))
    active: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    created_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def name(self) -> str:
        """A holiday's name in the visitor's language; empty for a member's own days."""
        return spoken(self.name_zh, self.name_en)

    @property
    def words(self) -> Told:
        """What is said on a holiday."""
        return told(self.words_zh, self.words_en)

    @property
    def has_gift(self) -> bool:
        return bool(self.points or self.pool_id)


class Greeting(Base):
    """A day of one member that the house greeted, and what was given with it; in one transaction, and once each turn.

    ``turn`` is the year of the day, counted in its own calendar; of product days, of which a year has several, the day
    itself as a number (20261122). ``facts`` are those of its sentence. ``points`` and ``coupon_id`` tell what was
    given; ``missed``: there was to be a coupon, and the pool had none.
    """

    __tablename__ = "ritual_greeting"
    __table_args__ = (
        sa.UniqueConstraint("ritual_id", "turn", "member_id"),
        sa.Index("ix_ritual_greeting_member", "member_id", "at", "id"),
        sa.Index(
            "ix_ritual_greeting_missed",
            "ritual_id",
            "at",
            sqlite_where=sa.text("missed"),
            postgresql_where=sa.text("missed"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    ritual_id: Mapped[str] = mapped_column(sa.ForeignKey("ritual.id"))
    turn: Mapped[int] = mapped_column(sa.Integer)
    facts: Mapped[Facts]
    points: Mapped[int] = mapped_column(sa.Integer, default=0)
    coupon_id: Mapped[OptionalRef]
    missed: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    at: Mapped[Moment]
