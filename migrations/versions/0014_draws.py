"""Draws that anybody can check, and who is in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_draw()
    _make_draw_entry()


def _make_draw() -> None:
    op.create_table(
        "draw",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("owner_kind", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(length=26), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "public", "mixed", name="drawmethod", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("source_zh", sa.Text(), nullable=False),
        sa.Column("source_en", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("list_hash", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(drawn_at IS NULL) = (value = '')", name=op.f("ck_draw_drawn_has_value")),
        sa.CheckConstraint("(frozen_at IS NULL) = (list_hash = '')", name=op.f("ck_draw_frozen_has_hash")),
        sa.CheckConstraint("(method = 'mixed') = (secret_hash <> '')", name=op.f("ck_draw_mixed_has_secret")),
        sa.CheckConstraint(
            "drawn_at IS NULL OR frozen_at IS NOT NULL", name=op.f("ck_draw_drawn_was_frozen")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("owner_kind", "owner_id", name=op.f("uq_draw_owner_kind_owner_id")),
    )


def _make_draw_entry() -> None:
    op.create_table(
        "draw_entry",
        sa.Column("draw_id", sa.String(length=26), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("later", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.CheckConstraint("place IS NULL OR place >= 1", name=op.f("ck_draw_entry_place")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_entry_draw_id_draw")),
        sa.PrimaryKeyConstraint("draw_id", "entry_id", name=op.f("pk_draw_entry")),
        sa.UniqueConstraint("draw_id", "place", name=op.f("uq_draw_entry_draw_id_place")),
    )
