"""Products in their simplest form: name, category, story, picture."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, LongText, Moment, OptionalRef, Str64, Str120
from portal.core.words import spoken


class Category(Base):
    """A shelf; two levels (a parent has no parent itself, kept by the service)."""

    __tablename__ = "category"
    __table_args__ = (
        sa.UniqueConstraint("slug"),
        sa.CheckConstraint("parent_id <> id", name="not_own_parent"),
    )

    id: Mapped[Id]
    slug: Mapped[Str64]
    name_zh: Mapped[Str64]
    name_en: Mapped[Str64]
    parent_id: Mapped[str | None] = mapped_column(sa.ForeignKey("category.id"))
    position: Mapped[int] = mapped_column(sa.Integer, default=0)

    @property
    def name(self) -> str:
        """In the visitor's language."""
        return spoken(self.name_zh, self.name_en)


class Product(Base):
    """Something the brand makes. Its picture is a photo of core/media; ``version`` grows with every change of words."""

    __tablename__ = "product"
    __table_args__ = (sa.UniqueConstraint("slug"), sa.Index("ix_product_newest", "created_at", "id"))

    id: Mapped[Id]
    slug: Mapped[Str64]
    name_zh: Mapped[Str120]
    name_en: Mapped[Str120]
    category_id: Mapped[str] = mapped_column(sa.ForeignKey("category.id"), index=True)
    story_zh: Mapped[LongText]
    story_en: Mapped[LongText]
    picture: Mapped[OptionalRef]
    shown: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    created_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def name(self) -> str:
        """In the visitor's language."""
        return spoken(self.name_zh, self.name_en)
