"""People and brand: phones, profiles, consents, distance, data packages, legal texts, touches, photo rights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: the CHECKs that say something else from now on, or are new
WIDENED = {
    "letter": {"letterstate": "state IN ('due', 'sent', 'failed', 'dropped')"},
    "member": {"memberstate": "state IN ('active', 'suspended', 'erased')"},
    "one_time_code": {"codepurpose": "purpose IN ('verify', 'sign_in', 'reset', 'contact')"},
}
NEW = {
    "brand_settings": {
        "budget_bounded": "contact_budget BETWEEN 0 AND 21",
        "quiet_in_day": "quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439",
    },
    "member": {
        "phone_international": "phone LIKE '+%'",
        "reachable_somehow": "state = 'erased' OR email IS NOT NULL OR phone IS NOT NULL",
        "erased_wholly": "state <> 'erased' OR (email IS NULL AND phone IS NULL AND erased_at IS NOT NULL)",
        "birthday_whole": "(birth_month IS NULL) = (birth_day IS NULL)",
        "birth_month_exists": "birth_month BETWEEN 1 AND 12",
        "birth_day_exists": "birth_day BETWEEN 1 AND 31",
        "gender": "gender IN ('woman', 'man', 'other')",
        "calendar": "birth_calendar IN ('solar', 'lunar')",
    },
}

SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS consent_refuses_update BEFORE UPDATE ON consent BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS consent_refuses_delete BEFORE DELETE ON consent BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS legal_text_refuses_update BEFORE UPDATE ON legal_text BEGIN SELECT RAISE(ABORT, 'legal_text is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS legal_text_refuses_delete BEFORE DELETE ON legal_text BEGIN SELECT RAISE(ABORT, 'legal_text is append-only'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION consent_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'consent is append-only'; END $$",
    "CREATE TRIGGER consent_refuses_change BEFORE UPDATE OR DELETE ON consent FOR EACH ROW EXECUTE FUNCTION consent_refuses_change()",
    "CREATE OR REPLACE FUNCTION legal_text_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'legal_text is append-only'; END $$",
    "CREATE TRIGGER legal_text_refuses_change BEFORE UPDATE OR DELETE ON legal_text FOR EACH ROW EXECUTE FUNCTION legal_text_refuses_change()",
)


def upgrade() -> None:
    _make_tables()
    _change_brand_and_mail()
    _change_people()
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)


def _make_tables() -> None:
    op.create_table(
        "join_source",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "shop",
                "pack",
                "event",
                "ad",
                "friend",
                "other",
                name="sourcekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("code = lower(code)", name=op.f("ck_join_source_code_lower")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_join_source")),
    )
    op.create_table(
        "legal_text",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "terms",
                "privacy",
                "rules",
                name="legalkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body_zh", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("change_zh", sa.String(length=255), nullable=False),
        sa.Column("change_en", sa.String(length=255), nullable=False),
        sa.Column("published_by", sa.String(length=26), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_legal_text_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_text")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_legal_text_kind_version")),
    )
    op.create_table(
        "staff_invitation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
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
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.String(length=26), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.String(length=26), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitation")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_staff_invitation_link_hash")),
    )
    with op.batch_alter_table("staff_invitation", schema=None) as batch_op:
        batch_op.create_index("ix_staff_invitation_newest", ["invited_at", "id"], unique=False)

    op.create_table(
        "text_message",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("recipient", sa.String(length=20), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("shown", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "sent",
                "failed",
                name="messagestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.String(length=64), nullable=False),
        sa.Column("last_error", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_message")),
    )
    with op.batch_alter_table("text_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_text_message_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )
        batch_op.create_index("ix_text_message_newest", ["created_at", "id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("how", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_consent_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index("ix_consent_member", ["member_id", "what", "at", "id"], unique=False)

    op.create_table(
        "data_package",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "packing",
                "ready",
                "failed",
                "gone",
                name="packagestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'ready' OR byte_size > 0", name=op.f("ck_data_package_ready_has_size")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_data_package_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_package")),
    )
    with op.batch_alter_table("data_package", schema=None) as batch_op:
        batch_op.create_index("ix_data_package_due", ["due_at"], unique=False)
        batch_op.create_index("ix_data_package_member", ["member_id", "asked_at", "id"], unique=False)

    op.create_table(
        "mail_bounce",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("letter_id", sa.String(length=26), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "hard",
                "soft",
                "complaint",
                name="bouncekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("event_key", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_mail_bounce_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_bounce")),
        sa.UniqueConstraint("event_key", name=op.f("uq_mail_bounce_event_key")),
    )
    with op.batch_alter_table("mail_bounce", schema=None) as batch_op:
        batch_op.create_index("ix_mail_bounce_member", ["member_id", "at"], unique=False)

    op.create_table(
        "member_distance",
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("other_id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "block", "mute", name="distancekind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("member_id <> other_id", name=op.f("ck_member_distance_not_oneself")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_distance_member_id_member")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["member.id"], name=op.f("fk_member_distance_other_id_member")),
        sa.PrimaryKeyConstraint("member_id", "other_id", name=op.f("pk_member_distance")),
    )
    with op.batch_alter_table("member_distance", schema=None) as batch_op:
        batch_op.create_index("ix_member_distance_other", ["other_id", "kind"], unique=False)

    op.create_table(
        "notification_preference",
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("inbox", "mail", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_notification_preference_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", "kind", "channel", name=op.f("pk_notification_preference")),
    )
    op.create_table(
        "notification_rhythm",
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column(
            "pace",
            sa.Enum(
                "at_once",
                "daily",
                "weekly",
                name="pace",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439",
            name=op.f("ck_notification_rhythm_in_day"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_notification_rhythm_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_notification_rhythm")),
    )
    with op.batch_alter_table("notification_rhythm", schema=None) as batch_op:
        batch_op.create_index("ix_notification_rhythm_digest", ["digest_at"], unique=False)

    op.create_table(
        "photo_right",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("photo_id", sa.String(length=26), nullable=False),
        sa.Column(
            "use",
            sa.Enum(
                "repost",
                "shop",
                "print",
                "ads",
                name="photouse",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("granted_by", sa.String(length=26), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name=op.f("fk_photo_right_photo_id_photo"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_right")),
    )
    with op.batch_alter_table("photo_right", schema=None) as batch_op:
        batch_op.create_index("ix_photo_right_granted_by", ["granted_by", "granted_at", "id"], unique=False)
        batch_op.create_index("ix_photo_right_newest", ["granted_at", "id"], unique=False)
        batch_op.create_index(
            "uq_photo_right_open",
            ["photo_id", "use"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "staff_note",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(body) <= 2000", name=op.f("ck_staff_note_body_bounded")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_staff_note_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_note")),
    )
    with op.batch_alter_table("staff_note", schema=None) as batch_op:
        batch_op.create_index("ix_staff_note_member", ["member_id", "at", "id"], unique=False)

    op.create_table(
        "touch",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("group_key", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "made",
                "dropped",
                name="touchstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("because", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'made') = (made_at IS NOT NULL)", name=op.f("ck_touch_made_when")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_touch_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touch")),
        sa.UniqueConstraint("group_key", "member_id", name=op.f("uq_touch_group_key_member_id")),
    )
    with op.batch_alter_table("touch", schema=None) as batch_op:
        batch_op.create_index(
            "ix_touch_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index("ix_touch_member", ["member_id", "made_at"], unique=False)


def _change_brand_and_mail() -> None:
    with _changed("brand_settings") as table:
        table.add_column(sa.Column("quiet_from", sa.Integer(), nullable=False, server_default=str(22 * 60)))
        table.add_column(sa.Column("quiet_until", sa.Integer(), nullable=False, server_default=str(8 * 60)))
    _without_defaults("brand_settings", "quiet_from", "quiet_until")
    with _changed("letter") as table:
        table.add_column(sa.Column("stop_path", sa.String(length=255), nullable=True))


def _change_people() -> None:
    with _changed("member") as table:
        for column in (
            sa.Column("phone", sa.String(length=20), nullable=True),
            sa.Column("phone_verified_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("gender", sa.String(length=32), nullable=True),
            sa.Column("birth_year", sa.Integer(), nullable=True),
            sa.Column("birth_month", sa.Integer(), nullable=True),
            sa.Column("birth_day", sa.Integer(), nullable=True),
            sa.Column("birth_leap", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("birth_calendar", sa.String(length=32), nullable=False, server_default="solar"),
            sa.Column("interests", sa.JSON(), nullable=False, server_default="[]"),
            sa.Column("visibility", sa.JSON(), nullable=False, server_default="{}"),
            sa.Column("looked_after_by", sa.String(length=26), nullable=True),
            sa.Column("mail_stopped_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("mail_trouble", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("erase_after", sa.DateTime(timezone=True), nullable=True),
            sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        ):
            table.add_column(column)
        table.alter_column("email", existing_type=sa.String(length=255), nullable=True)
        table.create_unique_constraint(op.f("uq_member_phone"), ["phone"])
    _without_defaults("member", "birth_leap", "birth_calendar", "interests", "visibility", "mail_trouble")
    leaving = sa.text("erase_after IS NOT NULL")
    op.create_index(
        "ix_member_erase_after", "member", ["erase_after"], sqlite_where=leaving, postgresql_where=leaving
    )
    op.create_index("ix_member_join_source", "member", ["join_source", "joined_at"])
    op.drop_index("ix_one_time_code_email", table_name="one_time_code")
    with _changed("one_time_code") as table:
        table.alter_column(
            "email", new_column_name="contact", existing_type=sa.String(length=255), existing_nullable=False
        )
    op.create_index("ix_one_time_code_contact", "one_time_code", ["contact", "purpose", "created_at"])


@contextmanager
def _changed(name: str) -> Iterator[BatchOperations]:
    """A table on its way to its new shape and its new CHECKs."""
    widened, new = WIDENED.get(name, {}), NEW.get(name, {})
    with op.batch_alter_table(name) as table:
        for check in widened:
            table.drop_constraint(op.f(f"ck_{name}_{check}"), type_="check")
        yield table
        for check, rule in (widened | new).items():
            table.create_check_constraint(op.f(f"ck_{name}_{check}"), sa.text(rule))


def _without_defaults(name: str, *columns: str) -> None:
    """The defaults were for the rows that were there; from now on the application says them."""
    with op.batch_alter_table(name) as table:
        for column in columns:
            table.alter_column(column, server_default=None)
