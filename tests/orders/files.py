"""CSV files of orders for tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal.core.db import db, transaction
from portal.orders.importing import generic, steps
from portal.orders.jobs import run_import
from portal.orders.models import Order, OrderImport, OrderLine, OrderRefund

USUAL = {
    "line_no": "1",
    "kind": "sale",
    "status": "paid",
    "currency": "CNY",
    "sku": "BAG-1",
    "product": "麦浪托特",
    "category": "托特",
    "qty": "1",
    "unit_price": "100.00",
    "ordered_at": "2026-03-01 10:00",
}


def row(order_no: str, **cells: Any) -> dict[str, str]:
    return USUAL | {"order_no": order_no} | {name: str(value) for name, value in cells.items()}


def as_csv(rows: Sequence[dict[str, str]], columns: Sequence[str] = generic.COLUMNS) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def put(folder: Path, rows: Sequence[dict[str, str]], name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_text(as_csv(rows), encoding="utf-8")
    return path


def check(path: Path) -> OrderImport:
    """As far as a file goes by itself."""
    with transaction():
        import_id = steps.begin(path.name, mapping="generic", byte_size=path.stat().st_size, by=None).id
    run_import(import_id, path)
    return steps.get(import_id)


def bring_in(path: Path) -> OrderImport:
    """Checked, confirmed, applied."""
    held = check(path)
    with transaction():
        steps.confirm(steps.get(held.id), by=None)
    run_import(held.id)
    db.session.expire_all()
    return steps.get(held.id)


def what_is_wrong(held: OrderImport) -> dict[int, list[str]]:
    """The codes by line."""
    from portal.orders.queries import wrong_rows

    return {row.line: [code for code, _values in row.errors] for row in wrong_rows(held.id, limit=1000).items}


def everything() -> list[Any]:
    """All that is kept of orders, but for when it was written."""
    return [
        sorted(map(tuple, db.session.execute(sa.select(*columns))), key=str)
        for columns in (
            (
                Order.order_no,
                Order.net,
                Order.qualified,
                Order.customer_id,
                Order.delivered_at,
                Order.changed_at,
            ),
            (OrderLine.order_id, OrderLine.line_no, OrderLine.total),
            (OrderRefund.order_id, OrderRefund.refund_id, OrderRefund.amount),
        )
    ]
