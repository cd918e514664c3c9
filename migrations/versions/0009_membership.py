"""Membership: two ladders, what is paid, given and redeemed, and the road of each member."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS membership_event_refuses_update BEFORE UPDATE ON membership_event BEGIN SELECT RAISE(ABORT, 'membership_event is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS membership_event_refuses_delete BEFORE DELETE ON membership_event BEGIN SELECT RAISE(ABORT, 'membership_event is append-only'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION membership_event_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'membership_event is append-only'; END $$",
    "CREATE TRIGGER membership_event_refuses_change BEFORE UPDATE OR DELETE ON membership_event FOR EACH ROW EXECUTE FUNCTION membership_event_refuses_change()",
)

#: slug, Chinese, English, thread, stitches in twelve months
EARNED = (
    ("first-stitch", "起针", "First stitch", "linen", 0),
    ("running-stitch", "平针", "Running stitch", "moss", 10),
    ("back-stitch", "回针", "Back stitch", "sky", 20),
    ("saddle-stitch", "马鞍针", "Saddle stitch", "gold", 30),
)


def upgrade() -> None:
    _make_tables()
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)
    _cast_on()


def _cast_on() -> None:
    """The ladder that every portal begins with: staff may rename its rungs."""
    columns = ("id", "slug", "kind", "name_zh", "name_en", "text_zh", "text_en", "thread")
    tier = sa.table(
        "tier",
        *(sa.column(name, sa.String) for name in columns),
        *(sa.column(name, sa.Integer) for name in ("position", "stitches", "version")),
        sa.column("shown", sa.Boolean),
    )
    rows = [
        {
            "id": f"tier-{slug}",
            "slug": slug,
            "kind": "earned",
            "position": position,
            "name_zh": name_zh,
            "name_en": name_en,
            "text_zh": "",
            "text_en": "",
            "thread": thread,
            "stitches": stitches,
            "shown": True,
            "version": 1,
        }
        for position, (slug, name_zh, name_en, thread, stitches) in enumerate(EARNED)
    ]
    op.bulk_insert(tier, rows)


def _make_tables() -> None:
    op.create_table(
        "tier",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("earned", "paid", name="tierkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("text_zh", sa.String(length=255), nullable=False),
        sa.Column("text_en", sa.String(length=255), nullable=False),
        sa.Column("thread", sa.String(length=24), nullable=False),
        sa.Column("stitches", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind = 'earned' OR stitches = 0", name=op.f("ck_tier_paid_asks_for_no_deeds")),
        sa.CheckConstraint("stitches >= 0", name=op.f("ck_tier_stitches_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier")),
        sa.UniqueConstraint("kind", "position", name=op.f("uq_tier_kind_position")),
        sa.UniqueConstraint("slug", name=op.f("uq_tier_slug")),
    )
    op.create_table(
        "membership_event",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "tier_reached",
                "tier_kept",
                "tier_notice",
                "tier_grace",
                "tier_left",
                "joined",
                "renewed",
                "upgraded",
                "downgrade_chosen",
                "downgraded",
                "cancelled",
                "kept_on",
                "paused",
                "resumed",
                "grace_began",
                "lapsed",
                "returned",
                "refunded",
                "granted",
                "grant_ended",
                "gift_given",
                "gift_claimed",
                "gift_taken_back",
                "code_redeemed",
                name="happened",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_membership_event_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_event")),
    )
    with op.batch_alter_table("membership_event", schema=None) as batch_op:
        batch_op.create_index("ix_membership_event_member", ["member_id", "at", "id"], unique=False)

    op.create_table(
        "membership_plan",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("tier_id", sa.String(length=26), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("months BETWEEN 1 AND 60", name=op.f("ck_membership_plan_months_bounded")),
        sa.CheckConstraint("price > 0", name=op.f("ck_membership_plan_price_positive")),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_membership_plan_tier_id_tier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_plan")),
    )
    with op.batch_alter_table("membership_plan", schema=None) as batch_op:
        batch_op.create_index("ix_membership_plan_tier", ["tier_id"], unique=False)

    op.create_table(
        "membership_span",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("tier_id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "paid",
                "complimentary",
                "gift",
                "code",
                name="spankind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.String(length=26), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grace_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "grace_until IS NULL OR kind = 'paid'", name=op.f("ck_membership_span_grace_for_paid")
        ),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_membership_span_time_goes_forward")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_membership_span_member_id_member")
        ),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_membership_span_tier_id_tier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_span")),
    )
    with op.batch_alter_table("membership_span", schema=None) as batch_op:
        batch_op.create_index("ix_membership_span_member", ["member_id", "ends_at"], unique=False)
        batch_op.create_index("ix_membership_span_source", ["source_id"], unique=False)

    op.create_table(
        "membership_standing",
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("tier_id", sa.String(length=26), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grace_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stitches", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_membership_standing_member_id_member")
        ),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_membership_standing_tier_id_tier")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_membership_standing")),
    )
    with op.batch_alter_table("membership_standing", schema=None) as batch_op:
        batch_op.create_index("ix_membership_standing_due", ["due_at"], unique=False)

    op.create_table(
        "redeem_batch",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("tier_id", sa.String(length=26), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("redeemed", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=26), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("months BETWEEN 1 AND 60", name=op.f("ck_redeem_batch_months_bounded")),
        sa.CheckConstraint("redeemed BETWEEN 0 AND size", name=op.f("ck_redeem_batch_redeemed_within_size")),
        sa.CheckConstraint("size BETWEEN 1 AND 10000", name=op.f("ck_redeem_batch_size_bounded")),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_redeem_batch_tier_id_tier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redeem_batch")),
    )
    with op.batch_alter_table("redeem_batch", schema=None) as batch_op:
        batch_op.create_index("ix_redeem_batch_newest", ["made_at", "id"], unique=False)

    op.create_table(
        "ritual_greeting",
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_ritual_greeting_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", "kind", "year", name=op.f("pk_ritual_greeting")),
    )
    op.create_table(
        "tier_perk",
        sa.Column("tier_id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "early_access_hours",
                "reserved_seats",
                "trial_applications",
                "ticket_discount",
                "birthday_gift",
                "members_content",
                "reply_priority",
                name="perk",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'ticket_discount' OR value <= 100", name=op.f("ck_tier_perk_discount_in_percent")
        ),
        sa.CheckConstraint("value > 0", name=op.f("ck_tier_perk_value_positive")),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_tier_perk_tier_id_tier")),
        sa.PrimaryKeyConstraint("tier_id", "kind", name=op.f("pk_tier_perk")),
    )
    op.create_table(
        "membership_gift",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("buyer_id", sa.String(length=26), nullable=False),
        sa.Column("plan_id", sa.String(length=26), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("recipient_name", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "ready",
                "claimed",
                "refunded",
                "expired",
                "dropped",
                name="giftstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("payment_id", sa.String(length=26), nullable=True),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("claim_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redeemer_id", sa.String(length=26), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'claimed') <= (redeemer_id IS NOT NULL)",
            name=op.f("ck_membership_gift_claimed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["member.id"], name=op.f("fk_membership_gift_buyer_id_member")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["membership_plan.id"], name=op.f("fk_membership_gift_plan_id_membership_plan")
        ),
        sa.ForeignKeyConstraint(
            ["redeemer_id"], ["member.id"], name=op.f("fk_membership_gift_redeemer_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_gift")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_membership_gift_link_hash")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_membership_gift_payment_id")),
    )
    with op.batch_alter_table("membership_gift", schema=None) as batch_op:
        batch_op.create_index("ix_membership_gift_buyer", ["buyer_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_membership_gift_redeemer", ["redeemer_id"], unique=False)

    op.create_table(
        "redeem_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.String(length=26), nullable=False),
        sa.Column("redeemed_by", sa.String(length=26), nullable=True),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["redeem_batch.id"], name=op.f("fk_redeem_code_batch_id_redeem_batch")
        ),
        sa.ForeignKeyConstraint(
            ["redeemed_by"], ["member.id"], name=op.f("fk_redeem_code_redeemed_by_member")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_redeem_code")),
    )
    with op.batch_alter_table("redeem_code", schema=None) as batch_op:
        batch_op.create_index("ix_redeem_code_batch", ["batch_id"], unique=False)

    op.create_table(
        "subscription",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("plan_id", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "active",
                "ending",
                "grace",
                "paused",
                "lapsed",
                "refunded",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_plan_id", sa.String(length=26), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds_left", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'paused') = (seconds_left IS NOT NULL)",
            name=op.f("ck_subscription_paused_keeps_its_rest"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'dropped') OR period_end IS NOT NULL",
            name=op.f("ck_subscription_begun_has_end"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_subscription_member_id_member")),
        sa.ForeignKeyConstraint(
            ["next_plan_id"],
            ["membership_plan.id"],
            name=op.f("fk_subscription_next_plan_id_membership_plan"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["membership_plan.id"], name=op.f("fk_subscription_plan_id_membership_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index("ix_subscription_due", ["due_at"], unique=False)
        batch_op.create_index("ix_subscription_member", ["member_id", "created_at", "id"], unique=False)
        batch_op.create_index(
            "uq_subscription_live",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('active', 'ending', 'grace', 'paused')"),
            postgresql_where=sa.text("state IN ('active', 'ending', 'grace', 'paused')"),
        )

    op.create_table(
        "membership_charge",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("subscription_id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "join",
                "renew",
                "upgrade",
                name="chargekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("plan_id", sa.String(length=26), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "paid",
                "returned",
                "dropped",
                name="chargestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("payment_id", sa.String(length=26), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'paid' OR seconds > 0", name=op.f("ck_membership_charge_paid_has_length")
        ),
        sa.CheckConstraint(
            "amount = CASE WHEN credit > price THEN 0 ELSE price - credit END",
            name=op.f("ck_membership_charge_amount_is_the_rest"),
        ),
        sa.CheckConstraint("price > 0 AND credit >= 0", name=op.f("ck_membership_charge_money_not_negative")),
        sa.CheckConstraint(
            "returned BETWEEN 0 AND amount", name=op.f("ck_membership_charge_returned_within_amount")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["membership_plan.id"], name=op.f("fk_membership_charge_plan_id_membership_plan")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_membership_charge_subscription_id_subscription"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_charge")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_membership_charge_payment_id")),
    )
    with op.batch_alter_table("membership_charge", schema=None) as batch_op:
        batch_op.create_index(
            "ix_membership_charge_subscription", ["subscription_id", "created_at", "id"], unique=False
        )
