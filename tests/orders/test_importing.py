"""Files of orders: what comes in, and that nothing is lost or doubled on the way."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict
from portal.orders import jobs, proofs
from portal.orders.importing import generic, reading, steps
from portal.orders.models import (
    ImportState,
    Order,
    OrderImport,
    OrderImportRow,
    OrderLine,
)
from tests.orders import files
from tests.orders.files import bring_in, check, everything, put, row, what_is_wrong

pytestmark = pytest.mark.usefixtures("app")


def order(number: str) -> Order:
    return db.session.scalars(sa.select(Order).where(Order.order_no == number)).one()


# ------------------------------------------------------------------ what comes in


def test_an_order_of_many_rows_is_one_order(tmp_path: Path) -> None:
    back = {"refund_amount": "12.34", "refunded_at": "2026-03-09T08:00:00+08:00"}
    bring_in(
        put(
            tmp_path,
            [
                row("A1", line_no=1, qty=2, unit_price="1299.50", discount="99.01", phone="13800000001"),
                row("B1", email="b@example.com"),
                row("A1", line_no=2, sku="CLIP", qty=1, unit_price="80", refund_id="R1", **back),
                row("A1", line_no=2, sku="CLIP", qty=1, unit_price="80", refund_id="R2", **back),
                row("A1", line_no=2, sku="CLIP", qty=1, unit_price="80", refund_id="R1", **back),
            ],
        )
    )
    found = order("A1")
    assert (found.gross, found.refunded, found.net) == (2 * 129950 - 9901 + 8000, 2 * 1234, 255531)
    assert found.ordered_at == datetime(2026, 3, 1, 2, tzinfo=UTC)
    assert found.phone == "+8613800000001"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OrderLine)) == 3


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({}, True),
        ({"status": "pending"}, False),
        ({"status": "cancelled"}, False),
        ({"kind": "replacement", "unit_price": "0"}, False),
        ({"kind": "sample"}, False),
        ({"kind": "test"}, False),
        ({"kind": "staff"}, False),
        ({"unit_price": "0.00"}, False),
        ({"unit_price": "0.01"}, True),
        ({"discount": "100"}, False),
    ],
)
def test_what_counts(tmp_path: Path, facts: dict[str, str], counts: bool) -> None:
    bring_in(put(tmp_path, [row("Q1", **facts)]))
    assert order("Q1").qualified is counts


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        ("CNY", "0.1", 10),
        ("JPY", "1200", 1200),
        ("JPY", "1200.00", 1200),
        ("KWD", "1.234", 1234),
        ("usd", "19.90", 1990),
    ],
)
def test_amounts_are_exact(tmp_path: Path, currency: str, amount: str, minor: int) -> None:
    bring_in(put(tmp_path, [row("M1", currency=currency, unit_price=amount)]))
    assert order("M1").net == minor


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_spreadsheets_write_in_several_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "orders.csv"
    text = files.as_csv([row("E1", name="林小满", product="麦浪托特", phone='="13800000001"')])
    path.write_bytes(text.encode(encoding))
    bring_in(path)
    assert (order("E1").name, order("E1").phone) == ("林小满", "+8613800000001")


# ------------------------------------------------------------------ the same again


def test_what_changed_is_changed_and_the_rest_stays(tmp_path: Path) -> None:
    bring_in(
        put(
            tmp_path,
            [row("C1", phone="13800000001", name="阿木"), row("C1", line_no=2, unit_price="50"), row("C2")],
        )
    )
    held = bring_in(
        put(
            tmp_path,
            [
                row("C1", line_no=2, unit_price="40", delivered_at="2026-03-05", name=""),
                row("C2"),
                row("C3"),
            ],
        )
    )
    assert (held.new, held.changed, held.unchanged, held.refused) == (1, 1, 1, 0)
    changed = order("C1")
    assert (changed.net, changed.name, changed.phone) == (14000, "阿木", "+8613800000001")
    assert changed.delivered_at == datetime(2026, 3, 4, 16, tzinfo=UTC)


def test_a_refund_that_comes_later_is_one_refund(tmp_path: Path) -> None:
    bring_in(put(tmp_path, [row("R1")]))
    later = [row("R1", refund_id="X", refund_amount="30", refunded_at="2026-04-01")]
    bring_in(put(tmp_path, later))
    before = everything()
    held = bring_in(put(tmp_path, later))
    assert held.unchanged == 1
    assert everything() == before
    assert order("R1").net == 7000


def test_a_refund_of_nothing_did_not_happen(tmp_path: Path) -> None:
    back = {"refund_id": "X", "refunded_at": "2026-04-01"}
    bring_in(put(tmp_path, [row("R1", refund_amount="100", **back)]))
    assert not order("R1").qualified
    for changed in (1, 0):
        held = bring_in(put(tmp_path, [row("R1", refund_amount="0", **back)]))
        assert held.changed == changed
        assert (order("R1").net, order("R1").qualified) == (10000, True)
    bring_in(put(tmp_path, [row("R2", refund_amount="0", **back)]))
    assert order("R2").qualified
    assert [list(proof.differences()) for proof in proofs.PROOFS] == [[]] * 4


def test_an_order_keeps_its_first_time_whichever_file_comes_first(tmp_path: Path) -> None:
    for number, days in (("T1", ("2026-03-01", "2026-03-09")), ("T2", ("2026-03-09", "2026-03-01"))):
        for day in days:
            bring_in(put(tmp_path, [row(number, ordered_at=day)]))
        assert order(number).ordered_at == datetime(2026, 2, 28, 16, tzinfo=UTC)


def test_a_number_said_to_be_text_is_the_number(tmp_path: Path) -> None:
    bring_in(put(tmp_path, [row("2612345678901234567")]))
    held = bring_in(put(tmp_path, [row("'2612345678901234567"), row('="2612345678901234567"', line_no=2)]))
    assert (held.orders, held.changed) == (1, 1)
    assert order("2612345678901234567").net == 20000


def test_an_order_without_end_is_refused_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST_ROWS", 3)
    held = bring_in(put(tmp_path, [row("LONG", line_no=number) for number in range(4)] + [row("OK")]))
    assert what_is_wrong(held) == {2: ["too_many_rows"]}
    assert (held.orders, held.new, held.refused) == (2, 1, 1)


def test_a_dry_look_writes_nothing(tmp_path: Path) -> None:
    held = check(put(tmp_path, [row("D1"), row("D2")]))
    assert (held.state, held.new) == (ImportState.CHECKED, 2)
    assert everything() == [[], [], []]
    with transaction():
        steps.drop(held, by=None)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OrderImportRow)) == 0
    with pytest.raises(Conflict), transaction():
        steps.confirm(held, by=None)


# ------------------------------------------------------------------ going on


def test_a_killed_worker_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "ORDERS", 2)
    held = check(put(tmp_path, [row(f"K{number}") for number in range(7)]))
    with transaction():
        steps.confirm(steps.get(held.id), by=None)
    with transaction():
        step = steps.claim(held.id)
    with transaction():
        steps.apply_on(steps.hold(held.id, step, ImportState.APPLYING))
    jobs.run_import(held.id)  # the first still holds it
    assert steps.get(held.id).applied == 2
    with clock.travel(clock.now() + 2 * steps.LEASE):
        jobs.run_import(held.id)
        assert (steps.get(held.id).state, steps.get(held.id).applied) == (ImportState.DONE, 7)
        with pytest.raises(steps.Lost), transaction():
            steps.hold(held.id, step, ImportState.APPLYING)
    assert len(everything()[0]) == 7
    assert [list(proof.differences()) for proof in proofs.PROOFS] == [[]] * 4


def test_a_step_that_breaks_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_all: object, **_named: object) -> None:
        raise OSError("the disk is full")

    path = put(tmp_path, [row("B1")])
    with monkeypatch.context() as patched, pytest.raises(OSError, match="full"):
        patched.setattr(steps, "compare_orders", broken)
        check(path)
    held = db.session.scalars(sa.select(OrderImport)).one()
    with clock.travel(clock.now() + 2 * steps.LEASE):
        jobs.run_import(held.id)
    assert steps.get(held.id).state is ImportState.CHECKED


def test_what_nobody_confirmed_goes_after_a_week(tmp_path: Path) -> None:
    held = check(put(tmp_path, [row("W1"), row("W2", kind="gift")]))
    with clock.travel(clock.now() + clock.days(8)):
        jobs.forget_old_imports()
    assert steps.get(held.id).state is ImportState.DROPPED
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OrderImportRow)) == 0


# ------------------------------------------------------------------ the command


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["orders", "import", *arguments, "--mapping", "generic"])
    db.session.expire_all()
    return result.exit_code, result.output


def test_the_command_says_what_it_did(app: Flask, tmp_path: Path) -> None:
    path = str(put(tmp_path, [row("X1"), row("X2", unit_price="-1")]))
    code, text = run(app, path, "--dry-run")
    assert (code, everything()[0]) == (1, [])
    assert "line 3 (order X2): unit_price is negative: “-1”" in text
    assert "2 rows, 2 orders: 1 new, 0 changed, 0 unchanged, 1 left out." in text
    assert "Nothing was written." in text

    assert run(app, path)[0] == 1
    good = str(put(tmp_path, [row("X1")]))
    code, text = run(app, good)
    assert (code, "Nothing changed" in text) == (0, True)

    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    code, text = run(app, str(bad))
    assert (code, "columns are missing: order_no" in text) == (2, True)
    assert run(app, str(tmp_path / "nowhere.csv"))[0] == 2


def test_a_cell_that_never_ends_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(files.as_csv([row("A")]) + '"' + "x\n" * 100_000, encoding="utf-8")
    table = reading.open_table(path, generic.COLUMNS)
    assert next(table.rows).line == 2
    with pytest.raises(reading.Unreadable):
        next(table.rows)
