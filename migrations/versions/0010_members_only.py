"""Perks on the wall: the tier beside a name, and stories of the brand that only members with the perk read whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_names()
    with op.batch_alter_table("story") as table:
        table.add_column(sa.Column("members_only", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("teaser", sa.String(length=255), nullable=False, server_default=""))
    with op.batch_alter_table("story") as table:
        table.alter_column("members_only", server_default=None)
        table.alter_column("teaser", server_default=None)
        table.create_check_constraint(
            op.f("ck_story_teased"), "NOT members_only OR (as_brand AND teaser <> '')"
        )


def _make_names() -> None:
    op.create_table(
        "membership_shown",
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("tier_id", sa.String(length=26), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_membership_shown_member_id_member")
        ),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_membership_shown_tier_id_tier")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_membership_shown")),
    )
    with op.batch_alter_table("membership_shown", schema=None) as batch_op:
        batch_op.create_index("ix_membership_shown_due", ["due_at"], unique=False)
    # everybody who holds something is due: the worker finds out within a minute what stands beside their names
    op.execute(
        "INSERT INTO membership_shown (member_id, due_at) SELECT member_id, CURRENT_TIMESTAMP FROM"
        " (SELECT member_id FROM membership_span UNION SELECT member_id FROM membership_standing) AS holders"
    )
