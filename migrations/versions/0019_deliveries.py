"""Deliveries: what is sent to members, and addresses that are forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_delivery()


def _make_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("owner_kind", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("what_zh", sa.String(length=120), nullable=False),
        sa.Column("what_en", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "ready",
                "shipped",
                "lost",
                "received",
                "stopped",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("carrier", sa.String(length=64), nullable=False),
        sa.Column("tracking", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_by", sa.String(length=26), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'received') = (received_at IS NOT NULL)", name=op.f("ck_delivery_received")
        ),
        sa.CheckConstraint(
            "(state IN ('received', 'stopped')) = (erased_at IS NOT NULL)",
            name=op.f("ck_delivery_over_is_erased"),
        ),
        sa.CheckConstraint(
            "erased_at IS NULL OR (name = '' AND phone = '' AND address = '' AND carrier = '' AND tracking = '')",
            name=op.f("ck_delivery_erased_is_empty"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('ready', 'shipped', 'lost') OR (name <> '' AND address <> '')",
            name=op.f("ck_delivery_sent_somewhere"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('shipped', 'lost', 'received') OR shipped_at IS NOT NULL",
            name=op.f("ck_delivery_shipped"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_delivery_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("owner_kind", "owner_id", name=op.f("uq_delivery_owner_kind_owner_id")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_member", ["member_id", "asked_at", "id"], unique=False)
        batch_op.create_index("ix_delivery_state", ["state", "asked_at", "id"], unique=False)
