"""Public draws say when their value is published: the list froze before, and nobody draws earlier.

Lists that are frozen keep their hash; of them the latest moment at which the value was still unknown is taken. Lists that are
still open have a day.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("draw", sa.Column("known_at", MOMENT, nullable=True))
    draw = sa.table(
        "draw",
        sa.column("method", sa.String),
        sa.column("frozen_at", MOMENT),
        sa.column("drawn_at", MOMENT),
        sa.column("known_at", MOMENT),
    )
    tomorrow = sa.literal(datetime.now(UTC) + timedelta(days=1), MOMENT)
    known = sa.func.coalesce(draw.c.drawn_at, draw.c.frozen_at, tomorrow)
    op.execute(sa.update(draw).where(draw.c.method == "public").values(known_at=known))
    with op.batch_alter_table("draw") as table:
        for name, rule in (
            ("public_has_moment", "(method = 'public') = (known_at IS NOT NULL)"),
            ("frozen_before_known", "frozen_at <= known_at"),
            ("drawn_once_known", "known_at <= drawn_at"),
        ):
            table.create_check_constraint(op.f(f"ck_draw_{name}"), rule)
