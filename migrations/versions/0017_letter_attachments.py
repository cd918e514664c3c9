"""A letter may bring a file along: what a calendar reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WHOLE = (
    "(attachment_name IS NULL) = (attachment_body IS NULL)"
    " AND (attachment_type IS NULL) = (attachment_body IS NULL)"
)


def upgrade() -> None:
    with op.batch_alter_table("letter") as batch:
        batch.add_column(sa.Column("attachment_name", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("attachment_type", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("attachment_body", sa.Text(), nullable=True))
        batch.create_check_constraint(op.f("ck_letter_attachment_whole"), WHOLE)


def downgrade() -> None:
    with op.batch_alter_table("letter") as batch:
        batch.drop_constraint(op.f("ck_letter_attachment_whole"), type_="check")
        batch.drop_column("attachment_body")
        batch.drop_column("attachment_type")
        batch.drop_column("attachment_name")
