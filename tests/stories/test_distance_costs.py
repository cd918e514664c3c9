"""Distance costs nobody anything who has none, and little whoever has: the same with one and with a thousand.

What it costs: the filter itself is part of each list's own statement and asks nothing more. One query corrects the likes and
comments under cards or a story (``unseen_among``), and one the figures beside them (a tag's, the regions'); the page of
a single member or story asks one more for what stands between the two.
"""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Distance, DistanceKind, Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, is_sqlite, new_id, transaction
from portal.stories import services
from portal.stories.models import Story
from portal.stories.queries import WallFilter
from portal.stories.queries.stamps import wall_stamps
from tests import databases
from tests.client import PortalClient
from tests.make import Make
from tests.stories.distance import World, look

#: one more than elsewhere, and only for who keeps somebody away and nothing is kept yet
MOST = 11
#: how many queries each page asks more for who keeps somebody away
MORE = {
    "wall": 1,
    "picks": 1,
    "region": 1,
    "tag": 2,
    "ways": 1,
    "story": 1,
    "stories of one": 2,
    "member": 2,
    "search": 1,
    "inbox": 0,
    "list": 0,
}


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
    paths = {
        "/stories": "wall",
        "/stories?show=featured": "picks",
        "/stories?region=杭州": "region",
        "/tags/一起走": "tag",
        "/stories/find": "ways",
        f"/stories/{world.common.id}": "story",
        f"/stories/by/{world.third.id}": "stories of one",
        f"/members/{world.third.id}": "member",
        "/search?q=冬天": "search",
        "/inbox": "inbox",
        "/me/distance": "list",
    }
    counted = {}
    for path, name in paths.items():
        databases.forget_caches(app)
        with queries() as log:
            assert look(browser, path).status_code == 200
        counted[name] = len(log)
    return counted


@pytest.mark.one_database
def test_pages_cost_the_same_with_one_and_a_thousand(app: Flask, world: World, queries: Any) -> None:
    mine = world.browsers["a"]
    with (
        transaction()
    ):  # an inbox that has something to show with and without: an empty one costs one query less
        services.add_comment(
            db.session.get_one(Story, world.a.story.id), by=viewer_of(world.third.id), body="hello"
        )
    free = costs(app, world, mine, queries)
    world.keep_away("mute", "a")
    few = costs(app, world, mine, queries)
    assert {name: count for name, count in few.items() if count > MOST} == {}
    assert {name: few[name] - free[name] for name in few} == MORE
    keep_many_away(world.a.member, 900)
    assert costs(app, world, mine, queries) == few
    world.let_back("a")
    with transaction():
        db.session.execute(sa.delete(Distance))
    assert costs(app, world, mine, queries) == free


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
