"""The opening of a sale, through HTTP and with the production server: 400 members, 2,000 sign-ups, 300 seats.

Three ticket types share one pool (one of them is for two people, one costs money); payments succeed, fail, come twice or
too late, tickets are given back, holds are left to run out, some wait in line. Rate limits are on. Each run is bounded: so
many attempts, then everybody goes home.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from config import ROOT
from portal.core import clock
from portal.core.db import db, is_sqlite, transaction
from portal.core.installation import registry
from portal.core.jobs import run_sweeps
from portal.events.models import (
    LIVE,
    Registration,
    RegistrationState,
    Seats,
    SeatsOf,
    WaitingEntry,
    WaitingState,
)
from portal.events.services import seats
from portal.payments.models import RECEIVED, RUNNING, Payment
from tests import databases
from tests.concurrency import crowd
from tests.concurrency.rush import Sale, Told, answer_offers, take_part
from tests.concurrency.served import Served, wait_for

MEMBERS, ATTEMPTS, SEATS, PROCESSES = 400, 5, 300, 8
NEARLY_ALL = SEATS - 3
#: (most people of this kind, people in a party, price)
KINDS = ((200, 1, 0), (160, 2, 0), (120, 1, 8800))
LONGEST_SECONDS = 100.0


class Rush:
    """A served portal with one event on sale and everybody at the door."""

    def __init__(self, portal: Served, members: int) -> None:
        self.portal = portal
        with portal.indoors() as make:
            event = make.event(capacity=SEATS)
            pool = make.ticket_pool(event, SEATS)
            kinds = [
                make.ticket_type(event, pool, capacity=size, price=price, admits=party, most_people=party)
                for size, party, price in KINDS
            ]
            ids = [(kind.id, kind.admits, kind.price) for kind in kinds]
            self.event_id, self.sale = event.id, Sale(event.slug, tuple(ids))
            people = [make.member() for _one in range(members)]
            self.visitors = {one.id: portal.visitor(one) for one in people}
        #: the most seats that were taken at any moment somebody looked
        self.most = 0
        #: after how many seconds nearly all seats were taken for the first time
        self.full_after = 0.0

    def run(self, attempts: int, *, time_passes: bool = True) -> list[Told]:
        """Everybody at once; meanwhile time runs out for holds that were left."""
        everybody = list(self.visitors.values())
        shares = [
            (everybody[one::PROCESSES], self.sale, attempts, one, LONGEST_SECONDS) for one in range(PROCESSES)
        ]
        crowd_of_them = crowd.Many(None, take_part, shares)
        began = time.monotonic()
        with self.portal.indoors():
            while any(process.is_alive() for process in crowd_of_them.processes) and not _all_said(
                crowd_of_them
            ):
                if time_passes:
                    self._let_time_run_out()
                for _look in range(4):
                    self.most = max(self.most, self.sold())
                    if not self.full_after and self.most >= NEARLY_ALL:
                        self.full_after = time.monotonic() - began
                    time.sleep(0.1)
        return crowd_of_them.answers()

    def settle(self) -> None:
        """The worker's sweeps, until every offer was answered and nothing is owed."""
        for turn in range(40):
            with self.portal.indoors():
                self._let_time_run_out()
                run_sweeps()
                offers = self._offers()
            if not offers and turn:
                return
            answer_offers(self.visitors, offers, self.sale.slug, turn)
        raise AssertionError("offers without end")

    def sold(self) -> int:
        """Seats of the event that are taken now, as its registrations say."""
        held = sa.select(sa.func.coalesce(sa.func.sum(Registration.seats), 0))
        db.session.rollback()
        return db.session.scalar(held.where(Registration.event_id == self.event_id)) or 0

    def _let_time_run_out(self) -> None:
        """For holds without details, as if a quarter of an hour had gone by."""
        forgotten = sa.update(Registration).where(
            Registration.state == RegistrationState.HELD,
            Registration.named_at.is_(None),
            Registration.origin == "direct",
            Registration.held_at < clock.now() - timedelta(seconds=2),
        )
        with transaction():
            seats.hold(self.event_id)
            db.session.execute(forgotten.values(hold_until=clock.now() - timedelta(seconds=1)))

    def _offers(self) -> list[tuple[str, str]]:
        waiting = sa.select(WaitingEntry.member_id, WaitingEntry.registration_id)
        waiting = waiting.where(WaitingEntry.state == WaitingState.OFFERED)
        return [(row.member_id, row.registration_id) for row in db.session.execute(waiting)]


def _all_said(crowd_of_them: crowd.Many) -> bool:
    return all(ear.poll() for ear in crowd_of_them._ears)


@pytest.fixture
def on_sale(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(crowd, "PATIENCE_SECONDS", LONGEST_SECONDS * 1.5)
    with databases.fresh_url(database, tmp_path) as url, contextlib.ExitStack() as stack:

        def begin(*, guarded: bool, members: int = MEMBERS) -> Rush:
            portal = Served(url, tmp_path, DEMO="1")
            rush = Rush(portal, members)
            stack.callback(portal.kill)
            if guarded:
                portal.start()
            else:
                start_unguarded(portal)
            return rush

        yield begin


def start_unguarded(portal: Served) -> None:
    """The production server for the application without its guards, on tables without their checks."""
    with portal.indoors():
        if not is_sqlite():
            with transaction():
                for name in ("never_oversold", "reserve_is_free"):
                    db.session.execute(
                        sa.text(f"ALTER TABLE event_seats DROP CONSTRAINT ck_event_seats_{name}")
                    )
    target = "tests.concurrency.unguarded:app"
    command = [sys.executable, "-m", "portal.core.server", target]

    clean = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    portal.process = subprocess.Popen(command, cwd=ROOT, env=clean | portal.settings)

    wait_for(portal._answers, 60)


def test_nothing_is_sold_twice_and_nothing_is_lost(on_sale: Any, record_property: Any) -> None:
    rush: Rush = on_sale(guarded=True)
    began = time.monotonic()
    told = rush.run(ATTEMPTS)
    seconds = time.monotonic() - began
    print(sum((one.answers for one in told), start=Counter()))
    faults = [fault for one in told for fault in one.faults]
    assert not faults, (faults[:5], rush.portal.log.read_text()[-6000:])
    tried = sum(one.attempts for one in told)
    assert MEMBERS <= tried <= MEMBERS * ATTEMPTS
    assert NEARLY_ALL <= rush.most <= SEATS
    rush.settle()
    with rush.portal.indoors():
        _count_everything(rush, told)
        _lines_kept_their_order()
        _money_is_where_it_belongs()
        assert [
            line
            for feature in registry().features
            for proof in feature.proofs
            for line in proof.differences()
        ] == []
    accepted = sum(count for one in told for what, count in one.answers.items() if what == "hold 303")
    tickets = sum(len(one.tickets) for one in told)
    record_property("seconds_until_full", round(rush.full_after, 1))
    record_property("accepted_per_second", round(accepted / seconds, 1))
    print(
        f"full after {rush.full_after:.1f} s; {tried} tries in {seconds:.1f} s, {accepted} holds, {tickets} tickets"
    )


def test_without_its_guards_the_same_rush_oversells(on_sale: Any) -> None:
    rush: Rush = on_sale(guarded=False, members=200)
    rush.run(3, time_passes=False)  # it would wait for those who hold no seats before they change their rows
    rush.portal.process.send_signal(signal.SIGINT)
    assert rush.most > SEATS


def _count_everything(rush: Rush, told: list[Told]) -> None:
    """Rows agree with each other and with what people were told; no hold has outlived its time."""
    live = list(db.session.scalars(sa.select(Registration).where(Registration.state.in_(LIVE))))
    rows = {row.id: row for row in db.session.scalars(sa.select(Seats))}
    assert all(row.used <= row.capacity for row in rows.values())
    for row in rows.values():
        of = {SeatsOf.EVENT: "event_id", SeatsOf.POOL: "pool_id", SeatsOf.TICKET_TYPE: "ticket_type_id"}[
            row.kind
        ]
        assert row.used == sum(one.seats for one in live if getattr(one, of) == row.id), row.kind
    assert not [one for one in live if one.state is RegistrationState.HELD and not one.holds_at(clock.now())]
    good = {one.id for one in live if one.state is RegistrationState.CONFIRMED}
    promised = {ticket for one in told for ticket in one.tickets}
    given_back = {ticket for one in told for ticket in one.cancelled}
    assert promised - given_back <= good
    assert not given_back & good
    assert rows[rush.event_id].used >= SEATS - 1 or not _waiting()


def _waiting() -> int:
    still = sa.select(sa.func.count()).where(WaitingEntry.state == WaitingState.WAITING)
    return db.session.scalar(still) or 0


def _lines_kept_their_order() -> None:
    """Nobody was offered a seat of a kind before somebody who waited longer for that kind and still waited then."""
    entries = list(db.session.scalars(sa.select(WaitingEntry).order_by(WaitingEntry.turn)))
    for kind in {entry.ticket_type_id for entry in entries}:
        line = [entry for entry in entries if entry.ticket_type_id == kind]
        for first, later in pairwise(line):
            if later.offered_at is not None and first.ended_at is None:
                assert first.offered_at is not None, "passed by"
            if later.offered_at is not None and first.offered_at is not None:
                assert first.offered_at <= later.offered_at


def _money_is_where_it_belongs() -> None:
    """Every payment that came either stands behind a ticket that is good, or is on its way back, whole."""
    received = db.session.scalars(sa.select(Payment).where(Payment.state.in_(RECEIVED)))
    for payment in received:
        registration = db.session.get_one(Registration, payment.purpose_id)
        ours = registration.payment_id == payment.id and registration.state is RegistrationState.CONFIRMED
        assert payment.refunded == (0 if ours else payment.received), payment.id
    running = sa.select(Payment).where(Payment.state.in_(RUNNING), Payment.expires_at < clock.now())
    assert not list(db.session.scalars(running))
