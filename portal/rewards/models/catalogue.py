"""What points are good for."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, LongText, Moment, Str64
from portal.core.words import spoken


class Reward(Base):
    """A coupon of a pool for points. ``most`` is how often one member may take it (0: as often as they like)."""

    __tablename__ = "reward"
    __table_args__ = (
        sa.CheckConstraint("cost > 0", name="cost_positive"),
        sa.CheckConstraint("most >= 0", name="most_not_negative"),
        sa.Index("ix_reward_place", "position", "id"),
    )

    id: Mapped[Id]
    pool_id: Mapped[str] = mapped_column(sa.ForeignKey("coupon_pool.id"), index=True)
    name_zh: Mapped[Str64]
    name_en: Mapped[Str64]
    text_zh: Mapped[LongText]
    text_en: Mapped[LongText]
    icon: Mapped[Str64]
    cost: Mapped[int] = mapped_column(sa.Integer)
    most: Mapped[int] = mapped_column(sa.Integer, default=0)
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    shown: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    created_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def text(self) -> str:
        return spoken(self.text_zh, self.text_en)


class Redemption(Base):
    """A member took a reward. The id is made when the page is shown: sending the form twice is taking it once."""

    __tablename__ = "redemption"
    __table_args__ = (
        sa.UniqueConstraint("coupon_id"),
        sa.CheckConstraint("cost > 0", name="cost_positive"),
        sa.Index("ix_redemption_member", "member_id", "at", "id"),
        sa.Index("ix_redemption_reward", "reward_id", "member_id"),
    )

    id: Mapped[Id]
    reward_id: Mapped[str] = mapped_column(sa.ForeignKey("reward.id"))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    coupon_id: Mapped[str] = mapped_column(sa.ForeignKey("coupon.id"))
    cost: Mapped[int] = mapped_column(sa.Integer)
    at: Mapped[Moment]
