"""The story of the week: a story may hold the place of one week, and a week has one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHOSEN = sa.text("chosen_week IS NOT NULL")
SHOWN = sa.text("state = 'published' AND chosen_week IS NOT NULL")


def upgrade() -> None:
    op.add_column("story", sa.Column("chosen_week", sa.Date(), nullable=True))
    op.create_index(
        "uq_story_chosen_week",
        "story",
        ["chosen_week"],
        unique=True,
        sqlite_where=CHOSEN,
        postgresql_where=CHOSEN,
    )
    op.create_index(
        "ix_story_week", "story", ["chosen_week"], unique=False, sqlite_where=SHOWN, postgresql_where=SHOWN
    )
