"""Events: the programme, seats as a tree, registrations, waiting, the door, and what stands around."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_calendar_feed()
    _make_event()
    _make_event_day()
    _make_event_letter()
    _make_event_pledge()
    _make_event_pool()
    _make_event_seats()
    _make_event_venue()
    _make_event_session()
    _make_event_ticket_type()
    _make_event_walk()
    _make_event_access_code()
    _make_event_question()
    _make_event_registration()
    _make_event_arrival()
    _make_event_guest()
    _make_event_no_show()
    _make_event_pass_on()
    _make_event_reminder()
    _make_event_scan()
    _make_event_session_place()
    _make_event_session_wish()
    _make_event_stamp()
    _make_event_ticket_code()
    _make_event_waiting()
    _make_event_bell_entry()
    _make_event_change()


def _make_calendar_feed() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_calendar_feed_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(
            "uq_calendar_feed_open",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )


def _make_event() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "festival",
                "salon",
                "holiday",
                "online",
                name="eventkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("lead_zh", sa.Text(), nullable=False),
        sa.Column("lead_en", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("place_zh", sa.String(length=120), nullable=False),
        sa.Column("place_en", sa.String(length=120), nullable=False),
        sa.Column("way_zh", sa.Text(), nullable=False),
        sa.Column("way_en", sa.Text(), nullable=False),
        sa.Column("online_url", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refund_hours", sa.Integer(), nullable=False),
        sa.Column("refund_percent", sa.Integer(), nullable=False),
        sa.Column("pass_on_hours", sa.Integer(), nullable=False),
        sa.Column("release_hours", sa.Integer(), nullable=False),
        sa.Column("offer_hours", sa.Integer(), nullable=False),
        sa.Column("walk_minutes", sa.Integer(), nullable=False),
        sa.Column("wishes_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hashtag_id", sa.String(length=26), nullable=True),
        sa.Column("badge_id", sa.String(length=26), nullable=True),
        sa.Column("picture", sa.String(length=26), nullable=True),
        sa.Column("copied_from", sa.String(length=26), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR published_at IS NOT NULL", name=op.f("ck_event_cancelled_was_published")
        ),
        sa.CheckConstraint("edition IS NULL OR edition > 0", name=op.f("ck_event_edition")),
        sa.CheckConstraint("offer_hours > 0", name=op.f("ck_event_offers_last")),
        sa.CheckConstraint(
            "refund_hours >= 0 AND pass_on_hours >= 0 AND release_hours >= 0 AND walk_minutes >= 0",
            name=op.f("ck_event_hours"),
        ),
        sa.CheckConstraint("refund_percent BETWEEN 0 AND 100", name=op.f("ck_event_percent")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_event_in_order")),
        sa.ForeignKeyConstraint(["badge_id"], ["badge.id"], name=op.f("fk_event_badge_id_badge")),
        sa.ForeignKeyConstraint(["hashtag_id"], ["hashtag.id"], name=op.f("fk_event_hashtag_id_hashtag")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_slug")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_start", ["starts_at", "id"], unique=False)


def _make_event_day() -> None:
    op.create_table(
        "event_day",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.CheckConstraint("arrived >= 0", name=op.f("ck_event_day_arrived")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_event_day_in_order")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_day_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_day")),
        sa.UniqueConstraint("event_id", "day", name=op.f("uq_event_day_event_id_day")),
    )


def _make_event_letter() -> None:
    op.create_table(
        "event_letter",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=False),
        sa.Column("subject_zh", sa.String(length=120), nullable=False),
        sa.Column("subject_en", sa.String(length=120), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("segment", sa.JSON(), nullable=False),
        sa.Column("attempt", sa.String(length=26), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_id", sa.String(length=26), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_event_letter_by_id_member")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_letter_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_letter")),
        sa.UniqueConstraint("attempt", name=op.f("uq_event_letter_attempt")),
    )
    with op.batch_alter_table("event_letter", schema=None) as batch_op:
        batch_op.create_index("ix_event_letter_event", ["event_id", "written_at", "id"], unique=False)


def _make_event_pledge() -> None:
    op.create_table(
        "event_pledge",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "shown",
                "hidden",
                "deleted",
                name="pledgestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_pledge_event_id_event")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_event_pledge_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_pledge")),
        sa.UniqueConstraint("event_id", "member_id", name=op.f("uq_event_pledge_event_id_member_id")),
    )
    with op.batch_alter_table("event_pledge", schema=None) as batch_op:
        batch_op.create_index("ix_event_pledge_member", ["member_id"], unique=False)
        batch_op.create_index("ix_event_pledge_wall", ["event_id", "state", "at", "id"], unique=False)


def _make_event_pool() -> None:
    op.create_table(
        "event_pool",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("reserved_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_pool_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_pool")),
    )
    with op.batch_alter_table("event_pool", schema=None) as batch_op:
        batch_op.create_index("ix_event_pool_event", ["event_id", "position"], unique=False)


def _make_event_seats() -> None:
    op.create_table(
        "event_seats",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "event",
                "pool",
                "ticket_type",
                "session",
                name="seatsof",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.String(length=26), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("reserved_used", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "reserved - reserved_used <= capacity - used", name=op.f("ck_event_seats_reserve_is_free")
        ),
        sa.CheckConstraint(
            "reserved_used >= 0 AND reserved_used <= reserved",
            name=op.f("ck_event_seats_reserve_never_oversold"),
        ),
        sa.CheckConstraint("used >= 0 AND used <= capacity", name=op.f("ck_event_seats_never_oversold")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_seats_event_id_event")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["event_seats.id"], name=op.f("fk_event_seats_parent_id_event_seats")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_seats")),
    )
    with op.batch_alter_table("event_seats", schema=None) as batch_op:
        batch_op.create_index("ix_event_seats_event", ["event_id"], unique=False)


def _make_event_venue() -> None:
    op.create_table(
        "event_venue",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("note_zh", sa.String(length=120), nullable=False),
        sa.Column("note_en", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_venue_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_venue")),
    )
    with op.batch_alter_table("event_venue", schema=None) as batch_op:
        batch_op.create_index("ix_event_venue_event", ["event_id", "position"], unique=False)


def _make_event_session() -> None:
    op.create_table(
        "event_session",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("venue_id", sa.String(length=26), nullable=True),
        sa.Column(
            "entry",
            sa.Enum(
                "open", "places", "draw", name="entry", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_event_session_in_order")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_session_event_id_event")),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["event_venue.id"], name=op.f("fk_event_session_venue_id_event_venue")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_session")),
    )
    with op.batch_alter_table("event_session", schema=None) as batch_op:
        batch_op.create_index("ix_event_session_plan", ["event_id", "starts_at", "id"], unique=False)
        batch_op.create_index("ix_event_session_venue", ["venue_id"], unique=False)


def _make_event_ticket_type() -> None:
    op.create_table(
        "event_ticket_type",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("pool_id", sa.String(length=26), nullable=False),
        sa.Column("day_id", sa.String(length=26), nullable=True),
        sa.Column("tier_id", sa.String(length=26), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("note_zh", sa.String(length=120), nullable=False),
        sa.Column("note_en", sa.String(length=120), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("admits", sa.Integer(), nullable=False),
        sa.Column("most_people", sa.Integer(), nullable=False),
        sa.Column("most_children", sa.Integer(), nullable=False),
        sa.Column("children_count", sa.Boolean(), nullable=False),
        sa.Column("early_minutes", sa.Integer(), nullable=False),
        sa.Column("sale_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sale_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bell_opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bell_closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bell_rang_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(bell_opens_at IS NULL) = (bell_closes_at IS NULL)", name=op.f("ck_event_ticket_type_bell_whole")
        ),
        sa.CheckConstraint("admits BETWEEN 1 AND 5", name=op.f("ck_event_ticket_type_admits")),
        sa.CheckConstraint(
            "bell_opens_at IS NULL OR bell_opens_at < bell_closes_at",
            name=op.f("ck_event_ticket_type_bell_in_order"),
        ),
        sa.CheckConstraint("most_children BETWEEN 0 AND 5", name=op.f("ck_event_ticket_type_most_children")),
        sa.CheckConstraint(
            "most_people BETWEEN admits AND 10", name=op.f("ck_event_ticket_type_most_people")
        ),
        sa.CheckConstraint("price >= 0", name=op.f("ck_event_ticket_type_price")),
        sa.CheckConstraint("sale_starts_at < sale_ends_at", name=op.f("ck_event_ticket_type_sale_in_order")),
        sa.ForeignKeyConstraint(
            ["day_id"], ["event_day.id"], name=op.f("fk_event_ticket_type_day_id_event_day")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_ticket_type_event_id_event")),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["event_pool.id"], name=op.f("fk_event_ticket_type_pool_id_event_pool")
        ),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_event_ticket_type_tier_id_tier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_ticket_type")),
    )
    with op.batch_alter_table("event_ticket_type", schema=None) as batch_op:
        batch_op.create_index("ix_event_ticket_type_event", ["event_id", "position"], unique=False)
        batch_op.create_index("ix_event_ticket_type_pool", ["pool_id"], unique=False)


def _make_event_walk() -> None:
    op.create_table(
        "event_walk",
        sa.Column("one_id", sa.String(length=26), nullable=False),
        sa.Column("other_id", sa.String(length=26), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_event_walk_minutes")),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_event_walk_pair_once")),
        sa.ForeignKeyConstraint(
            ["one_id"], ["event_venue.id"], name=op.f("fk_event_walk_one_id_event_venue"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["event_venue.id"],
            name=op.f("fk_event_walk_other_id_event_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_event_walk")),
    )


def _make_event_access_code() -> None:
    op.create_table(
        "event_access_code",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("ticket_type_id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "used >= 0 AND used <= most_uses", name=op.f("ck_event_access_code_never_overused")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_access_code_event_id_event")),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"],
            ["event_ticket_type.id"],
            name=op.f("fk_event_access_code_ticket_type_id_event_ticket_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_access_code")),
        sa.UniqueConstraint("event_id", "digest", name=op.f("uq_event_access_code_event_id_digest")),
    )
    with op.batch_alter_table("event_access_code", schema=None) as batch_op:
        batch_op.create_index("ix_event_access_code_type", ["ticket_type_id"], unique=False)


def _make_event_question() -> None:
    op.create_table(
        "event_question",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("ticket_type_id", sa.String(length=26), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "line",
                "text",
                "choice",
                "tick",
                name="questionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("label_zh", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("helps_access", sa.Boolean(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_question_event_id_event")),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"],
            ["event_ticket_type.id"],
            name=op.f("fk_event_question_ticket_type_id_event_ticket_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_question")),
    )
    with op.batch_alter_table("event_question", schema=None) as batch_op:
        batch_op.create_index("ix_event_question_event", ["event_id", "position"], unique=False)


def _make_event_registration() -> None:
    op.create_table(
        "event_registration",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("pool_id", sa.String(length=26), nullable=False),
        sa.Column("ticket_type_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("buyer_id", sa.String(length=26), nullable=False),
        sa.Column("attempt", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "confirmed",
                "expired",
                "cancelled",
                name="registrationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum(
                "direct",
                "offer",
                "bell",
                "staff",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payment_id", sa.String(length=26), nullable=True),
        sa.Column("access_code_id", sa.String(length=26), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("needs_help", sa.Boolean(), nullable=False),
        sa.Column("show_face", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended",
            sa.Enum(
                "time",
                "given_up",
                "declined",
                "cancelled",
                "released",
                "refunded",
                "staff",
                "event",
                name="ended",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("end_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'confirmed') = (code IS NOT NULL)",
            name=op.f("ck_event_registration_confirmed_has_code"),
        ),
        sa.CheckConstraint(
            "(state = 'held') = (hold_until IS NOT NULL)", name=op.f("ck_event_registration_held_until")
        ),
        sa.CheckConstraint(
            "(state IN ('held', 'confirmed')) = (ended_at IS NULL)",
            name=op.f("ck_event_registration_ended_is_over"),
        ),
        sa.CheckConstraint(
            "seats >= 0 AND (state IN ('held', 'confirmed') OR seats = 0)",
            name=op.f("ck_event_registration_only_the_live_sit"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_event_registration_amount")),
        sa.CheckConstraint(
            "people >= 1 AND children >= 0", name=op.f("ck_event_registration_somebody_comes")
        ),
        sa.CheckConstraint(
            "reserved >= 0 AND reserved <= seats", name=op.f("ck_event_registration_reserved")
        ),
        sa.ForeignKeyConstraint(
            ["access_code_id"],
            ["event_access_code.id"],
            name=op.f("fk_event_registration_access_code_id_event_access_code"),
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["member.id"], name=op.f("fk_event_registration_buyer_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_registration_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_event_registration_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["event_pool.id"], name=op.f("fk_event_registration_pool_id_event_pool")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"],
            ["event_ticket_type.id"],
            name=op.f("fk_event_registration_ticket_type_id_event_ticket_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_registration")),
        sa.UniqueConstraint("attempt", name=op.f("uq_event_registration_attempt")),
        sa.UniqueConstraint("code", name=op.f("uq_event_registration_code")),
    )
    with op.batch_alter_table("event_registration", schema=None) as batch_op:
        end_untold = sa.text("state = 'cancelled' AND confirmed_at IS NOT NULL AND end_told_at IS NULL")
        batch_op.create_index(
            "ix_event_registration_end_untold",
            ["ended_at"],
            unique=False,
            sqlite_where=end_untold,
            postgresql_where=end_untold,
        )
        batch_op.create_index(
            "ix_event_registration_untold",
            ["confirmed_at"],
            unique=False,
            sqlite_where=sa.text("state = 'confirmed' AND told_at IS NULL"),
            postgresql_where=sa.text("state = 'confirmed' AND told_at IS NULL"),
        )
        batch_op.create_index("ix_event_registration_buyer", ["buyer_id"], unique=False)
        batch_op.create_index(
            "ix_event_registration_due",
            ["hold_until"],
            unique=False,
            sqlite_where=sa.text("hold_until IS NOT NULL"),
            postgresql_where=sa.text("hold_until IS NOT NULL"),
        )
        batch_op.create_index("ix_event_registration_member", ["member_id", "held_at", "id"], unique=False)
        batch_op.create_index("ix_event_registration_newest", ["event_id", "held_at", "id"], unique=False)
        batch_op.create_index("ix_event_registration_pool", ["pool_id", "state", "hold_until"], unique=False)
        batch_op.create_index(
            "uq_event_registration_live",
            ["ticket_type_id", "member_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('held', 'confirmed')"),
            postgresql_where=sa.text("state IN ('held', 'confirmed')"),
        )


def _make_event_arrival() -> None:
    op.create_table(
        "event_arrival",
        sa.Column("registration_id", sa.String(length=26), nullable=False),
        sa.Column("day_id", sa.String(length=26), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(length=64), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_event_arrival_people")),
        sa.ForeignKeyConstraint(["day_id"], ["event_day.id"], name=op.f("fk_event_arrival_day_id_event_day")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_arrival_registration_id_event_registration"),
        ),
        sa.PrimaryKeyConstraint("registration_id", "day_id", name=op.f("pk_event_arrival")),
    )
    with op.batch_alter_table("event_arrival", schema=None) as batch_op:
        batch_op.create_index("ix_event_arrival_day", ["day_id", "first_at", "registration_id"], unique=False)


def _make_event_guest() -> None:
    op.create_table(
        "event_guest",
        sa.Column("registration_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("child", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_guest_registration_id_event_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", "position", name=op.f("pk_event_guest")),
    )


def _make_event_no_show() -> None:
    op.create_table(
        "event_no_show",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("registration_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("forgiven", sa.Boolean(), nullable=False),
        sa.Column("spent_in", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_no_show_event_id_event")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_event_no_show_member_id_member")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_no_show_registration_id_event_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_no_show")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_event_no_show_registration_id")),
    )
    with op.batch_alter_table("event_no_show", schema=None) as batch_op:
        batch_op.create_index("ix_event_no_show_event", ["event_id", "noted_at", "id"], unique=False)
        batch_op.create_index("ix_event_no_show_member", ["member_id"], unique=False)


def _make_event_pass_on() -> None:
    op.create_table(
        "event_pass_on",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("registration_id", sa.String(length=26), nullable=False),
        sa.Column("giver_id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(length=26), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(taken_at IS NULL) = (taken_by IS NULL)", name=op.f("ck_event_pass_on_taken_by_somebody")
        ),
        sa.CheckConstraint("taken_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_event_pass_on_one_end")),
        sa.ForeignKeyConstraint(["giver_id"], ["member.id"], name=op.f("fk_event_pass_on_giver_id_member")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_pass_on_registration_id_event_registration"),
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["member.id"], name=op.f("fk_event_pass_on_taken_by_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_pass_on")),
        sa.UniqueConstraint("digest", name=op.f("uq_event_pass_on_digest")),
    )
    with op.batch_alter_table("event_pass_on", schema=None) as batch_op:
        batch_op.create_index("ix_event_pass_on_giver", ["giver_id"], unique=False)
        batch_op.create_index("ix_event_pass_on_taker", ["taken_by"], unique=False)
        batch_op.create_index(
            "uq_event_pass_on_open",
            ["registration_id"],
            unique=True,
            sqlite_where=sa.text("taken_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL AND withdrawn_at IS NULL"),
        )


def _make_event_reminder() -> None:
    op.create_table(
        "event_reminder",
        sa.Column("registration_id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "week",
                "day",
                "hours",
                "online",
                name="reminderkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_reminder_registration_id_event_registration"),
        ),
        sa.PrimaryKeyConstraint("registration_id", "kind", name=op.f("pk_event_reminder")),
    )


def _make_event_scan() -> None:
    op.create_table(
        "event_scan",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("day_id", sa.String(length=26), nullable=True),
        sa.Column("session_id", sa.String(length=26), nullable=True),
        sa.Column("registration_id", sa.String(length=26), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("door", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "admitted",
                "duplicate",
                "too_many",
                "wrong_day",
                "wrong_event",
                "too_early",
                "no_place",
                "not_paid",
                "passed_on",
                "cancelled",
                "unknown",
                name="scanresult",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("against", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=26), nullable=True),
        sa.CheckConstraint("people >= 0", name=op.f("ck_event_scan_people")),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_event_scan_by_id_member")),
        sa.ForeignKeyConstraint(["day_id"], ["event_day.id"], name=op.f("fk_event_scan_day_id_event_day")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_scan_event_id_event")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_scan_registration_id_event_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_event_scan_session_id_event_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_scan")),
        sa.UniqueConstraint("nonce", name=op.f("uq_event_scan_nonce")),
    )
    with op.batch_alter_table("event_scan", schema=None) as batch_op:
        batch_op.create_index(
            "ix_event_scan_conflict",
            ["event_id", "at"],
            unique=False,
            sqlite_where=sa.text("conflict"),
            postgresql_where=sa.text("conflict"),
        )
        batch_op.create_index("ix_event_scan_newest", ["event_id", "at", "id"], unique=False)
        batch_op.create_index("ix_event_scan_registration", ["registration_id"], unique=False)


def _make_event_session_place() -> None:
    op.create_table(
        "event_session_place",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("session_id", sa.String(length=26), nullable=False),
        sa.Column("registration_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("people >= 1", name=op.f("ck_event_session_place_somebody_comes")),
        sa.CheckConstraint(
            "seats >= 0 AND (left_at IS NULL OR seats = 0)",
            name=op.f("ck_event_session_place_only_the_live_sit"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_event_session_place_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_session_place_registration_id_event_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_event_session_place_session_id_event_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_session_place")),
    )
    with op.batch_alter_table("event_session_place", schema=None) as batch_op:
        batch_op.create_index("ix_event_session_place_member", ["member_id"], unique=False)
        batch_op.create_index("ix_event_session_place_registration", ["registration_id"], unique=False)
        batch_op.create_index(
            "uq_event_session_place_live",
            ["session_id", "registration_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )


def _make_event_session_wish() -> None:
    op.create_table(
        "event_session_wish",
        sa.Column("registration_id", sa.String(length=26), nullable=False),
        sa.Column("session_id", sa.String(length=26), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "won",
                "full",
                "clash",
                "gone",
                name="wishoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_event_session_wish_rank")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_session_wish_registration_id_event_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_event_session_wish_session_id_event_session")
        ),
        sa.PrimaryKeyConstraint("registration_id", "session_id", name=op.f("pk_event_session_wish")),
        sa.UniqueConstraint(
            "registration_id", "rank", name=op.f("uq_event_session_wish_registration_id_rank")
        ),
    )
    with op.batch_alter_table("event_session_wish", schema=None) as batch_op:
        batch_op.create_index("ix_event_session_wish_session", ["session_id"], unique=False)


def _make_event_stamp() -> None:
    op.create_table(
        "event_stamp",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("registration_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("session_id", sa.String(length=26), nullable=True),
        sa.Column("place", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_stamp_event_id_event")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_event_stamp_member_id_member")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_stamp_registration_id_event_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_event_stamp_session_id_event_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_stamp")),
        sa.UniqueConstraint("registration_id", "place", name=op.f("uq_event_stamp_registration_id_place")),
    )
    with op.batch_alter_table("event_stamp", schema=None) as batch_op:
        batch_op.create_index("ix_event_stamp_event", ["event_id", "at"], unique=False)
        batch_op.create_index("ix_event_stamp_member", ["member_id", "at", "id"], unique=False)


def _make_event_ticket_code() -> None:
    op.create_table(
        "event_ticket_code",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("registration_id", sa.String(length=26), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended",
            sa.Enum(
                "passed_on",
                "cancelled",
                name="codeended",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_ticket_code_registration_id_event_registration"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_event_ticket_code")),
    )
    with op.batch_alter_table("event_ticket_code", schema=None) as batch_op:
        batch_op.create_index("ix_event_ticket_code_registration", ["registration_id"], unique=False)


def _make_event_waiting() -> None:
    op.create_table(
        "event_waiting",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("pool_id", sa.String(length=26), nullable=False),
        sa.Column("ticket_type_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "offered",
                "accepted",
                "declined",
                "lapsed",
                "left",
                "closed",
                name="waitingstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registration_id", sa.String(length=26), nullable=True),
        sa.CheckConstraint(
            "state <> 'offered' OR (offered_at IS NOT NULL AND registration_id IS NOT NULL)",
            name=op.f("ck_event_waiting_offer_is_a_hold"),
        ),
        sa.CheckConstraint(
            "people >= 1 AND children >= 0 AND seats >= 1", name=op.f("ck_event_waiting_somebody_waits")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_waiting_event_id_event")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_event_waiting_member_id_member")),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["event_pool.id"], name=op.f("fk_event_waiting_pool_id_event_pool")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_waiting_registration_id_event_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"],
            ["event_ticket_type.id"],
            name=op.f("fk_event_waiting_ticket_type_id_event_ticket_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_waiting")),
        sa.UniqueConstraint("event_id", "turn", name=op.f("uq_event_waiting_event_id_turn")),
    )
    with op.batch_alter_table("event_waiting", schema=None) as batch_op:
        batch_op.create_index("ix_event_waiting_line", ["event_id", "state", "turn"], unique=False)
        batch_op.create_index("ix_event_waiting_member", ["member_id"], unique=False)
        batch_op.create_index("ix_event_waiting_registration", ["registration_id"], unique=False)
        batch_op.create_index(
            "uq_event_waiting_live",
            ["pool_id", "member_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'offered')"),
            postgresql_where=sa.text("state IN ('waiting', 'offered')"),
        )


def _make_event_bell_entry() -> None:
    op.create_table(
        "event_bell_entry",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("ticket_type_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("registration_id", sa.String(length=26), nullable=True),
        sa.Column("waiting_id", sa.String(length=26), nullable=True),
        sa.CheckConstraint(
            "people >= 1 AND children >= 0 AND seats >= 1", name=op.f("ck_event_bell_entry_somebody_gathers")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_bell_entry_event_id_event")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_event_bell_entry_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["event_registration.id"],
            name=op.f("fk_event_bell_entry_registration_id_event_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"],
            ["event_ticket_type.id"],
            name=op.f("fk_event_bell_entry_ticket_type_id_event_ticket_type"),
        ),
        sa.ForeignKeyConstraint(
            ["waiting_id"], ["event_waiting.id"], name=op.f("fk_event_bell_entry_waiting_id_event_waiting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_bell_entry")),
        sa.UniqueConstraint(
            "ticket_type_id", "member_id", name=op.f("uq_event_bell_entry_ticket_type_id_member_id")
        ),
    )
    with op.batch_alter_table("event_bell_entry", schema=None) as batch_op:
        batch_op.create_index("ix_event_bell_entry_member", ["member_id"], unique=False)


def _make_event_change() -> None:
    op.create_table(
        "event_change",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("session_id", sa.String(length=26), nullable=True),
        sa.Column(
            "what",
            sa.Enum(
                "event",
                "session",
                "session_cancelled",
                name="changed",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_id", sa.String(length=26), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(what = 'event') = (session_id IS NULL)", name=op.f("ck_event_change_of_session")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_change_event_id_event")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_event_change_session_id_event_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_change")),
    )
    with op.batch_alter_table("event_change", schema=None) as batch_op:
        batch_op.create_index("ix_event_change_event", ["event_id"], unique=False)
        batch_op.create_index(
            "ix_event_change_owed",
            ["at"],
            unique=False,
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        )
