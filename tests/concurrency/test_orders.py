"""Orders come in while people prove who they are, and while workers are killed."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db, transaction
from portal.orders import proofs, services
from portal.orders.importing import steps
from portal.orders.jobs import run_import
from portal.orders.models import Customer, ImportState, Order, OrderImport
from portal.orders.services import saving
from tests.concurrency.crowd import House, Many, at_once
from tests.factories import orders as shop
from tests.make import Make
from tests.orders import files

ORDERS, ROUNDS = 40, 6


def bring(number: str, phone: str, guarded: bool) -> None:
    """An order comes in; it takes a moment between looking and writing."""
    flush = saving.Known.flush

    def slowly(known: saving.Known) -> None:
        time.sleep(0.1)
        flush(known)

    with patch.object(saving.Known, "flush", slowly), transaction():
        if guarded:
            services.save_orders("generic", [shop.told(order_no=number, phone=phone)])
        else:
            with patch.object(saving, "hold_door", lambda: None):
                services.save_orders("generic", [shop.told(order_no=number, phone=phone)])


def prove(member_id: str, phone: str) -> None:
    time.sleep(0.03)
    with transaction():
        values = {"phone": phone, "phone_verified_at": clock.now()}
        db.session.execute(sa.update(Member).where(Member.id == member_id).values(values))
        services.know_member(member_id)


def act(deed: str, *facts: object) -> None:
    {"bring": bring, "prove": prove}[deed](*facts)  # type: ignore[operator]


def lost_orders(house: House, people: Make, *, guarded: bool) -> int:
    """How many orders do not belong to the member who proved their number at the same moment."""
    lost = 0
    for turn in range(ROUNDS):
        member = people.member()
        phone, number = f"+8613{turn}{int(guarded)}{time.time_ns() % 10**7:07}", f"R{time.time_ns()}"
        at_once(house, act, [("bring", number, phone, guarded), ("prove", member.id, phone)])
        db.session.rollback()
        whose = db.session.scalar(
            sa.select(Customer.member_id)
            .join(Order, Order.customer_id == Customer.id)
            .where(Order.order_no == number)
        )
        lost += whose != member.id
    return lost


def test_who_proves_a_number_while_its_order_comes_in_gets_it(house: House, people: Make) -> None:
    assert lost_orders(house, people, guarded=True) == 0
    assert [list(proof.differences()) for proof in proofs.PROOFS] == [[]] * 4


def test_without_the_door_orders_are_lost(house: House, people: Make) -> None:
    """SQLite has one writer at a time, whatever we do."""
    assert (lost_orders(house, people, guarded=False) > 0) == (house.kind == "postgresql")


# ------------------------------------------------------------------ killed


def apply_slowly(import_id: str) -> None:
    """Small steps with pauses, so that there is a middle to be killed in."""
    step = steps.apply_on

    def slowly(held: OrderImport) -> bool:
        more = step(held)
        time.sleep(0.05)
        return more

    with patch.object(steps, "ORDERS", 2), patch.object(steps, "apply_on", slowly):
        run_import(import_id)


def test_a_killed_import_goes_on_where_it_was(house: House, tmp_path: Path) -> None:
    first = time.time_ns()
    held = files.check(
        files.put(tmp_path, [files.row(f"K{first}-{n}", phone="13800000009") for n in range(ORDERS)])
    )
    import_id = held.id
    with transaction():
        steps.confirm(steps.get(import_id), by=None)
    workers = Many(house, apply_slowly, [(import_id,)])
    while (done := _applied(import_id)) < ORDERS // 4:
        time.sleep(0.02)
    workers.kill()
    assert 0 < done < ORDERS
    assert _written(first) == _applied(import_id)
    with transaction():
        due = sa.update(OrderImport).where(OrderImport.id == import_id)
        db.session.execute(due.values(due_at=clock.now() - timedelta(seconds=1)))
    at_once(house, apply_slowly, [(import_id,)] * 3)
    db.session.rollback()
    held = steps.get(import_id)
    assert (held.state, held.applied, _written(first)) == (ImportState.DONE, ORDERS, ORDERS)
    assert [list(proof.differences()) for proof in proofs.PROOFS] == [[]] * 4


def _applied(import_id: str) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(OrderImport.applied).where(OrderImport.id == import_id)) or 0


def _written(first: int) -> int:
    db.session.rollback()
    mine = sa.select(sa.func.count()).where(Order.order_no.startswith(f"K{first}-"))
    return db.session.scalar(mine) or 0
