"""Campaigns: hashtags with a period, the stories that take part, what each week of a member brought."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID, MOMENT = sa.String(length=26), sa.DateTime(timezone=True)
OWED = sa.text("given_at IS NULL AND story_id IS NOT NULL")


def upgrade() -> None:
    _make_campaigns()
    _make_stories()
    _make_weeks()


def _make_campaigns() -> None:
    gives = sa.Enum(
        "nothing", "points", "coupon", name="gives", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "campaign",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("hashtag_id", ID, nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("picture", ID, nullable=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("gives", gives, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("pool_id", ID, nullable=True),
        sa.Column("announced_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_campaign_days_in_order")),
        sa.CheckConstraint("(gives = 'points') = (points > 0)", name=op.f("ck_campaign_points_when_given")),
        sa.CheckConstraint(
            "(gives = 'coupon') = (pool_id IS NOT NULL)", name=op.f("ck_campaign_pool_when_given")
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR announced_at IS NOT NULL", name=op.f("ck_campaign_closed_when_announced")
        ),
        sa.ForeignKeyConstraint(["hashtag_id"], ["hashtag.id"], name=op.f("fk_campaign_hashtag_id_hashtag")),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["coupon_pool.id"], name=op.f("fk_campaign_pool_id_coupon_pool")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaign_slug")),
    )
    op.create_index("ix_campaign_newest", "campaign", ["starts_at", "id"])
    op.create_index("ix_campaign_hashtag", "campaign", ["hashtag_id", "starts_at"])


def _make_stories() -> None:
    op.create_table(
        "campaign_story",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("handed_in_at", MOMENT, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("earns", sa.Boolean(), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "published_at IS NULL OR counted_at IS NOT NULL",
            name=op.f("ck_campaign_story_counted_when_shown"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_story_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_campaign_story_story_id_story")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_campaign_story_member_id_member")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "story_id", name=op.f("pk_campaign_story")),
    )
    op.create_index("ix_campaign_story_newest", "campaign_story", ["campaign_id", "published_at", "story_id"])
    op.create_index("ix_campaign_story_week", "campaign_story", ["campaign_id", "member_id", "week"])
    op.create_index("ix_campaign_story_story", "campaign_story", ["story_id"])


def _make_weeks() -> None:
    op.create_table(
        "campaign_week",
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("story_id", ID, nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("given_at", MOMENT, nullable=True),
        sa.Column("lot_source", ID, nullable=True),
        sa.Column("coupon_id", ID, nullable=True),
        sa.CheckConstraint(
            "(given_at IS NULL) = (lot_source IS NULL AND coupon_id IS NULL)",
            name=op.f("ck_campaign_week_given_is_something"),
        ),
        sa.CheckConstraint(
            "lot_source IS NULL OR story_id IS NOT NULL", name=op.f("ck_campaign_week_points_for_a_story")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_week_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_campaign_week_member_id_member")),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name=op.f("fk_campaign_week_coupon_id_coupon")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_week")),
        sa.UniqueConstraint(
            "campaign_id", "member_id", "week", name=op.f("uq_campaign_week_campaign_id_member_id_week")
        ),
    )
    op.create_index(
        "ix_campaign_week_owed",
        "campaign_week",
        ["since", "id"],
        sqlite_where=OWED,
        postgresql_where=OWED,
    )
    op.create_index("ix_campaign_week_member", "campaign_week", ["member_id"])
