"""The calendar of rituals: which days are greeted and what is given on them; greetings remember what they gave."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from ulid import ULID

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

#: a member's own days: each has its row from the beginning
OWN = ("birthday", "joining_day", "product_day")
CHUNK = 1000


def upgrade() -> None:
    _make_rituals()
    before = _rows(
        "SELECT g.member_id, g.kind AS ritual_id, g.year AS turn, g.at, m.joined_at"
        " FROM ritual_greeting AS g JOIN member AS m ON m.id = g.member_id"
    )
    op.drop_table("ritual_greeting")
    _fill(_make_greetings(), [_remembering(row) for row in before])
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.create_index("ix_sales_order_delivered", ["delivered_at", "ordered_at"], unique=False)
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(
            "ix_member_birthday",
            ["birth_month", "birth_day"],
            unique=False,
            sqlite_where=sa.text("birth_month IS NOT NULL"),
            postgresql_where=sa.text("birth_month IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index("ix_member_birthday")
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.drop_index("ix_sales_order_delivered")
    kept = _rows(
        "SELECT member_id, ritual_id AS kind, turn AS year, at FROM ritual_greeting"
        " WHERE ritual_id = 'joining_day'"
    )
    op.drop_table("ritual_greeting")
    op.drop_table("ritual")
    table = op.create_table(
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
    _fill(table, kept)


def _make_rituals() -> None:
    table = op.create_table(
        "ritual",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "birthday",
                "joining_day",
                "product_day",
                "holiday",
                name="ritualkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "comes",
            sa.Enum(
                "solar", "lunar", "once", name="comes", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("words_zh", sa.Text(), nullable=False),
        sa.Column("words_en", sa.Text(), nullable=False),
        sa.Column("tier_id", sa.String(length=26), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.String(length=26), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'holiday') = (comes IS NOT NULL)", name=op.f("ck_ritual_holidays_come")),
        sa.CheckConstraint(
            "(kind = 'holiday') = (month IS NOT NULL)", name=op.f("ck_ritual_holidays_have_month")
        ),
        sa.CheckConstraint("(month IS NULL) = (day IS NULL)", name=op.f("ck_ritual_day_whole")),
        sa.CheckConstraint(
            "month BETWEEN 1 AND 12 AND day BETWEEN 1 AND 31", name=op.f("ck_ritual_day_exists")
        ),
        sa.CheckConstraint(
            "(year IS NOT NULL) = (comes IS NOT NULL AND comes = 'once')",
            name=op.f("ck_ritual_once_has_year"),
        ),
        sa.CheckConstraint(
            "points >= 0 AND (points = 0 OR pool_id IS NULL)", name=op.f("ck_ritual_one_gift")
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["coupon_pool.id"], name=op.f("fk_ritual_pool_id_coupon_pool")),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_ritual_tier_id_tier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ritual")),
    )
    with op.batch_alter_table("ritual", schema=None) as batch_op:
        batch_op.create_index("ix_ritual_newest", ["created_at", "id"], unique=False)
    empty = dict.fromkeys(("name_zh", "name_en", "words_zh", "words_en"), "")
    now = datetime.now(UTC)
    rows = [
        {"id": kind, "kind": kind, "points": 0, "active": True, "created_at": now, "version": 1, **empty}
        for kind in OWN
    ]
    op.bulk_insert(table, rows)


def _make_greetings() -> sa.Table:
    table = op.create_table(
        "ritual_greeting",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("ritual_id", sa.String(length=26), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("coupon_id", sa.String(length=26), nullable=True),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_ritual_greeting_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["ritual_id"], ["ritual.id"], name=op.f("fk_ritual_greeting_ritual_id_ritual")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ritual_greeting")),
        sa.UniqueConstraint(
            "ritual_id", "turn", "member_id", name=op.f("uq_ritual_greeting_ritual_id_turn_member_id")
        ),
    )
    with op.batch_alter_table("ritual_greeting", schema=None) as batch_op:
        batch_op.create_index("ix_ritual_greeting_member", ["member_id", "at", "id"], unique=False)
        batch_op.create_index(
            "ix_ritual_greeting_missed",
            ["ritual_id", "at"],
            unique=False,
            sqlite_where=sa.text("missed"),
            postgresql_where=sa.text("missed"),
        )
    return table


def _rows(statement: str) -> list[dict[str, Any]]:
    """Typed, so that both databases give times as times."""
    moments = {"at": sa.DateTime(timezone=True)}
    if "joined_at" in statement:
        moments["joined_at"] = sa.DateTime(timezone=True)
    return [dict(row._mapping) for row in op.get_bind().execute(sa.text(statement).columns(**moments))]


def _remembering(row: dict[str, Any]) -> dict[str, Any]:
    """A greeting of before: how many years it was about, and that nothing was given."""
    years = max(1, row["turn"] - row.pop("joined_at").year)
    given = {"points": 0, "coupon_id": None, "missed": False}
    return row | given | {"id": str(ULID()).lower(), "facts": {"years": years}}


def _fill(table: sa.Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        op.bulk_insert(table, rows[start : start + CHUNK])
