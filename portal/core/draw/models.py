"""Draws, and who is in them."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Facts, Id, LongText, Moment, OptionalMoment, Ref, Str64, enum_type
from portal.core.sealed import Sealed


class DrawMethod(StrEnum):
    """Where the value comes from that nobody could know before: a public source that is named first, or the strings of all
    who entered mixed with a secret of the house whose hash is published first."""

    PUBLIC = "public"
    MIXED = "mixed"


class Draw(Base):
    """One draw for something above (``owner_kind`` and ``owner_id``).

    Open → frozen (``list_hash`` is published, nobody enters or leaves) → drawn (``value`` is known, every entry has its place).
    ``known_at``: when the source of a public draw publishes its value; the list froze before, and nobody draws earlier.
    ``secret`` is sealed, and shown once it was drawn. ``facts``: what places bring, and what else the result follows from; they
    freeze with the list.
    """

    __tablename__ = "draw"
    __table_args__ = (
        sa.UniqueConstraint("owner_kind", "owner_id"),
        sa.CheckConstraint("(method = 'mixed') = (secret_hash <> '')", name="mixed_has_secret"),
        sa.CheckConstraint("(method = 'public') = (known_at IS NOT NULL)", name="public_has_moment"),
        sa.CheckConstraint("frozen_at <= known_at", name="frozen_before_known"),
        sa.CheckConstraint("known_at <= drawn_at", name="drawn_once_known"),
        sa.CheckConstraint("(frozen_at IS NULL) = (list_hash = '')", name="frozen_has_hash"),
        sa.CheckConstraint("(drawn_at IS NULL) = (value = '')", name="drawn_has_value"),
        sa.CheckConstraint("drawn_at IS NULL OR frozen_at IS NOT NULL", name="drawn_was_frozen"),
    )

    id: Mapped[Id]
    owner_kind: Mapped[Str64]
    owner_id: Mapped[Ref]
    method: Mapped[DrawMethod] = mapped_column(enum_type(DrawMethod))
    secret: Mapped[str] = mapped_column(Sealed, default="")
    secret_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    source_zh: Mapped[LongText] = mapped_column(sa.Text, default="")
    source_en: Mapped[LongText] = mapped_column(sa.Text, default="")
    known_at: Mapped[OptionalMoment]
    facts: Mapped[Facts] = mapped_column(sa.JSON, default=dict)
    list_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    value: Mapped[str] = mapped_column(sa.String(255), default="")
    opened_at: Mapped[Moment]
    frozen_at: Mapped[OptionalMoment]
    drawn_at: Mapped[OptionalMoment]


class DrawEntry(Base):
    """One entry under an id that names nobody. ``later``: it comes after all others (and everybody can read that it does).
    ``place`` counts from 1."""

    __tablename__ = "draw_entry"
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "place"),
        sa.CheckConstraint("place IS NULL OR place >= 1", name="place"),
    )

    draw_id: Mapped[str] = mapped_column(sa.ForeignKey("draw.id"), primary_key=True)
    entry_id: Mapped[str] = mapped_column(sa.String(26), primary_key=True)
    salt: Mapped[Str64] = mapped_column(sa.String(64), default="")
    later: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    place: Mapped[int | None] = mapped_column(sa.Integer)
