"""Payments: money that members give and get back, notifications that work once, and the providers' books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS payment_notice_refuses_update BEFORE UPDATE ON payment_notice BEGIN SELECT RAISE(ABORT, 'payment_notice is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS payment_notice_refuses_delete BEFORE DELETE ON payment_notice BEGIN SELECT RAISE(ABORT, 'payment_notice is append-only'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION payment_notice_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'payment_notice is append-only'; END $$",
    "CREATE TRIGGER payment_notice_refuses_change BEFORE UPDATE OR DELETE ON payment_notice FOR EACH ROW EXECUTE FUNCTION payment_notice_refuses_change()",
)


def upgrade() -> None:
    _make_tables()
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)


def _make_tables() -> None:
    op.create_table(
        "payment_difference",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "unknown",
                "missing",
                "amount",
                name="differencekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ref", sa.String(length=120), nullable=False),
        sa.Column("payment_id", sa.String(length=26), nullable=True),
        sa.Column("refund", sa.Boolean(), nullable=False),
        sa.Column("theirs", sa.BigInteger(), nullable=False),
        sa.Column("ours", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.String(length=26), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (note IS NULL)", name=op.f("ck_payment_difference_closed_with_note")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_difference")),
        sa.UniqueConstraint(
            "provider", "day", "kind", "ref", name=op.f("uq_payment_difference_provider_day_kind_ref")
        ),
    )
    op.create_index(
        "ix_payment_difference_open", "payment_difference", ["closed_at", "found_at", "id"], unique=False
    )
    op.create_table(
        "payment_notice",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("payment_id", sa.String(length=26), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_notice")),
        sa.UniqueConstraint("provider", "event_id", name=op.f("uq_payment_notice_provider_event_id")),
    )
    op.create_index("ix_payment_notice_payment", "payment_notice", ["payment_id"], unique=False)
    op.create_table(
        "payment_reconciliation",
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "day", name=op.f("pk_payment_reconciliation")),
    )
    op.create_table(
        "receipt_book",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_receipt_book")),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("purpose_kind", sa.String(length=64), nullable=False),
        sa.Column("purpose_id", sa.String(length=26), nullable=False),
        sa.Column("payer_id", sa.String(length=26), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "created",
                "open",
                "paid",
                "failed",
                "expired",
                "cancelled",
                "wrong",
                name="paymentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.Column("return_path", sa.String(length=255), nullable=False),
        sa.Column("provider_ref", sa.String(length=128), nullable=True),
        sa.Column("checkout", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("received_currency", sa.String(length=3), nullable=True),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("receipt_no", sa.String(length=20), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('paid', 'wrong')) = (received > 0)", name=op.f("ck_payment_received_when_money_came")
        ),
        sa.CheckConstraint(
            "state <> 'paid' OR (received = amount AND received_currency = currency AND paid_at IS NOT NULL AND receipt_no IS NOT NULL)",
            name=op.f("ck_payment_paid_is_exact"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount_positive")),
        sa.CheckConstraint(
            "refunded >= 0 AND refunded <= received", name=op.f("ck_payment_refunded_within_received")
        ),
        sa.ForeignKeyConstraint(["payer_id"], ["member.id"], name=op.f("fk_payment_payer_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("provider", "provider_ref", name=op.f("uq_payment_provider_provider_ref")),
        sa.UniqueConstraint("receipt_no", name=op.f("uq_payment_receipt_no")),
    )
    op.create_index(
        "ix_payment_ask",
        "payment",
        ["next_ask_at"],
        unique=False,
        sqlite_where=sa.text("next_ask_at IS NOT NULL"),
        postgresql_where=sa.text("next_ask_at IS NOT NULL"),
    )
    op.create_index("ix_payment_newest", "payment", ["created_at", "id"], unique=False)
    op.create_index("ix_payment_payer", "payment", ["payer_id", "created_at", "id"], unique=False)
    op.create_index("ix_payment_purpose", "payment", ["purpose_kind", "purpose_id"], unique=False)
    op.create_index("ix_payment_state", "payment", ["state", "created_at", "id"], unique=False)
    op.create_index(
        "uq_payment_running",
        "payment",
        ["purpose_kind", "purpose_id", "payer_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('created', 'open')"),
        postgresql_where=sa.text("state IN ('created', 'open')"),
    )
    op.create_table(
        "invoice_request",
        sa.Column("payment_id", sa.String(length=26), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("tax_no", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(issued_at IS NULL) = (number IS NULL)", name=op.f("ck_invoice_request_issued_with_number")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_invoice_request_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_invoice_request")),
    )
    op.create_index(
        "ix_invoice_request_waiting", "invoice_request", ["issued_at", "payment_id"], unique=False
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("payment_id", sa.String(length=26), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "sent",
                "done",
                "failed",
                name="refundstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("provider_ref", sa.String(length=128), nullable=True),
        sa.Column("problem", sa.String(length=255), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_refund_done_when")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refund_amount_positive")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    op.create_index(
        "ix_refund_due",
        "refund",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_refund_payment", "refund", ["payment_id", "asked_at"], unique=False)
