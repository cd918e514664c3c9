"""Products: name, shelf, story, pictures, colours, versions, and who they owe something to."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, LongText, Moment, OptionalRef, Ref, Str64, Str120, Str255, enum_type
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
    """Something the brand makes. Its pictures are photos of core/media, ``picture`` the one that stands for it, and
    ``next_picture`` the one that takes its place once it is prepared. ``version`` grows with every change of words.
    ``shop_url``: where it can be bought."""

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
    next_picture: Mapped[OptionalRef]
    shop_url: Mapped[str] = mapped_column(sa.String(500), default="")
    shown: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    created_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    @property
    def name(self) -> str:
        """In the visitor's language."""
        return spoken(self.name_zh, self.name_en)


class ProductColor(Base):
    """A colour in which a product is made; ``swatch`` is what stands for it, as #rrggbb."""

    __tablename__ = "product_color"
    __table_args__ = (
        sa.CheckConstraint("length(swatch) = 7", name="swatch"),
        sa.Index("ix_product_color_product", "product_id", "position"),
    )

    id: Mapped[Id]
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("product.id"))
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    name_zh: Mapped[Str64] = mapped_column(sa.String(64), default="")
    name_en: Mapped[Str64] = mapped_column(sa.String(64), default="")
    swatch: Mapped[str] = mapped_column(sa.String(7))

    @property
    def name(self) -> str:
        """In the visitor's language."""
        return spoken(self.name_zh, self.name_en)


class ProductVersion(Base):
    """A revision of a product, and what became different in it."""

    __tablename__ = "product_version"
    __table_args__ = (
        sa.UniqueConstraint("product_id", "label"),
        sa.Index("ix_product_version_newest", "product_id", "released_on", "id"),
    )

    id: Mapped[Id]
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("product.id"))
    label: Mapped[Str64]
    note_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    note_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    released_on: Mapped[date] = mapped_column(sa.Date)
    created_at: Mapped[Moment]


class CreditKind(StrEnum):
    """What somebody did for a product: gave it (or a colour of it) its name, or suggested what a version changed."""

    NAMED = "named"
    SUGGESTED = "suggested"


class Credit(Base):
    """A member made something possible, and the product's page says so for good. ``words``: the name or the suggestion.

    Written by features above (``source_kind`` and ``source_id``), at most once for each member and source; ``path`` leads there.
    ``note_zh`` and ``note_en`` stand beside the words wherever they show. No words: they were taken down.
    """

    __tablename__ = "product_credit"
    __table_args__ = (
        sa.UniqueConstraint("source_kind", "source_id", "member_id"),
        sa.Index("ix_product_credit_product", "product_id", "at", "id"),
        sa.Index("ix_product_credit_member", "member_id", "at", "id"),
    )

    id: Mapped[Id]
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("product.id"))
    color_id: Mapped[str | None] = mapped_column(sa.ForeignKey("product_color.id"))
    version_id: Mapped[str | None] = mapped_column(sa.ForeignKey("product_version.id"))
    kind: Mapped[CreditKind] = mapped_column(enum_type(CreditKind))
    member_id: Mapped[str] = mapped_column(sa.ForeignKey("member.id"))
    words: Mapped[Str255]
    note_zh: Mapped[Str255] = mapped_column(sa.String(255), default="")
    note_en: Mapped[Str255] = mapped_column(sa.String(255), default="")
    source_kind: Mapped[Str64]
    source_id: Mapped[Ref]
    path: Mapped[Str255]
    at: Mapped[Moment]
