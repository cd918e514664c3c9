"""Distance costs nobody anything who has none, and little whoever has: the same with one and with a thousand."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Distance, DistanceKind, Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, is_sqlite, new_id, transaction
from portal.stories.queries import WallFilter
from portal.stories.queries.stamps import wall_stamps
from tests import databases
from tests.client import PortalClient
from tests.make import Make
from tests.stories.distance import World, look

MOST = 10


@pytest.fixture
def world(app: Flask, make: Make, as_member: Any) -> World:
    return World(app, make, as_member)


def keep_many_away(member: Member, number: int) -> None:
    """As many people as that, at once."""
    people = [
        {
            "id": new_id(),
            "number": 100_000 + place,
            "display_name": "x",
            "email": f"far{place}@example.com",
            "joined_at": clock.now(),
        }
        for place in range(number)
    ]
    with transaction():
        db.session.execute(sa.insert(Member), people)
        kept = [{"member_id": member.id, "other_id": one["id"], "since": clock.now()} for one in people]
        db.session.execute(sa.insert(Distance).values(kind=DistanceKind.MUTE), kept)


def costs(app: Flask, world: World, browser: PortalClient, queries: Any) -> dict[str, int]:
    """How many queries each page asks, by a process that has kept nothing."""
    paths = (
        "/stories",
        "/stories?show=featured",
        "/stories?region=杭州",
        "/tags/一起走",
        "/stories/find",
        f"/stories/{world.common.id}",
        f"/stories/by/{world.third.id}",
        f"/members/{world.third.id}",
        "/search?q=冬天",
        "/inbox",
        "/me/distance",
    )
    counted = {}
    for path in paths:
        databases.forget_caches(app)
        with queries() as log:
            assert look(browser, path).status_code == 200
        counted[path] = len(log)
    return counted


@pytest.mark.one_database
def test_pages_cost_the_same_with_one_and_a_thousand(app: Flask, world: World, queries: Any) -> None:
    mine = world.browsers["a"]
    free = costs(app, world, mine, queries)
    world.keep_away("mute", "a")
    few = costs(app, world, mine, queries)
    assert {path: count for path, count in few.items() if count > MOST} == {}
    keep_many_away(world.a.member, 900)
    assert costs(app, world, mine, queries) == few
    world.let_back("a")
    assert {path: (count, few[path]) for path, count in free.items() if few[path] - count > 2} == {}


@pytest.mark.one_database
def test_who_keeps_nobody_away_is_asked_nothing_more(app: Flask, world: World, queries: Any) -> None:
    world.keep_away("mute", "a")  # for the other side, nothing changes
    databases.forget_caches(app)
    with queries() as log:
        look(world.browsers["b"], "/stories")
    asking = [statement for statement in log if "member_distance" in statement]
    assert len(asking) == 1, "only the one that finds the viewer"


def test_the_wall_walks_its_index_and_asks_for_the_set_once(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = make.member()
    keep_many_away(me, 300)
    for number in range(30):
        make.story(body=f"story {number}")
    seen: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        page = wall_stamps(WallFilter(), viewer_of(me.id))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert len(page.items) == 24
    assert page.next_cursor is not None
    statement, parameters = seen[-1]
    how = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
    if not is_sqlite():
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    raw = db.session.connection().exec_driver_sql(how + statement, parameters)
    plan = "\n".join(str(row) for row in raw)
    assert "ix_story_newest" in plan, plan
    assert "CORRELATED" not in plan, plan
    if not is_sqlite():
        assert "hashed SubPlan" in plan, plan
