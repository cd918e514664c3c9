"""Indexes for the members' pages of the studio: what staff search in, states, whom one looks after."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_member_state", "member", ["state", "joined_at", "id"])
    op.create_index(
        "ix_member_desk",
        "member",
        ["joined_at", "id", "number", "display_name", "region", "state", "email", "phone"],
    )
    op.create_index(
        "ix_member_looked_after",
        "member",
        ["looked_after_by", "joined_at", "id"],
        sqlite_where=sa.text("looked_after_by IS NOT NULL"),
        postgresql_where=sa.text("looked_after_by IS NOT NULL"),
    )
