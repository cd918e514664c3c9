"""Orders: what was bought, by whom, the files it comes from; stories say whose author bought what they are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS customer_merge_refuses_update BEFORE UPDATE ON customer_merge BEGIN SELECT RAISE(ABORT, 'customer_merge is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS customer_merge_refuses_delete BEFORE DELETE ON customer_merge BEGIN SELECT RAISE(ABORT, 'customer_merge is append-only'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION customer_merge_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'customer_merge is append-only'; END $$",
    "CREATE TRIGGER customer_merge_refuses_change BEFORE UPDATE OR DELETE ON customer_merge FOR EACH ROW EXECUTE FUNCTION customer_merge_refuses_change()",
)


def upgrade() -> None:
    _make_tables()
    with op.batch_alter_table("story") as table:
        table.add_column(sa.Column("owns_it", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("story") as table:
        table.alter_column("owns_it", server_default=None)
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)


def _make_tables() -> None:
    op.create_table(
        "customer_door",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_customer_door_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_door")),
    )
    op.create_table(
        "customer_merge",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("from_id", sa.String(length=26), nullable=False),
        sa.Column("into_id", sa.String(length=26), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "contact", "staff", name="mergereason", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merge")),
    )
    with op.batch_alter_table("customer_merge", schema=None) as batch_op:
        batch_op.create_index("ix_customer_merge_from", ["from_id"], unique=False)
        batch_op.create_index("ix_customer_merge_into", ["into_id", "at"], unique=False)

    op.create_table(
        "forgotten_contact",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_forgotten_contact")),
    )
    op.create_table(
        "order_import",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("mapping", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reading",
                "looking",
                "checked",
                "applying",
                "done",
                "failed",
                "dropped",
                name="importstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("by_id", sa.String(length=26), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("wrong_rows", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("reached", sa.String(length=64), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rows >= 0 AND wrong_rows >= 0", name=op.f("ck_order_import_rows_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_import")),
    )
    with op.batch_alter_table("order_import", schema=None) as batch_op:
        batch_op.create_index(
            "ix_order_import_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('reading', 'looking', 'applying')"),
            postgresql_where=sa.text("state IN ('reading', 'looking', 'applying')"),
        )
        batch_op.create_index("ix_order_import_newest", ["created_at", "id"], unique=False)

    op.create_table(
        "customer",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=True),
        sa.Column("merged_into", sa.String(length=26), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("merged_into <> id", name=op.f("ck_customer_not_into_itself")),
        sa.CheckConstraint(
            "merged_into IS NULL OR member_id IS NULL", name=op.f("ck_customer_merged_is_nobody")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_customer_member_id_member")),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["customer.id"], name=op.f("fk_customer_merged_into_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("member_id", name=op.f("uq_customer_member_id")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index("ix_customer_merged_into", ["merged_into"], unique=False)

    op.create_table(
        "order_import_row",
        sa.Column("import_id", sa.String(length=26), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.String(length=64), nullable=False),
        sa.Column("wrong", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["order_import.id"], name=op.f("fk_order_import_row_import_id_order_import")
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_order_import_row")),
    )
    with op.batch_alter_table("order_import_row", schema=None) as batch_op:
        batch_op.create_index("ix_order_import_row_order", ["import_id", "order_no", "line"], unique=False)
        batch_op.create_index(
            "ix_order_import_row_wrong",
            ["import_id", "line"],
            unique=False,
            sqlite_where=sa.text("wrong"),
            postgresql_where=sa.text("wrong"),
        )

    op.create_table(
        "customer_contact",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "phone", "email", name="contactkind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_contact_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_contact")),
        sa.UniqueConstraint("kind", "value", name=op.f("uq_customer_contact_kind_value")),
    )
    with op.batch_alter_table("customer_contact", schema=None) as batch_op:
        batch_op.create_index("ix_customer_contact_customer", ["customer_id"], unique=False)

    op.create_table(
        "product_code",
        sa.Column("sku", sa.String(length=120), nullable=False),
        sa.Column("product_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_code_product_id_product")
        ),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_product_code")),
    )
    with op.batch_alter_table("product_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_code_product_id"), ["product_id"], unique=False)

    op.create_table(
        "sales_order",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("order_no", sa.String(length=64), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "sale",
                "replacement",
                "sample",
                "test",
                "staff",
                name="orderkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "paid",
                "cancelled",
                name="orderstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("qualified", sa.Boolean(), nullable=False),
        sa.Column("customer_id", sa.String(length=26), nullable=True),
        sa.Column("contact_id", sa.String(length=26), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("dealer", sa.String(length=120), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_id", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "qualified = (kind = 'sale' AND status = 'paid' AND net > 0)",
            name=op.f("ck_sales_order_qualified_right"),
        ),
        sa.CheckConstraint(
            "customer_id IS NOT NULL OR contact_id IS NULL", name=op.f("ck_sales_order_known_by_contact")
        ),
        sa.CheckConstraint(
            "gross >= 0 AND refunded >= 0 AND net >= 0", name=op.f("ck_sales_order_not_negative")
        ),
        sa.CheckConstraint("net = gross - refunded", name=op.f("ck_sales_order_net_right")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["customer_contact.id"], name=op.f("fk_sales_order_contact_id_customer_contact")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_sales_order_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order")),
        sa.UniqueConstraint("source", "order_no", name=op.f("uq_sales_order_source_order_no")),
    )
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.create_index("ix_sales_order_contact", ["contact_id"], unique=False)
        batch_op.create_index("ix_sales_order_customer", ["customer_id", "ordered_at", "id"], unique=False)
        batch_op.create_index("ix_sales_order_newest", ["ordered_at", "id"], unique=False)
        batch_op.create_index("ix_sales_order_number", ["order_no"], unique=False)

    op.create_table(
        "order_claim",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("order_no", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=26), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "bound",
                "refused",
                "disputed",
                "granted",
                "declined",
                name="claimstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_order_claim_member_id_member")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_order_claim_order_id_sales_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_claim")),
    )
    with op.batch_alter_table("order_claim", schema=None) as batch_op:
        batch_op.create_index("ix_order_claim_member", ["member_id", "at", "id"], unique=False)
        batch_op.create_index("ix_order_claim_order", ["order_id"], unique=False)
        batch_op.create_index("ix_order_claim_waiting", ["state", "at", "id"], unique=False)
        batch_op.create_index(
            "uq_order_claim_disputed",
            ["member_id", "order_id"],
            unique=True,
            sqlite_where=sa.text("state = 'disputed'"),
            postgresql_where=sa.text("state = 'disputed'"),
        )

    op.create_table(
        "order_line",
        sa.Column("order_id", sa.String(length=26), nullable=False),
        sa.Column("line_no", sa.String(length=64), nullable=False),
        sa.Column("sku", sa.String(length=120), nullable=False),
        sa.Column("product", sa.String(length=255), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("qty", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "qty >= 0 AND unit_price >= 0 AND discount >= 0", name=op.f("ck_order_line_not_negative")
        ),
        sa.CheckConstraint(
            "total = qty * unit_price - discount AND total >= 0", name=op.f("ck_order_line_total_right")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_order_line_order_id_sales_order")
        ),
        sa.PrimaryKeyConstraint("order_id", "line_no", name=op.f("pk_order_line")),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index("ix_order_line_sku", ["sku", "order_id"], unique=False)

    op.create_table(
        "order_refund",
        sa.Column("order_id", sa.String(length=26), nullable=False),
        sa.Column("refund_id", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_order_refund_amount_positive")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_order_refund_order_id_sales_order")
        ),
        sa.PrimaryKeyConstraint("order_id", "refund_id", name=op.f("pk_order_refund")),
    )
    with op.batch_alter_table("order_refund", schema=None) as batch_op:
        batch_op.create_index("ix_order_refund_when", ["refunded_at"], unique=False)
