"""Orders are found by the contacts that stand on them, guests may be a member's kin, and a merge can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer", sa.Column("kin_id", sa.String(length=26), nullable=True))
    op.create_index("ix_customer_kin", "customer", ["kin_id"])
    op.add_column("customer_merge", sa.Column("parts", sa.JSON(none_as_null=True), nullable=True))
    for contact in ("phone", "email"):
        there = sa.text(f"{contact} <> ''")
        op.create_index(
            f"ix_sales_order_{contact}", "sales_order", [contact], sqlite_where=there, postgresql_where=there
        )


def downgrade() -> None:
    for contact in ("phone", "email"):
        op.drop_index(f"ix_sales_order_{contact}", "sales_order")
    op.drop_column("customer_merge", "parts")
    op.drop_index("ix_customer_kin", "customer")
    op.drop_column("customer", "kin_id")
