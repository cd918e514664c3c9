"""The tables of drops."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, LongText, Moment, OptionalMoment, Str64, Str120
from portal.core.words import Told, spoken, told

#: how long a drop stands in calendars, which want an end; the shop stays open
IN_CALENDARS = timedelta(minutes=30)


class Drop(Base):
    """New things come at ``starts_at``, always in the brand's slot; with the perk of early access so many hours before.

    A draft until ``published_at``. ``sequence`` counts what calendars must learn, ``version`` every change.
    """

    __tablename__ = "product_drop"
    __table_args__ = (
        sa.UniqueConstraint("slug"),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR published_at IS NOT NULL", name="only_what_was_told_is_cancelled"
        ),
        sa.Index("ix_product_drop_start", "starts_at", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[Str64]
    name_zh: Mapped[Str120] = mapped_column(sa.String(120), default="")
    name_en: Mapped[Str120] = mapped_column(sa.String(120), default="")
    lead_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    lead_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    starts_at: Mapped[Moment]
    published_at: Mapped[OptionalMoment]
    cancelled_at: Mapped[OptionalMoment]
    cancel_words: Mapped[LongText] = mapped_column(sa.Text, default="")
    sequence: Mapped[int] = mapped_column(sa.Integer, default=0)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
    created_at: Mapped[Moment]

    @property
    def name(self) -> str:
        """In the visitor's language."""
        return spoken(self.name_zh, self.name_en)

    @property
    def lead(self) -> Told:
        return told(self.lead_zh, self.lead_en)

    @property
    def ends_at(self) -> datetime:
        """Where calendars want an end, and the tag with its day, which events wear too."""
        return self.starts_at + IN_CALENDARS

    @property
    def is_public(self) -> bool:
        return self.published_at is not None


class DropItem(Base):
    """A product of a drop, perhaps in one colour, at ``price`` (minor units). Nobody who comes anew pays less than members do.

    ``shop_url``: where it can be bought once it opened, and nowhere to be read before; empty is the product's own address.
    ``shown_at``: since then its product is there for everybody, as far as the drop is concerned.
    """

    __tablename__ = "drop_item"
    __table_args__ = (
        sa.UniqueConstraint("drop_id", "product_id", "color_id"),
        sa.CheckConstraint("price >= 0", name="price"),
        sa.CheckConstraint(
            "member_price IS NULL OR (member_price >= 0 AND member_price <= price)",
            name="members_never_pay_more",
        ),
        sa.Index("ix_drop_item_drop", "drop_id", "position"),
        sa.Index("ix_drop_item_product", "product_id"),
        sa.Index(
            "ix_drop_item_unshown",
            "drop_id",
            sqlite_where=sa.text("shown_at IS NULL"),
            postgresql_where=sa.text("shown_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    drop_id: Mapped[str] = mapped_column(sa.ForeignKey("product_drop.id"))
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("product.id"))
    color_id: Mapped[str | None] = mapped_column(sa.ForeignKey("product_color.id"))
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    price: Mapped[int] = mapped_column(sa.Integer)
    member_price: Mapped[int | None] = mapped_column(sa.Integer)
    currency: Mapped[str] = mapped_column(sa.String(3))
    shop_url: Mapped[str] = mapped_column(sa.String(500), default="")
    shown_at: Mapped[OptionalMoment]


class DropReminder(Base):
    """A member wants to be told shortly before a drop opens for them; ``told_at`` once that was done.

    ``news_at``: since then they are owed the word that it was moved or cancelled.
    """

    __tablename__ = "drop_reminder"
    __table_args__ = (
        sa.Index("ix_drop_reminder_member", "member_id", "asked_at"),
        sa.Index(
            "ix_drop_reminder_untold",
            "drop_id",
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        ),
        sa.Index(
            "ix_drop_reminder_news",
            "drop_id",
            sqlite_where=sa.text("news_at IS NOT NULL"),
            postgresql_where=sa.text("news_at IS NOT NULL"),
        ),
    )

    drop_id: Mapped[str] = mapped_column(sa.ForeignKey("product_drop.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    asked_at: Mapped[Moment]
    told_at: Mapped[OptionalMoment]
    news_at: Mapped[OptionalMoment]
