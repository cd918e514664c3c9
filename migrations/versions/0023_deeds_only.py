"""What is rewarded is what was done: no rule can hang on what somebody said."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KINDS = "('order', 'story_approved', 'check_in', 'report_on_time', 'referral_settled')"


def upgrade() -> None:
    with op.batch_alter_table("deed_rule") as table:
        table.create_check_constraint(op.f("ck_deed_rule_never_for_praise"), f"kind IN {KINDS}")
    with op.batch_alter_table("badge") as table:
        table.create_check_constraint(
            op.f("ck_badge_never_for_praise"), f"rule_deed = '' OR rule_deed IN {KINDS}"
        )
