"""Drops: what comes, when, and who wants to be reminded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_product_drop()
    _make_drop_item()
    _make_drop_reminder()


def _make_product_drop() -> None:
    op.create_table(
        "product_drop",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("lead_zh", sa.Text(), nullable=False),
        sa.Column("lead_en", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_words", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR published_at IS NOT NULL",
            name=op.f("ck_product_drop_only_what_was_told_is_cancelled"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_drop")),
        sa.UniqueConstraint("slug", name=op.f("uq_product_drop_slug")),
    )
    with op.batch_alter_table("product_drop", schema=None) as batch_op:
        batch_op.create_index("ix_product_drop_start", ["starts_at", "id"], unique=False)


def _make_drop_item() -> None:
    op.create_table(
        "drop_item",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("drop_id", sa.String(length=26), nullable=False),
        sa.Column("product_id", sa.String(length=26), nullable=False),
        sa.Column("color_id", sa.String(length=26), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("member_price", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("shop_url", sa.String(length=500), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "member_price IS NULL OR (member_price >= 0 AND member_price <= price)",
            name=op.f("ck_drop_item_members_never_pay_more"),
        ),
        sa.CheckConstraint("price >= 0", name=op.f("ck_drop_item_price")),
        sa.ForeignKeyConstraint(
            ["color_id"], ["product_color.id"], name=op.f("fk_drop_item_color_id_product_color")
        ),
        sa.ForeignKeyConstraint(
            ["drop_id"], ["product_drop.id"], name=op.f("fk_drop_item_drop_id_product_drop")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_drop_item_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drop_item")),
        sa.UniqueConstraint(
            "drop_id", "product_id", "color_id", name=op.f("uq_drop_item_drop_id_product_id_color_id")
        ),
    )
    with op.batch_alter_table("drop_item", schema=None) as batch_op:
        batch_op.create_index("ix_drop_item_drop", ["drop_id", "position"], unique=False)
        batch_op.create_index("ix_drop_item_product", ["product_id"], unique=False)
        batch_op.create_index(
            "ix_drop_item_unshown",
            ["drop_id"],
            unique=False,
            sqlite_where=sa.text("shown_at IS NULL"),
            postgresql_where=sa.text("shown_at IS NULL"),
        )


def _make_drop_reminder() -> None:
    op.create_table(
        "drop_reminder",
        sa.Column("drop_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("news_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["drop_id"], ["product_drop.id"], name=op.f("fk_drop_reminder_drop_id_product_drop")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_drop_reminder_member_id_member")),
        sa.PrimaryKeyConstraint("drop_id", "member_id", name=op.f("pk_drop_reminder")),
    )
    with op.batch_alter_table("drop_reminder", schema=None) as batch_op:
        batch_op.create_index("ix_drop_reminder_member", ["member_id", "asked_at"], unique=False)
        batch_op.create_index(
            "ix_drop_reminder_untold",
            ["drop_id"],
            unique=False,
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        )
        batch_op.create_index(
            "ix_drop_reminder_news",
            ["drop_id"],
            unique=False,
            sqlite_where=sa.text("news_at IS NOT NULL"),
            postgresql_where=sa.text("news_at IS NOT NULL"),
        )
