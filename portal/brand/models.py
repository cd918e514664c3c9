"""What the owner decided about the brand: one row that speaks on every page, and the texts that members accept."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import (
    Base,
    Id,
    LongText,
    Moment,
    OptionalRef,
    Str64,
    Str120,
    Str255,
    append_only,
    enum_type,
)
from portal.core.i18n import language


class LegalKind(StrEnum):
    TERMS = "terms"
    PRIVACY = "privacy"
    RULES = "rules"


class BrandSettings(Base):
    """The single row (id 1), begun with ``DEFAULTS``. Texts stand in both languages; times are minutes after midnight."""

    __tablename__ = "brand_settings"
    __table_args__ = (
        sa.CheckConstraint("id = 1", name="single_row"),
        sa.CheckConstraint("hue >= 0 AND hue < 360", name="hue_in_circle"),
        sa.CheckConstraint(
            "opens_at >= 0 AND opens_at < closes_at AND closes_at <= 1440", name="hours_in_order"
        ),
        sa.CheckConstraint("reply_target_minutes > 0", name="target_positive"),
        sa.CheckConstraint("newcomer_stories >= 0", name="newcomer_not_negative"),
        sa.CheckConstraint("contact_budget BETWEEN 0 AND 21", name="budget_bounded"),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439", name="quiet_in_day"
        ),
    )

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False, default=1)
    name_zh: Mapped[Str64]
    name_en: Mapped[Str64]
    logo: Mapped[OptionalRef]
    hue: Mapped[int]
    belief_zh: Mapped[Str255]
    belief_en: Mapped[Str255]
    headline_zh: Mapped[Str120]
    headline_en: Mapped[Str120]
    fan_title_zh: Mapped[Str64]
    fan_title_en: Mapped[Str64]
    ambassador_title_zh: Mapped[Str64]
    ambassador_title_en: Mapped[Str64]
    time_zone: Mapped[Str64]
    currency: Mapped[str] = mapped_column(sa.String(3))
    opens_at: Mapped[int]
    closes_at: Mapped[int]
    drop_weekday: Mapped[int] = mapped_column(sa.Integer, default=1)
    drop_at: Mapped[int] = mapped_column(sa.Integer, default=10 * 60)
    reply_target_minutes: Mapped[int]
    newcomer_stories: Mapped[int]
    contact_budget: Mapped[int]
    quiet_from: Mapped[int]
    quiet_until: Mapped[int]
    minimum_age: Mapped[int]
    filing_number: Mapped[Str64]
    updated_at: Mapped[Moment]


@append_only
class LegalText(Base):
    """One published version of a text that members accept, in both languages. What was published never changes."""

    __tablename__ = "legal_text"
    __table_args__ = (
        sa.UniqueConstraint("kind", "version"),
        sa.CheckConstraint("version > 0", name="version_positive"),
    )

    id: Mapped[Id]
    kind: Mapped[LegalKind] = mapped_column(enum_type(LegalKind))
    version: Mapped[int] = mapped_column(sa.Integer)
    body_zh: Mapped[LongText]
    body_en: Mapped[LongText]
    change_zh: Mapped[Str255]
    change_en: Mapped[Str255]
    published_by: Mapped[OptionalRef]
    published_at: Mapped[Moment]

    @property
    def body(self) -> str:
        """In the language of the request."""
        return self.body_zh if language() == "zh_CN" else self.body_en

    @property
    def change(self) -> str:
        """What is new in this version, in the language of the request."""
        return self.change_zh if language() == "zh_CN" else self.change_en
