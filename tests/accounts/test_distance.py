"""Keeping people away: what the one filter says, and what the verbs do, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import queries
from portal.accounts.models import Distance, DistanceKind, Member, MemberState
from portal.accounts.queries import distance as reads
from portal.accounts.queries import viewer_of
from portal.accounts.services import distance
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, is_sqlite, new_id, transaction
from portal.core.errors import Conflict, Invalid, NotFound
from tests.make import Make

BLOCK, MUTE = DistanceKind.BLOCK, DistanceKind.MUTE


def keep(one: Member, other: Member, kind: DistanceKind = BLOCK) -> None:
    with transaction():
        distance.keep_away(other, kind, by=viewer_of(one.id))


def back(one: Member, other: Member) -> bool:
    with transaction():
        return distance.let_back(other.id, by=viewer_of(one.id))


def hidden_for(one: Member) -> set[str]:
    """By the set, by the pair and by the flag: all three say the same."""
    everybody = list(db.session.scalars(sa.select(Member.id).where(Member.id != one.id)))
    by_set = set(db.session.scalars(reads.kept_apart(one.id)))
    by_pair = {other for other in everybody if reads.is_apart(one.id, other)}
    by_column = set(db.session.scalars(sa.select(Member.id).where(reads.apart(one.id, Member.id))))
    around = {other for other in everybody if db.session.scalar(_is_hidden(one.id, other))}
    me = viewer_of(one.id)
    assert by_set == by_pair == by_column == around == reads.hidden_among(me, everybody)
    assert me.keeps_apart is reads.has_distance(one.id) is bool(by_set)
    assert {other for other in everybody if reads.distance_between(me, other)} == by_set
    return by_set


def _is_hidden(one_id: str, other_id: str) -> sa.Select[bool]:
    """Both ends as columns of a statement around it."""
    other = sa.orm.aliased(Member)
    asked = sa.select(reads.apart(Member.id, other.id)).select_from(Member)
    both = asked.join(other, other.id != Member.id)
    return both.where(Member.id == one_id, other.id == other_id)


@pytest.fixture
def people(make: Make) -> list[Member]:
    return [make.member(display_name=name) for name in ("Alice", "Bob", "Carla")]


def test_a_block_goes_both_ways_and_a_mute_one(people: list[Member]) -> None:
    alice, bob, carla = people
    assert [hidden_for(one) for one in people] == [set(), set(), set()]
    keep(alice, bob, MUTE)
    assert [hidden_for(one) for one in people] == [{bob.id}, set(), set()]
    keep(alice, bob, BLOCK)
    assert [hidden_for(one) for one in people] == [{bob.id}, {alice.id}, set()]
    keep(carla, alice, MUTE)
    assert [hidden_for(one) for one in people] == [{bob.id}, {alice.id}, {alice.id}]


def test_twice_is_once_and_a_late_mute_does_not_weaken_a_block(people: list[Member]) -> None:
    alice, bob, _carla = people
    for kind in (BLOCK, BLOCK, MUTE):
        keep(alice, bob, kind)
    [row] = db.session.scalars(sa.select(Distance))
    assert row.kind is BLOCK
    assert (back(alice, bob), back(alice, bob)) == (True, False)
    assert hidden_for(alice) == hidden_for(bob) == set()


def test_each_lets_back_only_their_own(people: list[Member]) -> None:
    alice, bob, _carla = people
    keep(bob, alice, MUTE)
    keep(alice, bob, BLOCK)
    keep(bob, alice, BLOCK)
    assert back(alice, bob)
    assert hidden_for(alice) == {bob.id}
    assert back(bob, alice)
    assert hidden_for(alice) == hidden_for(bob) == set()


def test_who_is_blocked_does_not_find_whom_to_keep_away(people: list[Member]) -> None:
    alice, bob, _carla = people
    keep(alice, bob, BLOCK)
    with pytest.raises(NotFound):
        keep(bob, alice, MUTE)


def test_nobody_keeps_away_from_themselves_or_from_nobody(make: Make, people: list[Member]) -> None:
    alice, gone = people[0], people[1]
    with pytest.raises(Invalid):
        keep(alice, alice)
    gone.email, gone.state, gone.erased_at = None, MemberState.ERASED, clock.now()
    db.session.commit()
    with pytest.raises(NotFound):
        keep(alice, gone)


def test_there_is_an_end_to_it(people: list[Member], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distance, "MOST_KEPT_AWAY", 1)
    alice, bob, carla = people
    keep(alice, bob, MUTE)
    with pytest.raises(Conflict, match="1"):
        keep(alice, carla)
    keep(alice, bob, BLOCK)  # a stronger one needs no room


def test_greeters_are_never_of_a_pair_kept_apart(make: Make) -> None:
    newcomer = make.member()
    greeters = [make.member(greets_newcomers=True) for _number in range(5)]
    for greeter in greeters:
        make.session_token(greeter)
    calm, *others = greeters
    for (one, other), kind in zip(
        [(newcomer, others[0]), (others[1], newcomer), (newcomer, others[2]), (others[3], newcomer)],
        (BLOCK, BLOCK, MUTE, MUTE),
        strict=True,
    ):
        keep(one, other, kind)
    assert queries.greeters(newcomer.id, 9) == [calm.id]


def test_presence_leaves_out_who_is_hidden(make: Make, people: list[Member]) -> None:
    alice, bob, _carla = people
    for one in people:
        one.avatar = f"face-{one.display_name}"
        make.session_token(one)
    keep(alice, bob, MUTE)
    number, faces = queries.presence_today(9, viewer_of(alice.id))
    assert (number, {name for name, _face in faces}) == (2, {"Alice", "Carla"})
    assert queries.presence_today(9)[0] == queries.presence_today(9, viewer_of(bob.id))[0] == 3


# ------------------------------------------------------------------ a thousand


@pytest.fixture
def crowded(make: Make) -> Viewer:
    """Somebody who keeps a thousand people away, with stories of all of them on the wall."""
    me = make.member()
    numbers = range(1000)
    with transaction():
        others = [
            {
                "id": new_id(),
                "number": 100_000 + number,
                "display_name": "x",
                "email": f"crowd{number}@example.com",
                "joined_at": clock.now(),
            }
            for number in numbers
        ]
        db.session.execute(sa.insert(Member), others)
        db.session.execute(
            sa.insert(Distance),
            [
                {"member_id": me.id, "other_id": one["id"], "kind": BLOCK, "since": clock.now()}
                for one in others
            ],
        )
    return viewer_of(me.id)


def plan_of(statement: sa.Select[Any]) -> str:
    """How the database means to do it."""
    how = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
    written = statement.compile(db.session.get_bind(), compile_kwargs={"literal_binds": True})
    if not is_sqlite():
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    # the driver would read a % in the text as a placeholder, and there is none
    return "\n".join(str(row) for row in db.session.execute(sa.text(how + str(written).replace(":", r"\:"))))


def test_a_thousand_are_found_by_index_and_listed_page_by_page(app: Flask, crowded: Viewer) -> None:
    assert len(set(db.session.scalars(reads.kept_apart(crowded.id)))) == 1000
    plan = plan_of(reads.kept_apart(crowded.id))
    assert "pk_member_distance" in plan or "sqlite_autoindex_member_distance" in plan, plan
    assert "ix_member_distance_other" in plan, plan
    seen, cursor = 0, None
    while True:
        page = reads.people_kept_away(crowded, cursor=cursor)
        seen += len(page.items)
        if (cursor := page.next_cursor) is None:
            break
    assert seen == 1000


def test_the_question_of_every_request_reads_two_indexes(app: Flask, crowded: Viewer) -> None:
    plan = plan_of(sa.select(reads.keeps_apart(crowded.id)))
    assert "SCAN member_distance" not in plan and "Seq Scan on member_distance" not in plan, plan
