"""Stamps agree with the wall they stand for, and change whenever a card or the head would; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.brand.queries import shop_day
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.paging import PAGE_SIZE
from portal.stories import queries, services
from portal.stories.models import Story
from portal.stories.queries import WallFilter
from portal.stories.queries.own import mine_among, on_the_way, reader_of
from portal.stories.queries.stamps import (
    HeadStamp,
    Stamp,
    head_stamp,
    likes_among,
    page_stamp,
    wall_stamps,
)
from portal.stories.queries.weeks import this_week
from tests.make import Make
from tests.stories.conftest import lent_driver

FILTERS = [
    WallFilter(),
    WallFilter("featured"),
    WallFilter("product", "wheat-tote"),
    WallFilter("tag", "road"),
    WallFilter("region", "Hangzhou"),
    WallFilter("region", "nowhere"),
]


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_stamps_are_the_wall_page_by_page(make: Make, wanted: WallFilter) -> None:
    product, now = make.product(slug="wheat-tote"), clock.now()
    for place in range(7):
        facts: dict[str, Any] = {"region": "Hangzhou", "featured_at": now - timedelta(minutes=place)}
        make.story(product=product, tags="#road", published_at=now - timedelta(hours=place), **facts)
        make.story(published_at=now - timedelta(hours=place, minutes=1))
    cursor: str | None = None
    while True:
        stamps = wall_stamps(wanted, cursor=cursor, limit=3)
        rows = queries.wall(wanted, cursor=cursor, limit=3)
        assert [stamp.id for stamp in stamps.items] == [row.id for row in rows.items]
        assert stamps.next_cursor == rows.next_cursor
        for stamp, row in zip(stamps.items, rows.items, strict=True):
            assert stamp.at == row.published_at
            assert (stamp.version, stamp.author_version, stamp.product_version) == (
                row.version,
                row.author_version,
                row.product_version,
            )
        cursor = stamps.next_cursor
        if cursor is None:
            break


def test_everything_a_reader_can_see_changes_the_stamp(make: Make, manager: Viewer) -> None:
    story = make.story(product=make.product())
    author = viewer_of(story.author_id)

    def now_stands() -> Stamp:
        return wall_stamps(WallFilter()).items[0]

    def changes(deed: Callable[[Story], object]) -> None:
        before = now_stands()
        with transaction():
            deed(db.session.get_one(Story, story.id))
        assert now_stands() != before

    changes(lambda story: services.edit_story(story, by=author, body="other words"))
    changes(lambda story: services.set_reaction(story, by=manager, on=True))
    changes(lambda story: services.set_reaction(story, by=manager, on=False))
    changes(lambda story: services.answer_story(story, by=manager, body="Thank you."))
    changes(lambda story: services.feature_story(story, True, by=manager))
    changes(lambda story: services.add_comment(story, by=author, body="Ah."))


def stamp_now() -> HeadStamp:
    return head_stamp(today=shop_day(clock.now()), now=clock.now())


def test_the_head_has_a_stamp_of_its_own(make: Make, manager: Viewer) -> None:
    seen = [stamp_now()]

    def changes() -> None:
        assert stamp_now() not in seen
        assert stamp_now() == stamp_now()
        seen.append(stamp_now())

    make.story(tags="#road")
    changes()
    for label in ("Road", "On the road"):
        with transaction():
            services.set_theme("road", by=manager, label_zh="路上", label_en=label)
        changes()
    make.story(tags="#road")
    changes()
    make.prompt(tag=make.hashtag("inside"))
    changes()
    with transaction():
        news = services.publish_news(by=manager, body="A prize!", pinned_until=clock.now() + clock.days(2))
    changes()
    with transaction():
        services.pin_news(news, None, by=manager)
    assert stamp_now().news is None
    story = make.story()
    changes()
    with transaction():
        services.choose_story_of_week(story, by=manager)
    changes()
    author = db.session.get_one(Member, story.author_id)
    author.display_name, author.version = "New name", author.version + 1
    changes()
    with transaction():
        services.edit_story(story, by=viewer_of(author.id), body="other words")
    changes()
    with transaction():
        services.take_back_story_of_week(story, by=manager)
    assert stamp_now().week is None


def page_stamp_now() -> tuple[Any, ...]:
    with lent_driver() as driver:
        return page_stamp(driver)


def test_the_page_stamp_knows_the_story_of_the_week_wherever_it_stands(make: Make, manager: Viewer) -> None:
    """It may be older than all on the page; when it is hidden, the page is as before."""
    story = make.story(published_at=clock.now() - clock.days(90))
    for _number in range(PAGE_SIZE + 1):
        make.story()
    seen = [page_stamp_now()]

    def changes() -> None:
        assert page_stamp_now() not in seen
        assert page_stamp_now() == page_stamp_now()
        seen.append(page_stamp_now())

    with transaction():
        services.choose_story_of_week(story, by=manager)
    changes()
    with transaction():
        services.set_reaction(story, by=manager, on=True)
    changes()
    with transaction():
        services.take_back_story_of_week(story, by=manager)
    assert page_stamp_now() == seen[0]


def test_the_stamp_knows_when_a_prompt_or_a_pin_is_over(make: Make, manager: Viewer) -> None:
    make.prompt(tag=make.hashtag("inside"))
    with transaction():
        services.publish_news(by=manager, body="A prize!", pinned_until=clock.now() + clock.days(2))
    assert stamp_now().prompts
    assert stamp_now().news
    with clock.travel(clock.now() + clock.days(9)):
        assert stamp_now().prompts is None
        assert stamp_now().news is None
    make.story(chosen_week=this_week())
    for days, there in ((7, True), (14, False)):
        with clock.travel(clock.now() + clock.days(days)):
            assert bool(stamp_now().week) is there


def test_likes_among(make: Make) -> None:
    member, liked, other = make.member(), make.story(), make.story()
    make.reaction(story=liked, member=member)
    assert likes_among(member.id, [liked.id, other.id]) == {liked.id}
    assert likes_among(member.id, []) == frozenset()


def test_what_the_wall_shows_to_one_member_only(make: Make) -> None:
    member = make.member(display_name="Coco", number=318)
    me, token = viewer_of(member.id), make.session_token(member)
    mine = mine_among(me, [])
    assert mine == ((318, "Coco", member.joined_at, 0, 0), None, 0, frozenset())
    make.story(author=member)
    held, liked = make.story(author=member, state="held"), make.story()
    make.reaction(story=liked, member=member)
    make.notification(member)
    mine = mine_among(me, [liked.id, held.id])
    assert mine.standing[3:] == (1, 1)
    assert mine[2:] == (1, {liked.id})
    assert [row.id for row in on_the_way(member.id)] == [held.id]
    with lent_driver() as driver:
        reader = reader_of(driver, token, [liked.id, held.id])
        assert reader
        assert reader.mine == mine
        assert (reader.signed_in.viewer.id, reader.signed_in.is_to_be_noted) == (member.id, False)
        assert reader_of(driver, token + "x", [liked.id]) is None
