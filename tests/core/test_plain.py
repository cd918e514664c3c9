"""Questions to the driver itself: the same answers as through the session, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.db import db
from portal.core.plain import Plain, borrowed_driver
from tests.make import Make

_named = Plain(
    lambda: sa.select(Member.display_name, Member.joined_at, Member.email_verified_at, sa.literal(7)).where(
        Member.id == sa.bindparam("member"),
        Member.joined_at <= sa.bindparam("until", type_=Member.joined_at.type),
    )
)


def test_values_have_the_types_of_their_columns(make: Make) -> None:
    member, now = make.member(display_name="可可"), clock.now()
    assert _named.one(member=member.id, until=now) == ("可可", member.joined_at, member.email_verified_at, 7)
    assert _named.one(member=member.id, until=now - clock.days(9999)) is None


def test_a_moment_is_asked_for_as_it_is_stored(make: Make) -> None:
    """On SQLite moments are text, and a whole second is written with its fractions."""
    joined = clock.now().replace(microsecond=0)
    member = make.member(joined_at=joined)
    assert _named.one(member=member.id, until=joined) is not None
    assert _named.one(member=member.id, until=joined - timedelta(microseconds=1)) is None


def test_what_never_changes_stands_in_the_text(make: Make) -> None:
    """Then a partial index serves; a value of the caller never stands there."""
    member = make.member()
    plain = Plain(
        lambda: (
            sa.select(Member.display_name)
            .where(Member.id == sa.bindparam("member"), Member.state.in_([MemberState.ACTIVE]))
            .limit(1)
        )
    )
    assert plain.one(member=member.id) == (member.display_name,)
    assert plain.one(member="' OR 1=1 --") is None
    [written] = plain._written.values()
    assert "'active'" in written.text and member.id not in written.text


def test_whoever_counts_statements_sees_these_too(make: Make, queries: Any) -> None:
    member_id = make.member().id
    with queries() as log:
        _named.one(member=member_id, until=clock.now())
    assert len(log) == 1


def test_a_borrowed_connection_goes_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the pool of production, which tests have behind their one connection."""
    pool = db.engine.engine
    monkeypatch.setitem(db.engines, None, pool)  # type: ignore[arg-type]
    before = pool.pool.checkedout()  # type: ignore[attr-defined]
    plain = Plain(lambda: sa.select(sa.literal("x"), sa.literal_column("7")))
    for _time in range(3):
        with borrowed_driver() as driver:
            assert pool.pool.checkedout() == before + 1  # type: ignore[attr-defined]
            assert plain.ask(driver) == ("x", 7)
    with pytest.raises(RuntimeError), borrowed_driver():
        raise RuntimeError
    assert pool.pool.checkedout() == before  # type: ignore[attr-defined]
