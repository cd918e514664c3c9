"""What the owner decided about the brand: one row that speaks on every page."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Moment, OptionalRef, Str64, Str120, Str255


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
    minimum_age: Mapped[int]
    filing_number: Mapped[Str64]
    updated_at: Mapped[Moment]
