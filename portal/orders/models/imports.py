"""A file of orders on its way in, and its rows until they are orders."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Moment, OptionalMoment, OptionalRef, Str64, Str255, enum_type

UNDER_WAY = "state IN ('reading', 'looking', 'applying')"


class ImportState(StrEnum):
    """reading (rows are taken down) → looking (orders are compared) → checked → applying → done.

    ``failed``: the file as a whole cannot be used (``trouble`` says why). ``dropped``: staff decided against it.
    """

    READING = "reading"
    LOOKING = "looking"
    CHECKED = "checked"
    APPLYING = "applying"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


class OrderImport(Base):
    """One file. ``reached`` is the last order number that is done in the present step, so that a step goes on where
    its worker was killed; ``due_at`` is when somebody else may take it up. Counts are of orders, ``rows`` and
    ``wrong_rows`` of rows. ``trouble`` is [code, {values}].
    """

    __tablename__ = "order_import"
    __table_args__ = (
        sa.Index("ix_order_import_newest", "created_at", "id"),
        sa.Index(
            "ix_order_import_due",
            "due_at",
            sqlite_where=sa.text(UNDER_WAY),
            postgresql_where=sa.text(UNDER_WAY),
        ),
        sa.CheckConstraint("rows >= 0 AND wrong_rows >= 0", name="rows_counted"),
    )

    id: Mapped[Id]
    mapping: Mapped[Str64]
    file_name: Mapped[Str255]
    byte_size: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    state: Mapped[ImportState] = mapped_column(enum_type(ImportState), default=ImportState.READING)
    by_id: Mapped[OptionalRef]
    rows: Mapped[int] = mapped_column(sa.Integer, default=0)
    wrong_rows: Mapped[int] = mapped_column(sa.Integer, default=0)
    orders: Mapped[int] = mapped_column(sa.Integer, default=0)
    new: Mapped[int] = mapped_column(sa.Integer, default=0)
    changed: Mapped[int] = mapped_column(sa.Integer, default=0)
    unchanged: Mapped[int] = mapped_column(sa.Integer, default=0)
    refused: Mapped[int] = mapped_column(sa.Integer, default=0)
    applied: Mapped[int] = mapped_column(sa.Integer, default=0)
    reached: Mapped[Str64] = mapped_column(sa.String(64), default="")
    step: Mapped[int] = mapped_column(sa.Integer, default=0)
    trouble: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]
    finished_at: Mapped[OptionalMoment]


class OrderImportRow(Base):
    """One row of a file, taken down: what it says (``facts``), or what is wrong with it (``errors``, [code, values]).

    ``line`` is the line of the file on which the row begins. Rows go when their import is done.
    """

    __tablename__ = "order_import_row"
    __table_args__ = (
        sa.Index("ix_order_import_row_order", "import_id", "order_no", "line"),
        sa.Index(
            "ix_order_import_row_wrong",
            "import_id",
            "line",
            sqlite_where=sa.text("wrong"),
            postgresql_where=sa.text("wrong"),
        ),
    )

    import_id: Mapped[str] = mapped_column(sa.ForeignKey("order_import.id"), primary_key=True)
    line: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    order_no: Mapped[Str64]
    wrong: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    errors: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
