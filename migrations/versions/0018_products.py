"""Products: colours, versions, credits, where they are sold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_picture", sa.String(length=26), nullable=True))
        batch_op.add_column(sa.Column("shop_url", sa.String(length=500), nullable=False, server_default=""))
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.alter_column("shop_url", server_default=None)
    _make_product_color()
    _make_product_version()
    _make_product_credit()
    _withdraw_hidden_pictures()


def _withdraw_hidden_pictures() -> None:
    """What was hidden before has no pictures at any address from now on."""
    op.execute(
        "UPDATE photo SET published = false WHERE owner_kind = 'product'"
        " AND owner_id IN (SELECT id FROM product WHERE NOT shown)"
    )


def _make_product_color() -> None:
    op.create_table(
        "product_color",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("product_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("swatch", sa.String(length=7), nullable=False),
        sa.CheckConstraint("length(swatch) = 7", name=op.f("ck_product_color_swatch")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_color_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_color")),
    )
    with op.batch_alter_table("product_color", schema=None) as batch_op:
        batch_op.create_index("ix_product_color_product", ["product_id", "position"], unique=False)


def _make_product_version() -> None:
    op.create_table(
        "product_version",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("product_id", sa.String(length=26), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("note_zh", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_version_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_version")),
        sa.UniqueConstraint("product_id", "label", name=op.f("uq_product_version_product_id_label")),
    )
    with op.batch_alter_table("product_version", schema=None) as batch_op:
        batch_op.create_index("ix_product_version_newest", ["product_id", "released_on", "id"], unique=False)


def _make_product_credit() -> None:
    op.create_table(
        "product_credit",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("product_id", sa.String(length=26), nullable=False),
        sa.Column("color_id", sa.String(length=26), nullable=True),
        sa.Column("version_id", sa.String(length=26), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "named", "suggested", name="creditkind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("words", sa.String(length=255), nullable=False),
        sa.Column("note_zh", sa.String(length=255), nullable=False),
        sa.Column("note_en", sa.String(length=255), nullable=False),
        sa.Column("source_kind", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=26), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["color_id"], ["product_color.id"], name=op.f("fk_product_credit_color_id_product_color")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_product_credit_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_credit_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["product_version.id"], name=op.f("fk_product_credit_version_id_product_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_credit")),
        sa.UniqueConstraint(
            "source_kind",
            "source_id",
            "member_id",
            name=op.f("uq_product_credit_source_kind_source_id_member_id"),
        ),
    )
    with op.batch_alter_table("product_credit", schema=None) as batch_op:
        batch_op.create_index("ix_product_credit_member", ["member_id", "at", "id"], unique=False)
        batch_op.create_index("ix_product_credit_product", ["product_id", "at", "id"], unique=False)
