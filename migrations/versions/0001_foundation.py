"""The foundation: brand, people, notifications, moderation, products, stories, photos, mail, search, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(tokens, content='search_entry', content_rowid='id', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER IF NOT EXISTS search_entry_inserted AFTER INSERT ON search_entry BEGIN INSERT INTO search_index(rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER IF NOT EXISTS search_entry_deleted AFTER DELETE ON search_entry BEGIN INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', old.id, old.tokens); END",
    "CREATE TRIGGER IF NOT EXISTS search_entry_updated AFTER UPDATE ON search_entry BEGIN INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', old.id, old.tokens); INSERT INTO search_index(rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER IF NOT EXISTS audit_entry_refuses_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_entry_refuses_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
)
POSTGRESQL = (
    "CREATE INDEX ix_search_entry_vector ON search_entry USING gin (array_to_tsvector(string_to_array(tokens, ' ')))",
    "CREATE OR REPLACE FUNCTION audit_entry_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit_entry is append-only'; END $$",
    "CREATE TRIGGER audit_entry_refuses_change BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_refuses_change()",
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=True),
        sa.Column("target_kind", sa.String(length=64), nullable=False),
        sa.Column("target_id", sa.String(length=26), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_target", ["target_kind", "target_id", "at"], unique=False)

    op.create_table(
        "brand_settings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("logo", sa.String(length=26), nullable=True),
        sa.Column("hue", sa.Integer(), nullable=False),
        sa.Column("belief_zh", sa.String(length=255), nullable=False),
        sa.Column("belief_en", sa.String(length=255), nullable=False),
        sa.Column("headline_zh", sa.String(length=120), nullable=False),
        sa.Column("headline_en", sa.String(length=120), nullable=False),
        sa.Column("fan_title_zh", sa.String(length=64), nullable=False),
        sa.Column("fan_title_en", sa.String(length=64), nullable=False),
        sa.Column("ambassador_title_zh", sa.String(length=64), nullable=False),
        sa.Column("ambassador_title_en", sa.String(length=64), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("opens_at", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.Integer(), nullable=False),
        sa.Column("drop_weekday", sa.Integer(), nullable=False),
        sa.Column("drop_at", sa.Integer(), nullable=False),
        sa.Column("reply_target_minutes", sa.Integer(), nullable=False),
        sa.Column("newcomer_stories", sa.Integer(), nullable=False),
        sa.Column("contact_budget", sa.Integer(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("filing_number", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hue >= 0 AND hue < 360", name=op.f("ck_brand_settings_hue_in_circle")),
        sa.CheckConstraint("id = 1", name=op.f("ck_brand_settings_single_row")),
        sa.CheckConstraint("newcomer_stories >= 0", name=op.f("ck_brand_settings_newcomer_not_negative")),
        sa.CheckConstraint(
            "opens_at >= 0 AND opens_at < closes_at AND closes_at <= 1440",
            name=op.f("ck_brand_settings_hours_in_order"),
        ),
        sa.CheckConstraint("reply_target_minutes > 0", name=op.f("ck_brand_settings_target_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_settings")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("parent_id", sa.String(length=26), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_category_not_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name=op.f("fk_category_parent_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_category_slug")),
    )
    op.create_table(
        "hashtag",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label_zh", sa.String(length=64), nullable=False),
        sa.Column("label_en", sa.String(length=64), nullable=False),
        sa.Column("theme_position", sa.Integer(), nullable=True),
        sa.Column("story_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("story_count >= 0", name=op.f("ck_hashtag_stories_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hashtag")),
        sa.UniqueConstraint("name", name=op.f("uq_hashtag_name")),
        sa.UniqueConstraint("theme_position", name=op.f("uq_hashtag_theme_position")),
    )
    op.create_table(
        "kept_text",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_kept_text")),
    )
    with op.batch_alter_table("kept_text", schema=None) as batch_op:
        batch_op.create_index("ix_kept_text_created", ["created_at"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("text_body", sa.Text(), nullable=False),
        sa.Column("html_body", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "sent",
                "failed",
                name="letterstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(
            "ix_letter_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )
        batch_op.create_index("ix_letter_newest", ["created_at", "id"], unique=False)

    op.create_table(
        "member",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("display_name", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("avatar", sa.String(length=26), nullable=True),
        sa.Column("bio", sa.String(length=300), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("greets_newcomers", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "suspended",
                name="memberstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("profile_hidden", sa.Boolean(), nullable=False),
        sa.Column("join_source", sa.String(length=64), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_member_email_lower")),
        sa.CheckConstraint("number > 0", name=op.f("ck_member_number_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("email", name=op.f("uq_member_email")),
        sa.UniqueConstraint("number", name=op.f("uq_member_number")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index("ix_member_newest", ["joined_at", "id"], unique=False)

    op.create_table(
        "member_numbers",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_member_numbers_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_numbers")),
    )
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "verify",
                "sign_in",
                "reset",
                name="codepurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("attempts >= 0 AND attempts <= 5", name=op.f("ck_one_time_code_attempts_bounded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_one_time_code_link_hash")),
    )
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.create_index("ix_one_time_code_email", ["email", "purpose", "created_at"], unique=False)

    op.create_table(
        "photo",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("owner_kind", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "processing",
                "ready",
                "refused",
                name="photostate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("alt", sa.String(length=500), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("color", sa.String(length=7), nullable=True),
        sa.Column("byte_size", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "empty",
                "too_heavy",
                "not_a_photo",
                "too_many_pixels",
                "odd_shape",
                "damaged",
                "lost",
                "gave_up",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'refused') = (reason IS NOT NULL)", name=op.f("ck_photo_refused_has_reason")
        ),
        sa.CheckConstraint(
            "(state IN ('received', 'processing')) = (due_at IS NOT NULL)",
            name=op.f("ck_photo_waiting_is_due"),
        ),
        sa.CheckConstraint(
            "state <> 'ready' OR (width > 0 AND height > 0)", name=op.f("ck_photo_ready_has_size")
        ),
        sa.CheckConstraint("length(alt) <= 500", name=op.f("ck_photo_alt_length")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_photo_position_from_zero")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index("ix_photo_due_at", ["due_at"], unique=False)
        batch_op.create_index("ix_photo_owner", ["owner_kind", "owner_id", "position"], unique=False)

    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.String(length=26), nullable=False),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "object_id", name=op.f("uq_search_entry_kind_object_id")),
    )
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.create_index("ix_search_entry_newest", ["kind", "sort_at", "object_id"], unique=False)

    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("allowed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "wall_totals",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.Column("storytellers", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_wall_totals_single_row")),
        sa.CheckConstraint("stories >= 0 AND storytellers >= 0", name=op.f("ck_wall_totals_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall_totals")),
    )
    op.create_table(
        "account_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_account_session_member_id_member")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_account_session")),
    )
    with op.batch_alter_table("account_session", schema=None) as batch_op:
        batch_op.create_index("ix_account_session_member", ["member_id", "last_seen_at"], unique=False)

    op.create_table(
        "moderation_case",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("target_kind", sa.String(length=64), nullable=False),
        sa.Column("target_id", sa.String(length=26), nullable=False),
        sa.Column("author_id", sa.String(length=26), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "held", "reported", name="caseorigin", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("held_because", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "approved",
                "rejected",
                "withdrawn",
                name="casestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("earlier", sa.Integer(), nullable=True),
        sa.Column("report_count", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("state_before", sa.String(length=64), nullable=False),
        sa.Column("state_after", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'rejected' OR reason <> ''", name=op.f("ck_moderation_case_rejected_why")
        ),
        sa.CheckConstraint(
            "state = 'open' OR decided_at IS NOT NULL", name=op.f("ck_moderation_case_closed_when")
        ),
        sa.CheckConstraint("report_count >= 0", name=op.f("ck_moderation_case_reports_not_negative")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_moderation_case_author_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_case")),
    )
    with op.batch_alter_table("moderation_case", schema=None) as batch_op:
        batch_op.create_index("ix_moderation_case_author", ["author_id", "state"], unique=False)
        batch_op.create_index("ix_moderation_case_decided", ["decided_at", "id"], unique=False)
        batch_op.create_index("ix_moderation_case_state", ["state", "opened_at", "id"], unique=False)
        batch_op.create_index(
            "ix_moderation_case_target", ["target_kind", "target_id", "opened_at"], unique=False
        )
        batch_op.create_index(
            "uq_moderation_case_open",
            ["target_kind", "target_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "notification",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("group_key", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("count > 0", name=op.f("ck_notification_count_positive")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_notification_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index("ix_notification_group", ["group_key"], unique=False)
        batch_op.create_index("ix_notification_newest", ["member_id", "updated_at", "id"], unique=False)
        batch_op.create_index(
            "uq_notification_open_group",
            ["member_id", "group_key"],
            unique=True,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

    op.create_table(
        "product",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("category_id", sa.String(length=26), nullable=False),
        sa.Column("story_zh", sa.Text(), nullable=False),
        sa.Column("story_en", sa.Text(), nullable=False),
        sa.Column("picture", sa.String(length=26), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_product_category_id_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("slug", name=op.f("uq_product_slug")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_category_id"), ["category_id"], unique=False)
        batch_op.create_index("ix_product_newest", ["created_at", "id"], unique=False)

    op.create_table(
        "staff_role",
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "moderator",
                "host",
                "manager",
                "analyst",
                "owner",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("granted_by", sa.String(length=26), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_staff_role_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "role", name=op.f("pk_staff_role")),
    )
    op.create_table(
        "story_prompt",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("hashtag_id", sa.String(length=26), nullable=False),
        sa.Column("text_zh", sa.String(length=255), nullable=False),
        sa.Column("text_en", sa.String(length=255), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_story_prompt_days_in_order")),
        sa.ForeignKeyConstraint(
            ["hashtag_id"], ["hashtag.id"], name=op.f("fk_story_prompt_hashtag_id_hashtag")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_prompt")),
        sa.UniqueConstraint("starts_on", name=op.f("uq_story_prompt_starts_on")),
    )
    op.create_table(
        "storyteller",
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.CheckConstraint("stories >= 0", name=op.f("ck_storyteller_not_negative")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_storyteller_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_storyteller")),
    )
    op.create_table(
        "moderation_report",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("reporter_id", sa.String(length=26), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "spam",
                "unkind",
                "private",
                "counterfeit",
                "not_theirs",
                "other",
                name="reportreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["moderation_case.id"], name=op.f("fk_moderation_report_case_id_moderation_case")
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["member.id"], name=op.f("fk_moderation_report_reporter_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_report")),
        sa.UniqueConstraint("case_id", "reporter_id", name=op.f("uq_moderation_report_case_id_reporter_id")),
    )
    op.create_table(
        "story",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("author_id", sa.String(length=26), nullable=False),
        sa.Column("as_brand", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "preparing",
                "held",
                "published",
                "rejected",
                "hidden",
                "deleted",
                name="storystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column(
            "mood",
            sa.Enum(
                "joy",
                "calm",
                "proud",
                "moved",
                "adventurous",
                "nostalgic",
                name="mood",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("product_id", sa.String(length=26), nullable=True),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("cover", sa.String(length=26), nullable=True),
        sa.Column("cover_width", sa.Integer(), nullable=False),
        sa.Column("cover_height", sa.Integer(), nullable=False),
        sa.Column("cover_color", sa.String(length=7), nullable=False),
        sa.Column("cover_alt", sa.String(length=500), nullable=False),
        sa.Column("photo_count", sa.Integer(), nullable=False),
        sa.Column("reaction_count", sa.Integer(), nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("featured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pinned_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_id", sa.String(length=26), nullable=True),
        sa.Column("greeters_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_reason", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'published' OR published_at IS NOT NULL", name=op.f("ck_story_published_when")
        ),
        sa.CheckConstraint("comment_count >= 0", name=op.f("ck_story_comments_not_negative")),
        sa.CheckConstraint("photo_count >= 0 AND photo_count <= 9", name=op.f("ck_story_photos_bounded")),
        sa.CheckConstraint("reaction_count >= 0", name=op.f("ck_story_reactions_not_negative")),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"], name=op.f("fk_story_author_id_member")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_story_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
    )
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.create_index("ix_story_author", ["author_id", "created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_story_featured",
            ["featured_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'published' AND featured_at IS NOT NULL"),
            postgresql_where=sa.text("state = 'published' AND featured_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_story_newest",
            ["published_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )
        batch_op.create_index(
            "ix_story_pinned",
            ["pinned_until"],
            unique=False,
            sqlite_where=sa.text("state = 'published' AND pinned_until IS NOT NULL"),
            postgresql_where=sa.text("state = 'published' AND pinned_until IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_story_preparing",
            ["submitted_at"],
            unique=False,
            sqlite_where=sa.text("state = 'preparing'"),
            postgresql_where=sa.text("state = 'preparing'"),
        )
        batch_op.create_index(
            "ix_story_product",
            ["product_id", "published_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )
        batch_op.create_index(
            "ix_story_region",
            ["region", "published_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )
        batch_op.create_index(
            "ix_story_unanswered",
            ["published_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'published' AND answered_at IS NULL AND NOT as_brand"),
            postgresql_where=sa.text("state = 'published' AND answered_at IS NULL AND NOT as_brand"),
        )
        batch_op.create_index(
            "uq_story_draft",
            ["author_id"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )

    op.create_table(
        "story_comment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("story_id", sa.String(length=26), nullable=False),
        sa.Column("parent_id", sa.String(length=26), nullable=True),
        sa.Column("author_id", sa.String(length=26), nullable=False),
        sa.Column("as_brand", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "published",
                "held",
                "hidden",
                "deleted",
                name="commentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"], name=op.f("fk_story_comment_author_id_member")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["story_comment.id"], name=op.f("fk_story_comment_parent_id_story_comment")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_comment_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_comment")),
    )
    with op.batch_alter_table("story_comment", schema=None) as batch_op:
        batch_op.create_index("ix_story_comment_author", ["author_id", "created_at"], unique=False)
        batch_op.create_index("ix_story_comment_parent", ["parent_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_story_comment_story", ["story_id", "created_at", "id"], unique=False)

    op.create_table(
        "story_edit",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("story_id", sa.String(length=26), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_edit_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_edit")),
    )
    with op.batch_alter_table("story_edit", schema=None) as batch_op:
        batch_op.create_index("ix_story_edit_story", ["story_id", "edited_at", "id"], unique=False)

    op.create_table(
        "story_hashtag",
        sa.Column("story_id", sa.String(length=26), nullable=False),
        sa.Column("hashtag_id", sa.String(length=26), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["hashtag_id"], ["hashtag.id"], name=op.f("fk_story_hashtag_hashtag_id_hashtag")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_hashtag_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", "hashtag_id", name=op.f("pk_story_hashtag")),
    )
    with op.batch_alter_table("story_hashtag", schema=None) as batch_op:
        batch_op.create_index(
            "ix_story_hashtag_newest", ["hashtag_id", "published_at", "story_id"], unique=False
        )

    op.create_table(
        "story_reaction",
        sa.Column("story_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_story_reaction_member_id_member")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_reaction_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", "member_id", name=op.f("pk_story_reaction")),
    )
    with op.batch_alter_table("story_reaction", schema=None) as batch_op:
        batch_op.create_index("ix_story_reaction_member", ["member_id", "created_at"], unique=False)

    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)
