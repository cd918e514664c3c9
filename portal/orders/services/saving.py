"""Puts orders down as their shop tells them: new ones, and what is different about those that are here.

A file may tell only part of an order: a line or refund that it does not name stays, and an empty cell says nothing. An
order keeps the earliest time that was told of it, so that an edit does not make it younger. So the same told twice
changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, new_id
from portal.orders.models import Order, OrderKind, OrderLine, OrderRefund, OrderStatus
from portal.orders.rules import counts
from portal.orders.services.door import hold_door
from portal.orders.services.known import Buyer, Known
from portal.orders.services.telling import NOTHING, Moves, Standing


class Line(NamedTuple):
    """Amounts in minor units; ``discount`` is of the whole line."""

    sku: str
    product: str
    category: str
    qty: int
    unit_price: int
    discount: int

    @property
    def total(self) -> int:
        return self.qty * self.unit_price - self.discount


class Refund(NamedTuple):
    amount: int
    refunded_at: datetime


@dataclass(frozen=True)
class Told:
    """An order as its shop tells it; lines by their number, refunds by theirs. Contacts are in their normal form."""

    order_no: str
    ordered_at: datetime
    kind: OrderKind
    status: OrderStatus
    currency: str
    email: str = ""
    phone: str = ""
    name: str = ""
    channel: str = ""
    dealer: str = ""
    delivered_at: datetime | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)

    @property
    def gross(self) -> int:
        return sum(line.total for line in self.lines.values())

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds.values())

    @property
    def buyer(self) -> Buyer:
        return Buyer(self.phone, self.email, self.name, self.ordered_at)


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Result(NamedTuple):
    """What becomes of one order; ``trouble`` says why it was refused: a code and its values."""

    outcome: Outcome
    trouble: tuple[str, dict[str, Any]] | None = None


#: a file need not name these each time: empty means as before
_SILENT = ("email", "phone", "name", "channel", "dealer", "delivered_at")
_HEAD = ("ordered_at", "kind", "status", "currency", *_SILENT)


@dataclass
class _Plan:
    told: Told
    order: Order | None
    before: Told | None
    result: Result


def compare_orders(source: str, told: Sequence[Told]) -> dict[str, Result]:
    """What :func:`save_orders` would make of these orders. Writes nothing."""
    plans, _known = _plan(source, told)
    return {plan.told.order_no: plan.result for plan in plans}


def save_orders(source: str, told: Sequence[Told], *, import_id: str | None = None) -> dict[str, Result]:
    """Write what is new or different about these orders, find whose they are, and tell those above.

    A few queries for any number of orders, each order number once. Refuses an order that would have got back more
    than it cost, or changes its currency.
    """
    hold_door()
    plans, known = _plan(source, told)
    writing = [plan for plan in plans if plan.result.outcome in (Outcome.NEW, Outcome.CHANGED)]
    for plan in writing:
        if not _is_settled(plan.order):
            known.customer_for(plan.told.buyer)
    known.flush()
    moves = Moves()
    for plan in writing:
        before = _standing(plan.order, known)
        order = _write_head(plan, known, source, import_id)
        redated = plan.before is not None and plan.before.ordered_at != order.ordered_at
        moves.note(order.id, before, _standing(order, known), redated=redated)
    db.session.flush()
    for plan in writing:
        _write_rows(plan)
    db.session.flush()
    moves.tell()
    return {plan.told.order_no: plan.result for plan in plans}


# ------------------------------------------------------------------ comparing


def _plan(source: str, told: Sequence[Told]) -> tuple[list[_Plan], Known]:
    held = _held(source, [one.order_no for one in told])
    buyers = [one.buyer for one in told] + [before.buyer for _order, before in held.values()]
    known = Known(buyers, {order.customer_id for order, _before in held.values() if order.customer_id})
    plans = []
    for one in told:
        order, before = held.get(one.order_no, (None, None))
        buyer = known.remembered(one.buyer)
        one = replace(one, phone=buyer.phone, email=buyer.email, name=buyer.name)
        plans.append(_compare(_combined(one, before), order, before))
    return plans, known


def _combined(told: Told, before: Told | None) -> Told:
    if before is None:
        return replace(told, refunds=_that_happened(told.refunds))
    silent = {name: getattr(told, name) or getattr(before, name) for name in _SILENT}
    first = min(told.ordered_at, before.ordered_at)
    lines, refunds = before.lines | told.lines, _that_happened(before.refunds | told.refunds)
    return replace(told, **silent, ordered_at=first, lines=lines, refunds=refunds)


def _that_happened(refunds: dict[str, Refund]) -> dict[str, Refund]:
    """Without those of nothing, which the shop took back."""
    return {number: refund for number, refund in refunds.items() if refund.amount}


def _compare(told: Told, order: Order | None, before: Told | None) -> _Plan:
    trouble = _trouble(told, before)
    if trouble is not None:
        return _Plan(told, order, before, Result(Outcome.REFUSED, trouble))
    outcome = Outcome.NEW if before is None else Outcome.UNCHANGED if told == before else Outcome.CHANGED
    return _Plan(told, order, before, Result(outcome))


def _trouble(told: Told, before: Told | None) -> tuple[str, dict[str, Any]] | None:
    if before is not None and before.currency != told.currency:
        return "currency_changed", {"value": told.currency, "other": before.currency}
    if told.refunded > told.gross:
        return "too_much_back", {}
    return None


def _held(source: str, numbers: Iterable[str]) -> dict[str, tuple[Order, Told]]:
    """The orders that are here, and what was told of them so far."""
    orders = db.session.scalars(
        sa.select(Order).where(Order.source == source, Order.order_no.in_(list(numbers)))
    ).all()
    ids = [order.id for order in orders]
    lines: dict[str, dict[str, Line]] = {order_id: {} for order_id in ids}
    refunds: dict[str, dict[str, Refund]] = {order_id: {} for order_id in ids}
    for line in db.session.execute(
        sa.select(
            OrderLine.order_id, OrderLine.line_no, *(getattr(OrderLine, name) for name in Line._fields)
        ).where(OrderLine.order_id.in_(ids))
    ):
        lines[line.order_id][line.line_no] = Line(*line[2:])
    for row in db.session.execute(
        sa.select(
            OrderRefund.order_id, OrderRefund.refund_id, OrderRefund.amount, OrderRefund.refunded_at
        ).where(OrderRefund.order_id.in_(ids))
    ):
        refunds[row.order_id][row.refund_id] = Refund(row.amount, row.refunded_at)
    return {
        order.order_no: (
            order,
            Told(
                order_no=order.order_no,
                lines=lines[order.id],
                refunds=refunds[order.id],
                **{name: getattr(order, name) for name in _HEAD},
            ),
        )
        for order in orders
    }


# ------------------------------------------------------------------ writing


def _is_settled(order: Order | None) -> bool:
    """Whose it is was said otherwise than by its contacts: a claim, staff, or a person who was erased."""
    return order is not None and order.customer_id is not None and order.contact_id is None


def _standing(order: Order | None, known: Known) -> Standing:
    return NOTHING if order is None else Standing(known.member_of(order.customer_id), order.qualified)


def _write_head(plan: _Plan, known: Known, source: str, import_id: str | None) -> Order:
    told, now = plan.told, clock.now()
    order, settled = plan.order, _is_settled(plan.order)
    if order is None:
        order = plan.order = Order(id=new_id(), source=source, order_no=told.order_no, created_at=now)
        db.session.add(order)
    for name in _HEAD:
        setattr(order, name, getattr(told, name))
    order.gross, order.refunded = told.gross, told.refunded
    order.net = order.gross - order.refunded
    order.qualified = counts(order.kind, order.status, order.net)
    order.changed_at, order.import_id = now, import_id or order.import_id
    if not settled:
        whose = known.customer_for(told.buyer)
        order.customer_id, order.contact_id = whose.customer_id, whose.contact_id
    return order


def _write_rows(plan: _Plan) -> None:
    """Lines and refunds that are new or different, and not those refunds that were taken back."""
    assert plan.order is not None
    before, order_id = plan.before, plan.order.id
    had_lines, had_refunds = (before.lines, before.refunds) if before else ({}, {})
    for number, line in plan.told.lines.items():
        if had_lines.get(number) != line:
            values = line._asdict() | {"total": line.total}
            _put(OrderLine, {"order_id": order_id, "line_no": number}, values, number in had_lines)
    for number in had_refunds.keys() - plan.told.refunds.keys():
        db.session.delete(db.session.get_one(OrderRefund, (order_id, number)))
    for number, refund in plan.told.refunds.items():
        if had_refunds.get(number) != refund:
            _put(
                OrderRefund,
                {"order_id": order_id, "refund_id": number},
                refund._asdict(),
                number in had_refunds,
            )


def _put(model: Any, key: dict[str, str], values: dict[str, Any], exists: bool) -> None:
    if exists:
        row = db.session.get_one(model, tuple(key.values()))
        for name, value in values.items():
            setattr(row, name, value)
    else:
        db.session.add(model(**key, **values))
