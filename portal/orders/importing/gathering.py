"""Rows that belong together become an order, or are found to contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from portal.orders.importing.facts import RowFacts
from portal.orders.importing.wrong import Wrong, wrong
from portal.orders.models import OrderKind, OrderStatus
from portal.orders.services.saving import Line, Refund, Told

#: what every row of an order must agree on; an empty cell agrees with everything
_HEAD = ("ordered_at", "kind", "status", "currency", "phone", "email", "name", "channel", "dealer")


class Gathered(NamedTuple):
    """An order made of its rows; ``errors`` by the line of the row that is wrong. Without errors ``told`` holds."""

    told: Told
    errors: dict[int, list[Wrong]]


def gather(rows: Sequence[tuple[int, RowFacts]]) -> Gathered:
    """The rows of one order in the order of the file (at least one). The same row twice is one."""
    errors: dict[int, list[Wrong]] = {}
    head = _head(rows, errors)
    lines, refunds = _lines(rows, errors), _refunds(rows, errors)
    delivered = max((facts["delivered_at"] for _line, facts in rows), default="")
    return Gathered(
        Told(
            order_no=rows[0][1]["order_no"],
            ordered_at=datetime.fromisoformat(head.pop("ordered_at")),
            kind=OrderKind(head.pop("kind")),
            status=OrderStatus(head.pop("status")),
            delivered_at=datetime.fromisoformat(delivered) if delivered else None,
            lines=lines,
            refunds=refunds,
            **head,
        ),
        errors,
    )


def _head(rows: Sequence[tuple[int, RowFacts]], errors: dict[int, list[Wrong]]) -> dict[str, Any]:
    head: dict[str, Any] = dict.fromkeys(_HEAD, "")
    said_on: dict[str, int] = {}
    for line, facts in rows:
        for column in _HEAD:
            value: str = facts[column]  # type: ignore[literal-required]
            if not value or value == head[column]:
                continue
            if head[column]:
                other, where = head[column], said_on[column]
                _note(
                    errors, line, wrong("other_header", column=column, value=value, other=other, line=where)
                )
            else:
                head[column], said_on[column] = value, line
    return head


def _lines(rows: Sequence[tuple[int, RowFacts]], errors: dict[int, list[Wrong]]) -> dict[str, Line]:
    """A line may stand on several rows (each with a refund of its own), but says the same each time."""
    found: dict[str, tuple[int, Line]] = {}
    for row, facts in rows:
        told = facts["line"]
        number = told["line_no"]
        line = Line(**{name: told[name] for name in Line._fields})  # type: ignore[literal-required]
        first, other = found.setdefault(number, (row, line))
        if other != line:
            _note(errors, row, wrong("other_line", number=number, line=first))
    return {number: line for number, (_row, line) in found.items()}


def _refunds(rows: Sequence[tuple[int, RowFacts]], errors: dict[int, list[Wrong]]) -> dict[str, Refund]:
    found: dict[str, tuple[int, Refund]] = {}
    for row, facts in rows:
        told = facts.get("refund")
        if told is None:
            continue
        number = told["refund_id"]
        refund = Refund(told["amount"], datetime.fromisoformat(told["refunded_at"]))
        first, other = found.setdefault(number, (row, refund))
        if other != refund:
            _note(errors, row, wrong("other_refund", number=number, line=first))
    return {number: refund for number, (_row, refund) in found.items()}


def _note(errors: dict[int, list[Wrong]], line: int, trouble: Wrong) -> None:
    errors.setdefault(line, []).append(trouble)
