"""Product trials: who applies, who is chosen, what they report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS trial_mark_refuses_update BEFORE UPDATE ON trial_mark BEGIN SELECT RAISE(ABORT, 'trial_mark is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS trial_mark_refuses_delete BEFORE DELETE ON trial_mark BEGIN SELECT RAISE(ABORT, 'trial_mark is append-only'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION trial_mark_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trial_mark is append-only'; END $$",
    "CREATE TRIGGER trial_mark_refuses_change BEFORE UPDATE OR DELETE ON trial_mark FOR EACH ROW EXECUTE FUNCTION trial_mark_refuses_change()",
)


def upgrade() -> None:
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sa.String(length=64), nullable=True))
    _make_trial_standing()
    _make_trial()
    _make_trial_application()
    _make_trial_aspect()
    _make_trial_question()
    _make_trial_grade()
    _make_trial_tester()
    _make_trial_mark()
    _make_trial_report()
    _make_trial_mending()
    _make_trial_rating()
    _make_trial_suggestion()
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)


def _make_trial_standing() -> None:
    op.create_table(
        "trial_standing",
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_trial_standing_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_trial_standing")),
    )


def _make_trial() -> None:
    op.create_table(
        "trial",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("product_id", sa.String(length=26), nullable=False),
        sa.Column("version_id", sa.String(length=26), nullable=True),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("brief_zh", sa.Text(), nullable=False),
        sa.Column("brief_en", sa.Text(), nullable=False),
        sa.Column("label_zh", sa.String(length=255), nullable=False),
        sa.Column("label_en", sa.String(length=255), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("newcomer_percent", sa.Integer(), nullable=False),
        sa.Column("region_most", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("needs_purchase", sa.Boolean(), nullable=False),
        sa.Column("tier_id", sa.String(length=26), nullable=True),
        sa.Column("category_id", sa.String(length=26), nullable=True),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("accept_hours", sa.Integer(), nullable=False),
        sa.Column("report_days", sa.Integer(), nullable=False),
        sa.Column("extra_days", sa.Integer(), nullable=False),
        sa.Column("fairness", sa.JSON(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "label_zh LIKE '%本产品由品牌免费提供%' AND label_en LIKE '%Received free for testing%'",
            name=op.f("ck_trial_label_says_it"),
        ),
        sa.CheckConstraint(
            "chosen_at IS NULL OR frozen_at IS NOT NULL", name=op.f("ck_trial_chosen_was_frozen")
        ),
        sa.CheckConstraint("line BETWEEN 0 AND 100", name=op.f("ck_trial_line")),
        sa.CheckConstraint(
            "newcomer_percent BETWEEN 20 AND 100", name=op.f("ck_trial_newcomers_have_a_share")
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_trial_in_order")),
        sa.CheckConstraint("region_most IS NULL OR region_most >= 1", name=op.f("ck_trial_region_most")),
        sa.CheckConstraint("seats BETWEEN 1 AND 500", name=op.f("ck_trial_seats")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_trial_category_id_category")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_trial_product_id_product")),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_trial_tier_id_tier")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["product_version.id"], name=op.f("fk_trial_version_id_product_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("slug", name=op.f("uq_trial_slug")),
    )
    with op.batch_alter_table("trial", schema=None) as batch_op:
        batch_op.create_index("ix_trial_newest", ["opens_at", "id"], unique=False)


def _make_trial_application() -> None:
    op.create_table(
        "trial_application",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("trial_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("kin", sa.Boolean(), nullable=False),
        sa.Column("newcomer", sa.Boolean(), nullable=False),
        sa.Column("barred", sa.String(length=64), nullable=False),
        sa.Column("category", sa.Integer(), nullable=True),
        sa.Column("leadership", sa.Integer(), nullable=True),
        sa.Column("reliability", sa.Integer(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "open",
                "picked",
                "substitute",
                "skipped",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "way",
            sa.Enum(
                "hand", "draw", "nominated", name="way", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(decision = 'substitute') = (place IS NOT NULL)",
            name=op.f("ck_trial_application_substitutes_have_a_place"),
        ),
        sa.CheckConstraint(
            "(decision IN ('picked', 'substitute')) = (way IS NOT NULL)",
            name=op.f("ck_trial_application_chosen_has_way"),
        ),
        sa.CheckConstraint(
            "way <> 'nominated' OR reason <> ''", name=op.f("ck_trial_application_nominated_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_trial_application_member_id_member")
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_application_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_application")),
        sa.UniqueConstraint("trial_id", "member_id", name=op.f("uq_trial_application_trial_id_member_id")),
        sa.UniqueConstraint("trial_id", "place", name=op.f("uq_trial_application_trial_id_place")),
    )
    with op.batch_alter_table("trial_application", schema=None) as batch_op:
        batch_op.create_index("ix_trial_application_member", ["member_id", "applied_at", "id"], unique=False)
        batch_op.create_index(
            "ix_trial_application_queue", ["trial_id", "decision", "score", "id"], unique=False
        )


def _make_trial_aspect() -> None:
    op.create_table(
        "trial_aspect",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("trial_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_aspect_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_aspect")),
        sa.UniqueConstraint("trial_id", "position", name=op.f("uq_trial_aspect_trial_id_position")),
    )


def _make_trial_question() -> None:
    op.create_table(
        "trial_question",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("trial_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_zh", sa.String(length=255), nullable=False),
        sa.Column("text_en", sa.String(length=255), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name=op.f("ck_trial_question_most_three")),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_question_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_question")),
        sa.UniqueConstraint("trial_id", "position", name=op.f("uq_trial_question_trial_id_position")),
    )


def _make_trial_grade() -> None:
    op.create_table(
        "trial_grade",
        sa.Column("application_id", sa.String(length=26), nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points BETWEEN 0 AND 100", name=op.f("ck_trial_grade_points")),
        sa.CheckConstraint("turn IN (1, 2)", name=op.f("ck_trial_grade_two")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["trial_application.id"],
            name=op.f("fk_trial_grade_application_id_trial_application"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["member.id"], name=op.f("fk_trial_grade_staff_id_member")),
        sa.PrimaryKeyConstraint("application_id", "staff_id", name=op.f("pk_trial_grade")),
        sa.UniqueConstraint("application_id", "turn", name=op.f("uq_trial_grade_application_id_turn")),
    )


def _make_trial_tester() -> None:
    op.create_table(
        "trial_tester",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("trial_id", sa.String(length=26), nullable=False),
        sa.Column("application_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "accepted",
                "declined",
                "lapsed",
                "reported",
                "missing",
                "excused",
                name="testerstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accept_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("excuse", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'offered') = (accept_until IS NOT NULL)", name=op.f("ck_trial_tester_offered_until")
        ),
        sa.CheckConstraint(
            "extended_at IS NULL OR due_at IS NOT NULL", name=op.f("ck_trial_tester_extended_was_due")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["trial_application.id"],
            name=op.f("fk_trial_tester_application_id_trial_application"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_trial_tester_member_id_member")),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_tester_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_tester")),
        sa.UniqueConstraint("application_id", name=op.f("uq_trial_tester_application_id")),
    )
    with op.batch_alter_table("trial_tester", schema=None) as batch_op:
        batch_op.create_index("ix_trial_tester_due", ["next_at"], unique=False)
        batch_op.create_index("ix_trial_tester_member", ["member_id", "offered_at", "id"], unique=False)
        batch_op.create_index("ix_trial_tester_trial", ["trial_id", "state", "id"], unique=False)


def _make_trial_mark() -> None:
    op.create_table(
        "trial_mark",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("tester_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "on_time",
                "late",
                "missing",
                name="markkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_trial_mark_member_id_member")),
        sa.ForeignKeyConstraint(
            ["tester_id"], ["trial_tester.id"], name=op.f("fk_trial_mark_tester_id_trial_tester")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_mark")),
        sa.UniqueConstraint("tester_id", name=op.f("uq_trial_mark_tester_id")),
    )
    with op.batch_alter_table("trial_mark", schema=None) as batch_op:
        batch_op.create_index("ix_trial_mark_member", ["member_id", "at"], unique=False)


def _make_trial_report() -> None:
    op.create_table(
        "trial_report",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("tester_id", sa.String(length=26), nullable=False),
        sa.Column("trial_id", sa.String(length=26), nullable=False),
        sa.Column("product_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("tested", sa.String(length=64), nullable=False),
        sa.Column("label_zh", sa.String(length=255), nullable=False),
        sa.Column("label_en", sa.String(length=255), nullable=False),
        sa.Column("first_look", sa.Text(), nullable=False),
        sa.Column("in_use", sa.Text(), nullable=False),
        sa.Column("likes", sa.Text(), nullable=False),
        sa.Column("dislikes", sa.Text(), nullable=False),
        sa.Column("none_because", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "waiting",
                "shown",
                "hidden",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("hidden_because", sa.String(length=255), nullable=False),
        sa.Column("form_mended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (handed_in_at IS NULL)", name=op.f("ck_trial_report_handed_in")
        ),
        sa.CheckConstraint(
            "label_zh LIKE '%本产品由品牌免费提供%' AND label_en LIKE '%Received free for testing%'",
            name=op.f("ck_trial_report_label_says_it"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR dislikes <> '' OR none_because <> ''", name=op.f("ck_trial_report_balanced")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_trial_report_member_id_member")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_trial_report_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["tester_id"], ["trial_tester.id"], name=op.f("fk_trial_report_tester_id_trial_tester")
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_report_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_report")),
        sa.UniqueConstraint("tester_id", name=op.f("uq_trial_report_tester_id")),
    )
    with op.batch_alter_table("trial_report", schema=None) as batch_op:
        batch_op.create_index("ix_trial_report_member", ["member_id", "handed_in_at", "id"], unique=False)
        batch_op.create_index("ix_trial_report_product", ["product_id", "handed_in_at", "id"], unique=False)
        batch_op.create_index("ix_trial_report_trial", ["trial_id", "handed_in_at", "id"], unique=False)


def _make_trial_mending() -> None:
    op.create_table(
        "trial_mending",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("report_id", sa.String(length=26), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["trial_report.id"], name=op.f("fk_trial_mending_report_id_trial_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_mending")),
    )
    with op.batch_alter_table("trial_mending", schema=None) as batch_op:
        batch_op.create_index("ix_trial_mending_report", ["report_id", "at", "id"], unique=False)


def _make_trial_rating() -> None:
    op.create_table(
        "trial_rating",
        sa.Column("report_id", sa.String(length=26), nullable=False),
        sa.Column("aspect_id", sa.String(length=26), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points BETWEEN 1 AND 5", name=op.f("ck_trial_rating_points")),
        sa.ForeignKeyConstraint(
            ["aspect_id"], ["trial_aspect.id"], name=op.f("fk_trial_rating_aspect_id_trial_aspect")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["trial_report.id"], name=op.f("fk_trial_rating_report_id_trial_report")
        ),
        sa.PrimaryKeyConstraint("report_id", "aspect_id", name=op.f("pk_trial_rating")),
    )


def _make_trial_suggestion() -> None:
    op.create_table(
        "trial_suggestion",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("report_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "open",
                "adopted",
                "declined",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=26), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_id", sa.String(length=26), nullable=True),
        sa.CheckConstraint(
            "(answer = 'open') = (answered_at IS NULL)", name=op.f("ck_trial_suggestion_answered")
        ),
        sa.CheckConstraint(
            "answer <> 'declined' OR reply <> ''", name=op.f("ck_trial_suggestion_declined_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["trial_report.id"], name=op.f("fk_trial_suggestion_report_id_trial_report")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["product_version.id"],
            name=op.f("fk_trial_suggestion_version_id_product_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_suggestion")),
        sa.UniqueConstraint("report_id", "position", name=op.f("uq_trial_suggestion_report_id_position")),
    )
    with op.batch_alter_table("trial_suggestion", schema=None) as batch_op:
        batch_op.create_index("ix_trial_suggestion_open", ["answer", "due_at", "id"], unique=False)
