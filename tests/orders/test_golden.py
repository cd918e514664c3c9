"""The golden example of the figures: imported as a file, it gives the right people, nets and ranks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.orders import proofs, queries
from portal.orders.models import Customer, Order, OrderRefund
from tests.make import Make
from tests.orders import files

pytestmark = pytest.mark.usefixtures("app")

A = "+8613800000001"

GOLDEN = [
    files.row("G01", phone="13800000001", email="a@example.com", ordered_at="2025-11-05", unit_price="100"),
    files.row("G02", phone="138 0000 0001", ordered_at="2026-02-01 12:00", unit_price="200"),
    files.row("G03", phone="+86 138-0000-0001", ordered_at="2026/3/1 9:30", unit_price="100"),
    files.row("G04", email="A@Example.com", ordered_at="2026-08-01", unit_price="60"),
    files.row("G05", phone="13800000002", ordered_at="2026-01-10", unit_price="150"),
    files.row(
        "G06",
        phone="13800000002",
        ordered_at="2026-06-01",
        unit_price="250",
        refund_id="R1",
        refund_amount="50",
        refunded_at="2026-06-09",
    ),
    files.row(
        "G07",
        phone="13800000003",
        ordered_at="2026-04-01",
        unit_price="300",
        refund_id="R2",
        refund_amount="300.00",
        refunded_at="2026-04-05",
    ),
    files.row("G08", phone="13800000003", ordered_at="2026-05-01", unit_price="120"),
    files.row("G09", phone="13800000004", ordered_at="2026-07-01", unit_price="80"),
    files.row("G10", ordered_at="2026-09-01", unit_price="40"),
    files.row("G11", phone="13800000005", ordered_at="2026-12-31T16:30:00Z", unit_price="90"),
]
YEAR = (datetime(2025, 12, 31, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _as_of() -> Iterator[None]:
    """The figures of 2026 are looked at when it is over."""
    with clock.travel(YEAR[1] + clock.days(1)):
        yield


def test_golden_example(make: Make, tmp_path: Path) -> None:
    member = make.member(phone=A, phone_verified_at=datetime(2026, 1, 1, tzinfo=UTC))
    held = files.bring_in(files.put(tmp_path, GOLDEN))
    assert (held.rows, held.orders, held.new, held.refused) == (11, 11, 11, 0)

    orders = {order.order_no: order for order in db.session.scalars(sa.select(Order))}
    assert {number: order.net for number, order in orders.items()} == {
        "G01": 10000, "G02": 20000, "G03": 10000, "G04": 6000, "G05": 15000, "G06": 20000,
        "G07": 0, "G08": 12000, "G09": 8000, "G10": 4000, "G11": 9000,
    }  # fmt: skip
    assert [number for number, order in orders.items() if not order.qualified] == ["G07"]
    numbers = {order.id: number for number, order in orders.items()}
    ranked = db.session.execute(queries.ranked_orders()).all()
    people = defaultdict(set)
    for row in ranked:
        people[row.person_id].add(numbers[row.id])
    assert sorted(map(sorted, people.values())) == [
        ["G01", "G02", "G03", "G04"], ["G05", "G06"], ["G08"], ["G09"], ["G10"], ["G11"],
    ]  # fmt: skip
    assert orders["G07"].customer_id == orders["G08"].customer_id
    assert orders["G10"].customer_id is None
    # the member proved the number, not the address beside it: the figures know G04 is theirs, their pages do not
    assert db.session.get_one(Customer, orders["G01"].customer_id).member_id == member.id
    assert db.session.get_one(Customer, orders["G04"].customer_id).member_id is None

    assert {numbers[row.id]: row.rank for row in ranked} == {
        "G01": 1, "G02": 2, "G03": 3, "G04": 4, "G05": 1, "G06": 2, "G08": 1, "G09": 1, "G10": None, "G11": 1,
    }  # fmt: skip
    assert [order.order_no for order in queries.purchases_of(orders["G02"].customer_id or "")] == [
        "G01", "G02", "G03", "G04",
    ]  # fmt: skip
    _check_figures(ranked)
    assert [list(proof.differences()) for proof in proofs.PROOFS] == [[]] * 4


def _check_figures(ranked: Any) -> None:
    """The year 2026 in Shanghai, as the text says it."""
    year = [row for row in ranked if YEAR[0] <= row.ordered_at < YEAR[1]]
    net = sum(row.net for row in year)
    again = sum(row.net for row in year if (row.rank or 0) >= 2)
    unknown = sum(row.net for row in year if row.rank is None)
    assert (net, len(year), again, unknown) == (95000, 8, 56000, 4000)
    assert round(again / net * 100, 2) == 58.95


def test_refunds_that_came_later_had_not_happened_yet(tmp_path: Path) -> None:
    files.bring_in(files.put(tmp_path, GOLDEN))
    early = db.session.execute(queries.ranked_orders(datetime(2026, 4, 3, tzinfo=UTC))).all()
    assert max(row.net for row in early) == 30000
    assert len(early) == 5
    late = db.session.execute(queries.ranked_orders(datetime(2027, 1, 1, 16, tzinfo=UTC))).all()
    now = db.session.execute(queries.ranked_orders()).all()
    assert sorted(late) == sorted(now)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OrderRefund)) == 2


def test_the_same_file_again_changes_nothing(make: Make, tmp_path: Path) -> None:
    path = files.put(tmp_path, GOLDEN)
    files.bring_in(path)
    before = sorted(
        db.session.execute(sa.select(Order.order_no, Order.customer_id, Order.changed_at)).all(), key=str
    )
    held = files.bring_in(path)
    assert (held.new, held.changed, held.unchanged) == (0, 0, 11)
    after = sorted(
        db.session.execute(sa.select(Order.order_no, Order.customer_id, Order.changed_at)).all(), key=str
    )
    assert before == after
