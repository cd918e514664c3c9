"""Points: lots that wait, are spent oldest first, expire, and are taken back; and what must hold whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict
from portal.rewards import jobs, services
from portal.rewards.models import EntryKind, PointAccount, PointEntry, PointLot
from portal.rewards.proofs import PROOFS
from portal.rewards.queries import Standing, expiring, standing_of, waiting
from portal.rewards.rules import expiry
from tests.make import Make

START = datetime(2026, 3, 15, 4, 0, tzinfo=UTC)


def differences() -> list[tuple[str, int, int]]:
    return [row for proof in PROOFS for row in proof.differences()]


@pytest.fixture
def member(make: Make) -> Iterator[Any]:
    with clock.travel(START):
        yield make.member()
    assert differences() == []


def earn(member: Any, amount: int, name: str, **facts: Any) -> bool:
    return services.earn_points(member.id, amount, source_kind="test", source_id=name, **facts)


def spend(member: Any, amount: int, name: str) -> bool:
    return services.spend_points(member.id, amount, source_kind="use", source_id=name)


def lot(name: str) -> PointLot:
    return db.session.scalars(sa.select(PointLot).where(PointLot.source_id == name)).one()


def lines(kind: EntryKind) -> list[int]:
    db.session.flush()
    statement = sa.select(PointEntry.amount).where(PointEntry.kind == kind).order_by(PointEntry.id)
    return list(db.session.scalars(statement))


def test_a_source_gives_once(member: Any) -> None:
    assert earn(member, 30, "a")
    assert not earn(member, 30, "a")
    assert standing_of(member.id) == Standing(balance=30)
    assert lines(EntryKind.EARNED) == [30]


def test_pending_points_come_in_when_their_time_has_come(member: Any) -> None:
    earn(member, 30, "a", pending_until=START + timedelta(days=14))
    assert standing_of(member.id) == Standing(pending=30)
    assert waiting(member.id) == [(START + timedelta(days=14), 30)]
    with pytest.raises(Conflict):
        spend(member, 1, "x")
    db.session.commit()
    with clock.travel(START + timedelta(days=14)):
        assert jobs.settle_due() == 1
        assert jobs.settle_due() == 0
        assert standing_of(member.id) == Standing(balance=30)


def test_what_is_due_counts_before_anything_is_spent(member: Any) -> None:
    earn(member, 30, "a", pending_until=START + timedelta(days=14))
    with clock.travel(START + timedelta(days=15)):
        assert spend(member, 30, "x")


def test_points_expire_at_the_end_of_the_month_a_year_later() -> None:
    zone = "Asia/Shanghai"
    assert expiry(START, zone) == datetime(2027, 3, 31, 16, 0, tzinfo=UTC)
    new_year = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # 1 January there
    assert expiry(new_year, zone) == datetime(2028, 1, 31, 16, 0, tzinfo=UTC)
    assert expiry(datetime(2027, 12, 3, tzinfo=UTC), zone) == datetime(2028, 12, 31, 16, 0, tzinfo=UTC)


def test_the_oldest_go_first_and_the_rest_expires_once(member: Any) -> None:
    earn(member, 30, "old")
    with clock.travel(START + timedelta(days=100)):
        earn(member, 50, "new")
        spend(member, 20, "x")
        assert (lot("old").remaining, lot("new").remaining) == (10, 50)
        assert [points for _at, points in expiring(member.id)] == [10, 50]
    db.session.commit()
    with clock.travel(lot("old").expires_at - timedelta(seconds=1)):
        assert jobs.settle_due() == 0
    with clock.travel(lot("old").expires_at):
        assert jobs.settle_due() == 1
        assert jobs.settle_due() == 0
        assert standing_of(member.id) == Standing(balance=50)
    assert lines(EntryKind.EXPIRED) == [-10]
    assert services.take_back_points("test", "old") == 20  # the ten that expired are not asked for


def test_never_more_than_there_is(member: Any) -> None:
    earn(member, 30, "a")
    with pytest.raises(Conflict, match="not enough"):
        spend(member, 31, "x")
    assert spend(member, 30, "x")
    assert not spend(member, 30, "x")
    assert standing_of(member.id) == Standing()


def test_taken_back_from_its_lot_then_from_others_then_as_a_debt(member: Any) -> None:
    earn(member, 30, "a")
    earn(member, 10, "b")
    spend(member, 25, "x")
    assert services.take_back_points("test", "a", 10) == 10
    assert standing_of(member.id) == Standing(balance=5)
    assert services.take_back_points("test", "a") == 20
    assert standing_of(member.id) == Standing(debt=15)
    assert services.take_back_points("test", "a") == 0
    assert services.take_back_points("test", "never") == 0


def test_a_debt_is_paid_by_what_comes(member: Any) -> None:
    earn(member, 30, "a")
    spend(member, 30, "x")
    services.take_back_points("test", "a")
    earn(member, 20, "b")
    assert standing_of(member.id) == Standing(debt=10)
    earn(member, 20, "c", pending_until=START + timedelta(days=1))
    assert standing_of(member.id) == Standing(debt=10, pending=20)
    with clock.travel(START + timedelta(days=1)):
        services.settle(member.id)
    assert standing_of(member.id) == Standing(balance=10)


def test_pending_points_are_taken_back_before_they_come(member: Any) -> None:
    earn(member, 30, "a", pending_until=START + timedelta(days=14))
    assert services.take_back_points("test", "a", 10) == 10
    assert standing_of(member.id) == Standing(pending=20)
    services.take_back_points("test", "a")
    with clock.travel(START + timedelta(days=20)):
        services.settle(member.id)
    assert standing_of(member.id) == Standing()


def test_the_database_itself_keeps_the_account(make: Make) -> None:
    member = make.member()
    make.points(member, 10)
    for change in ({"balance": -1}, {"pending": -1}, {"debt": -1}, {"debt": 5}):
        with pytest.raises(sa.exc.IntegrityError), transaction():
            mine = sa.update(PointAccount).where(PointAccount.member_id == member.id)
            db.session.execute(mine.values(**change))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction():
        db.session.execute(sa.update(PointEntry).values(amount=11))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction():
        db.session.execute(sa.delete(PointEntry))


# ------------------------------------------------------------------ any sequence

SOURCES = ("a", "b", "c", "d")
STEP = st.one_of(
    st.tuples(st.just("earn"), st.sampled_from(SOURCES), st.integers(1, 50), st.sampled_from((0, 0, 14))),
    st.tuples(st.just("spend"), st.integers(1, 60)),
    st.tuples(st.just("take"), st.sampled_from(SOURCES), st.one_of(st.none(), st.integers(1, 50))),
    st.tuples(st.just("wait"), st.sampled_from((1, 20, 200, 400))),
    st.tuples(st.just("settle")),
)


class Life:
    """The same account twice: in the database, and as plain lists that are too simple to be wrong."""

    def __init__(self, member: Any) -> None:
        self.member, self.now, self.uses = member, START, 0
        self.spent = 0

    def do(self, step: tuple[Any, ...]) -> None:
        with clock.travel(self.now):
            getattr(self, step[0])(*step[1:])
            db.session.flush()
            db.session.expire_all()

    def earn(self, name: str, amount: int, days: int) -> None:
        earn(self.member, amount, name, pending_until=self.now + timedelta(days=days))

    def spend(self, amount: int) -> None:
        before = services.settle(self.member.id).balance
        self.uses += 1
        order = self.released()
        try:
            spend(self.member, amount, f"use {self.uses}")
        except Conflict:
            assert before < amount
            return
        assert before >= amount
        self.spent += amount
        self.check_order(order, amount)

    def take(self, name: str, amount: int | None) -> None:
        services.take_back_points("test", name, amount)

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    def settle(self) -> None:
        services.settle(self.member.id)

    def released(self) -> list[tuple[str, int]]:
        """Lots that may be spent, the first to expire first."""
        statement = sa.select(PointLot.id, PointLot.remaining).where(
            PointLot.member_id == self.member.id, PointLot.released_at.is_not(None)
        )
        return [
            tuple(row)
            for row in db.session.execute(
                statement.order_by(PointLot.expires_at, PointLot.available_at, PointLot.id)
            )
        ]  # type: ignore[misc]

    def check_order(self, before: list[tuple[str, int]], amount: int) -> None:
        after = dict(self.released())
        for lot_id, had in before:
            used = min(had, amount)
            assert after[lot_id] == had - used
            amount -= used

    def check(self) -> None:
        assert differences() == []
        standing = standing_of(self.member.id)
        assert min(standing.balance, standing.pending, standing.debt) >= 0
        mine = PointEntry.member_id == self.member.id
        total = db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(PointEntry.amount), 0)).where(mine))
        assert total == standing.balance + standing.pending - standing.debt
        spent = sa.select(sa.func.coalesce(sa.func.sum(PointEntry.amount), 0)).where(
            mine, PointEntry.kind == EntryKind.SPENT
        )
        assert db.session.scalar(spent) == -self.spent
        expired = sa.select(PointEntry.source_id, sa.func.count()).where(
            mine, PointEntry.kind == EntryKind.EXPIRED
        )
        twice = expired.group_by(PointEntry.source_id).having(sa.func.count() > 1)
        assert db.session.execute(twice).all() == [], "nothing expires twice"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=25))
def test_whatever_happens_the_account_is_right(make: Make, steps: list[tuple[Any, ...]]) -> None:
    with transaction():
        life = Life(make.member())
        for step in steps:
            life.do(step)
            life.check()
        db.session.rollback()
