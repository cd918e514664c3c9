"""Rewards: deeds, points, coupons, what points buy, badges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS deed_refuses_update BEFORE UPDATE ON deed BEGIN SELECT RAISE(ABORT, 'deed is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS deed_refuses_delete BEFORE DELETE ON deed BEGIN SELECT RAISE(ABORT, 'deed is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS point_entry_refuses_update BEFORE UPDATE ON point_entry BEGIN SELECT RAISE(ABORT, 'point_entry is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS point_entry_refuses_delete BEFORE DELETE ON point_entry BEGIN SELECT RAISE(ABORT, 'point_entry is append-only'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION deed_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'deed is append-only'; END $$",
    "CREATE TRIGGER deed_refuses_change BEFORE UPDATE OR DELETE ON deed FOR EACH ROW EXECUTE FUNCTION deed_refuses_change()",
    "CREATE OR REPLACE FUNCTION point_entry_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'point_entry is append-only'; END $$",
    "CREATE TRIGGER point_entry_refuses_change BEFORE UPDATE OR DELETE ON point_entry FOR EACH ROW EXECUTE FUNCTION point_entry_refuses_change()",
)


def upgrade() -> None:
    op.create_table(
        "badge",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("text_zh", sa.String(length=120), nullable=False),
        sa.Column("text_en", sa.String(length=120), nullable=False),
        sa.Column("icon", sa.String(length=64), nullable=False),
        sa.Column("hue", sa.Integer(), nullable=False),
        sa.Column(
            "rule",
            sa.Enum(
                "hand",
                "deeds",
                "years",
                name="badgerule",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rule_deed", sa.String(length=64), nullable=False),
        sa.Column("rule_value", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(rule = 'deeds') = (rule_deed <> '')", name=op.f("ck_badge_rule_has_deed")),
        sa.CheckConstraint("rule = 'hand' OR rule_value > 0", name=op.f("ck_badge_rule_has_value")),
        sa.CheckConstraint("rule_deed <> 'order'", name=op.f("ck_badge_never_for_spending")),
        sa.CheckConstraint("hue >= 0 AND hue < 360", name=op.f("ck_badge_hue_in_circle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge")),
        sa.UniqueConstraint("slug", name=op.f("uq_badge_slug")),
    )
    with op.batch_alter_table("badge", schema=None) as batch_op:
        batch_op.create_index("ix_badge_place", ["position", "id"], unique=False)

    op.create_table(
        "coupon_pool",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("worth_zh", sa.String(length=120), nullable=False),
        sa.Column("worth_en", sa.String(length=120), nullable=False),
        sa.Column("terms_zh", sa.Text(), nullable=False),
        sa.Column("terms_en", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("given >= 0 AND given <= total", name=op.f("ck_coupon_pool_given_within_total")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_pool")),
    )
    with op.batch_alter_table("coupon_pool", schema=None) as batch_op:
        batch_op.create_index("ix_coupon_pool_newest", ["created_at", "id"], unique=False)

    op.create_table(
        "deed_rule",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("stitches", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points BETWEEN 0 AND 1000", name=op.f("ck_deed_rule_points_bounded")),
        sa.CheckConstraint("stitches BETWEEN 0 AND 10", name=op.f("ck_deed_rule_stitches_bounded")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_deed_rule")),
    )
    op.create_table(
        "badge_award",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("badge_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("why", sa.String(length=255), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=True),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=26), nullable=True),
        sa.Column("revoked_why", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["badge_id"], ["badge.id"], name=op.f("fk_badge_award_badge_id_badge")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_badge_award_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_award")),
    )
    with op.batch_alter_table("badge_award", schema=None) as batch_op:
        batch_op.create_index("ix_badge_award_badge", ["badge_id", "awarded_at", "id"], unique=False)
        batch_op.create_index("ix_badge_award_member", ["member_id", "awarded_at", "id"], unique=False)
        batch_op.create_index(
            "uq_badge_award_open",
            ["badge_id", "member_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "coupon",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("pool_id", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source_kind", sa.String(length=64), nullable=True),
        sa.Column("source_id", sa.String(length=26), nullable=True),
        sa.CheckConstraint(
            "(member_id IS NULL) = (given_at IS NULL) AND (member_id IS NULL) = (source_id IS NULL) AND (member_id IS NULL) = (source_kind IS NULL)",
            name=op.f("ck_coupon_given_wholly"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_coupon_member_id_member")),
        sa.ForeignKeyConstraint(["pool_id"], ["coupon_pool.id"], name=op.f("fk_coupon_pool_id_coupon_pool")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon")),
        sa.UniqueConstraint("code", name=op.f("uq_coupon_code")),
        sa.UniqueConstraint(
            "pool_id", "source_kind", "source_id", name=op.f("uq_coupon_pool_id_source_kind_source_id")
        ),
    )
    with op.batch_alter_table("coupon", schema=None) as batch_op:
        batch_op.create_index(
            "ix_coupon_free",
            ["pool_id", "id"],
            unique=False,
            sqlite_where=sa.text("member_id IS NULL"),
            postgresql_where=sa.text("member_id IS NULL"),
        )
        batch_op.create_index("ix_coupon_member", ["member_id", "given_at", "id"], unique=False)

    op.create_table(
        "deed",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("stitches", sa.Integer(), nullable=False),
        sa.Column("source_kind", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=26), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(turn % 2 = 0 AND stitches >= 0) OR (turn % 2 = 1 AND stitches <= 0)", name=op.f("ck_deed_sign")
        ),
        sa.CheckConstraint("turn >= 0", name=op.f("ck_deed_turn_not_negative")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_deed_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed")),
        sa.UniqueConstraint(
            "source_kind", "source_id", "kind", "turn", name=op.f("uq_deed_source_kind_source_id_kind_turn")
        ),
    )
    with op.batch_alter_table("deed", schema=None) as batch_op:
        batch_op.create_index("ix_deed_member", ["member_id", "at", "id"], unique=False)

    op.create_table(
        "deed_week",
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("source_kind", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_deed_week_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "kind", "week", name=op.f("pk_deed_week")),
    )
    op.create_table(
        "point_account",
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("debt", sa.Integer(), nullable=False),
        sa.CheckConstraint("balance = 0 OR debt = 0", name=op.f("ck_point_account_debt_is_paid_first")),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_point_account_balance_not_negative")),
        sa.CheckConstraint("debt >= 0", name=op.f("ck_point_account_debt_not_negative")),
        sa.CheckConstraint("pending >= 0", name=op.f("ck_point_account_pending_not_negative")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_point_account_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_point_account")),
    )
    op.create_table(
        "point_act",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_point_act_amount_not_zero")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_point_act_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_act")),
    )
    with op.batch_alter_table("point_act", schema=None) as batch_op:
        batch_op.create_index("ix_point_act_member", ["member_id", "at"], unique=False)
        batch_op.create_index("ix_point_act_newest", ["at", "id"], unique=False)

    op.create_table(
        "point_entry",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "earned",
                "spent",
                "expired",
                "taken_back",
                name="entrykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("source_kind", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'earned' AND amount > 0) OR (kind <> 'earned' AND amount < 0)",
            name=op.f("ck_point_entry_sign"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_point_entry_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_entry")),
    )
    with op.batch_alter_table("point_entry", schema=None) as batch_op:
        batch_op.create_index("ix_point_entry_member", ["member_id", "at", "id"], unique=False)
        batch_op.create_index(
            "uq_point_entry_source",
            ["kind", "source_kind", "source_id"],
            unique=True,
            sqlite_where=sa.text("kind IN ('earned', 'spent')"),
            postgresql_where=sa.text("kind IN ('earned', 'spent')"),
        )

    op.create_table(
        "point_lot",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("taken_back", sa.Integer(), nullable=False),
        sa.Column("expired", sa.Integer(), nullable=False),
        sa.Column("source_kind", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=26), nullable=False),
        sa.Column("earned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_point_lot_amount_positive")),
        sa.CheckConstraint(
            "released_at IS NOT NULL OR expired = 0", name=op.f("ck_point_lot_pending_never_expires")
        ),
        sa.CheckConstraint(
            "remaining + taken_back + expired <= amount", name=op.f("ck_point_lot_parts_within_amount")
        ),
        sa.CheckConstraint(
            "remaining >= 0 AND taken_back >= 0 AND expired >= 0",
            name=op.f("ck_point_lot_parts_not_negative"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_point_lot_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_lot")),
        sa.UniqueConstraint("source_kind", "source_id", name=op.f("uq_point_lot_source_kind_source_id")),
    )
    with op.batch_alter_table("point_lot", schema=None) as batch_op:
        batch_op.create_index(
            "ix_point_lot_expiring",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("remaining > 0"),
            postgresql_where=sa.text("remaining > 0"),
        )
        batch_op.create_index("ix_point_lot_member", ["member_id", "expires_at", "id"], unique=False)
        batch_op.create_index(
            "ix_point_lot_pending",
            ["available_at"],
            unique=False,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )

    op.create_table(
        "reward",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("pool_id", sa.String(length=26), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("icon", sa.String(length=64), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cost > 0", name=op.f("ck_reward_cost_positive")),
        sa.CheckConstraint("most >= 0", name=op.f("ck_reward_most_not_negative")),
        sa.ForeignKeyConstraint(["pool_id"], ["coupon_pool.id"], name=op.f("fk_reward_pool_id_coupon_pool")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward")),
    )
    with op.batch_alter_table("reward", schema=None) as batch_op:
        batch_op.create_index("ix_reward_place", ["position", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reward_pool_id"), ["pool_id"], unique=False)

    op.create_table(
        "redemption",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("reward_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("coupon_id", sa.String(length=26), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cost > 0", name=op.f("ck_redemption_cost_positive")),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name=op.f("fk_redemption_coupon_id_coupon")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_redemption_member_id_member")),
        sa.ForeignKeyConstraint(["reward_id"], ["reward.id"], name=op.f("fk_redemption_reward_id_reward")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint("coupon_id", name=op.f("uq_redemption_coupon_id")),
    )
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.create_index("ix_redemption_member", ["member_id", "at", "id"], unique=False)
        batch_op.create_index("ix_redemption_reward", ["reward_id", "member_id"], unique=False)

    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)
