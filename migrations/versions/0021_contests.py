"""Naming contests: names, ballots, the count."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS contest_rules_refuses_update BEFORE UPDATE ON contest_rules BEGIN SELECT RAISE(ABORT, 'contest_rules is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS contest_rules_refuses_delete BEFORE DELETE ON contest_rules BEGIN SELECT RAISE(ABORT, 'contest_rules is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS contest_keeps_frozen BEFORE UPDATE ON contest WHEN (OLD.slug, OLD.product_id, OLD.color_id, OLD.name_zh, OLD.name_en, OLD.brief_zh, OLD.brief_en, OLD.rules_zh, OLD.rules_en, OLD.prize_zh, OLD.prize_en, OLD.votes, OLD.most_entries, OLD.shortest, OLD.longest, OLD.jury, OLD.badge_id, OLD.opens_at, OLD.submit_until, OLD.vote_from, OLD.vote_until) IS NOT (NEW.slug, NEW.product_id, NEW.color_id, NEW.name_zh, NEW.name_en, NEW.brief_zh, NEW.brief_en, NEW.rules_zh, NEW.rules_en, NEW.prize_zh, NEW.prize_en, NEW.votes, NEW.most_entries, NEW.shortest, NEW.longest, NEW.jury, NEW.badge_id, NEW.opens_at, NEW.submit_until, NEW.vote_from, NEW.vote_until) AND (EXISTS (SELECT 1 FROM contest_rules WHERE contest_id = OLD.id)) BEGIN SELECT RAISE(ABORT, 'contest is frozen'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION contest_rules_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'contest_rules is append-only'; END $$",
    "CREATE TRIGGER contest_rules_refuses_change BEFORE UPDATE OR DELETE ON contest_rules FOR EACH ROW EXECUTE FUNCTION contest_rules_refuses_change()",
    "CREATE OR REPLACE FUNCTION contest_keeps_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM contest_rules WHERE contest_id = OLD.id) THEN RAISE EXCEPTION 'contest is frozen'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER contest_keeps_frozen BEFORE UPDATE ON contest FOR EACH ROW WHEN ((OLD.slug, OLD.product_id, OLD.color_id, OLD.name_zh, OLD.name_en, OLD.brief_zh, OLD.brief_en, OLD.rules_zh, OLD.rules_en, OLD.prize_zh, OLD.prize_en, OLD.votes, OLD.most_entries, OLD.shortest, OLD.longest, OLD.jury, OLD.badge_id, OLD.opens_at, OLD.submit_until, OLD.vote_from, OLD.vote_until) IS DISTINCT FROM (NEW.slug, NEW.product_id, NEW.color_id, NEW.name_zh, NEW.name_en, NEW.brief_zh, NEW.brief_en, NEW.rules_zh, NEW.rules_en, NEW.prize_zh, NEW.prize_en, NEW.votes, NEW.most_entries, NEW.shortest, NEW.longest, NEW.jury, NEW.badge_id, NEW.opens_at, NEW.submit_until, NEW.vote_from, NEW.vote_until)) EXECUTE FUNCTION contest_keeps_frozen()",
)


def upgrade() -> None:
    _make_contest()
    _make_contest_rules()
    _make_contest_entry()
    _make_contest_ballot()
    _make_contest_vote()
    _make_contest_tally()
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)


def _make_contest() -> None:
    op.create_table(
        "contest",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("product_id", sa.String(length=26), nullable=False),
        sa.Column("color_id", sa.String(length=26), nullable=True),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("brief_zh", sa.Text(), nullable=False),
        sa.Column("brief_en", sa.Text(), nullable=False),
        sa.Column("rules_zh", sa.Text(), nullable=False),
        sa.Column("rules_en", sa.Text(), nullable=False),
        sa.Column("prize_zh", sa.String(length=120), nullable=False),
        sa.Column("prize_en", sa.String(length=120), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("most_entries", sa.Integer(), nullable=False),
        sa.Column("shortest", sa.Integer(), nullable=False),
        sa.Column("longest", sa.Integer(), nullable=False),
        sa.Column("jury", sa.Boolean(), nullable=False),
        sa.Column("badge_id", sa.String(length=26), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submit_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vote_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vote_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tally_hash", sa.String(length=64), nullable=False),
        sa.Column("winner_id", sa.String(length=26), nullable=True),
        sa.Column("jury_words", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(counted_at IS NULL) = (tally_hash = '')", name=op.f("ck_contest_counted_has_hash")
        ),
        sa.CheckConstraint(
            "counted_at IS NULL OR secret = ''", name=op.f("ck_contest_counted_has_no_secret")
        ),
        sa.CheckConstraint(
            "(winner_id IS NULL) = (decided_at IS NULL)", name=op.f("ck_contest_decided_has_winner")
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR counted_at IS NOT NULL", name=op.f("ck_contest_counted_first")
        ),
        sa.CheckConstraint("most_entries BETWEEN 1 AND 9", name=op.f("ck_contest_most_entries")),
        sa.CheckConstraint("opens_at < submit_until", name=op.f("ck_contest_submit_in_order")),
        sa.CheckConstraint(
            "shortest BETWEEN 1 AND longest AND longest <= 40", name=op.f("ck_contest_length")
        ),
        sa.CheckConstraint(
            "submit_until <= vote_from AND vote_from < vote_until", name=op.f("ck_contest_vote_in_order")
        ),
        sa.CheckConstraint("votes BETWEEN 1 AND 9", name=op.f("ck_contest_votes")),
        sa.ForeignKeyConstraint(
            ["color_id"], ["product_color.id"], name=op.f("fk_contest_color_id_product_color")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_contest_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        sa.UniqueConstraint("slug", name=op.f("uq_contest_slug")),
    )
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.create_index("ix_contest_newest", ["opens_at", "id"], unique=False)


def _make_contest_rules() -> None:
    op.create_table(
        "contest_rules",
        sa.Column("contest_id", sa.String(length=26), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_contest_rules_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_contest_rules")),
    )


def _make_contest_entry() -> None:
    op.create_table(
        "contest_entry",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("contest_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("sound", sa.String(length=255), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "standing",
                "refused",
                "withdrawn",
                "unread",
                name="entrystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("taken_with", sa.String(length=26), nullable=True),
        sa.Column("screened_by", sa.String(length=26), nullable=True),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'refused') = (reason <> '')", name=op.f("ck_contest_entry_refused_has_reason")
        ),
        sa.CheckConstraint(
            "taken_with IS NULL OR state = 'refused'", name=op.f("ck_contest_entry_taken_is_refused")
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_contest_entry_contest_id_contest")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_contest_entry_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_entry")),
        sa.UniqueConstraint(
            "contest_id", "member_id", "key", name=op.f("uq_contest_entry_contest_id_member_id_key")
        ),
    )
    with op.batch_alter_table("contest_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_contest_entry_key", ["contest_id", "key", "submitted_at", "id"], unique=False
        )
        batch_op.create_index("ix_contest_entry_member", ["member_id", "submitted_at", "id"], unique=False)
        batch_op.create_index("ix_contest_entry_newest", ["contest_id", "submitted_at", "id"], unique=False)
        batch_op.create_index("ix_contest_entry_sound", ["contest_id", "sound"], unique=False)


def _make_contest_ballot() -> None:
    op.create_table(
        "contest_ballot",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("contest_id", sa.String(length=26), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("cast_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_contest_ballot_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_ballot")),
        sa.UniqueConstraint("contest_id", "voter", name=op.f("uq_contest_ballot_contest_id_voter")),
        sa.UniqueConstraint("receipt", name=op.f("uq_contest_ballot_receipt")),
        sqlite_with_rowid=False,
    )


def _make_contest_vote() -> None:
    op.create_table(
        "contest_vote",
        sa.Column("ballot_id", sa.String(length=26), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.CheckConstraint("slot BETWEEN 1 AND 9", name=op.f("ck_contest_vote_slot")),
        sa.ForeignKeyConstraint(
            ["ballot_id"],
            ["contest_ballot.id"],
            name=op.f("fk_contest_vote_ballot_id_contest_ballot"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["contest_entry.id"], name=op.f("fk_contest_vote_entry_id_contest_entry")
        ),
        sa.PrimaryKeyConstraint("ballot_id", "slot", name=op.f("pk_contest_vote")),
        sa.UniqueConstraint("ballot_id", "entry_id", name=op.f("uq_contest_vote_ballot_id_entry_id")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("contest_vote", schema=None) as batch_op:
        batch_op.create_index("ix_contest_vote_entry", ["entry_id"], unique=False)


def _make_contest_tally() -> None:
    op.create_table(
        "contest_tally",
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("contest_id", sa.String(length=26), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint("votes >= 0", name=op.f("ck_contest_tally_votes")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_contest_tally_contest_id_contest")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["contest_entry.id"], name=op.f("fk_contest_tally_entry_id_contest_entry")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_contest_tally")),
        sa.UniqueConstraint("contest_id", "place", name=op.f("uq_contest_tally_contest_id_place")),
    )
