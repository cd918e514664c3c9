"""Who applied for a trial is told in steps how it ended: how far the worker got stands with the trial."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("trial") as table:
        table.add_column(sa.Column("told_up_to", sa.String(26), nullable=True))
        table.add_column(sa.Column("told", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("to_tell", sa.Integer, nullable=False, server_default="0"))
    with op.batch_alter_table("trial") as table:
        table.alter_column("told", server_default=None)
        table.alter_column("to_tell", server_default=None)
