"""The wall: filters, pages, what a card carries, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import NotFound
from portal.stories import queries as reads
from portal.stories import services
from portal.stories.models import StoryState
from portal.stories.queries import WallFilter
from tests.make import Make

Count = Callable[..., Any]


def ids(wanted: WallFilter, **more: Any) -> list[str]:
    return [row.id for row in reads.wall(wanted, **more).items]


def test_newest_first_in_pages_that_lose_and_repeat_nothing(make: Make) -> None:
    now = clock.now()
    stories = [make.story(published_at=now - timedelta(minutes=number // 2)) for number in range(7)]
    seen: list[str] = []
    cursor: str | None = None
    for _page in range(4):
        page = reads.wall(WallFilter(), cursor=cursor, limit=2)
        seen += [row.id for row in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert sorted(seen) == sorted(story.id for story in stories)
    assert len(set(seen)) == 7


def test_a_bent_cursor_is_the_first_page(make: Make) -> None:
    story = make.story()
    assert ids(WallFilter(), cursor="%%nonsense") == [story.id]


@pytest.mark.parametrize("state", [state for state in StoryState if state is not StoryState.PUBLISHED])
def test_only_published_stories_are_found(make: Make, state: StoryState) -> None:
    story = make.story(state=state, tags="猫", region="杭州", body="独一无二 #猫")
    for wanted in (
        WallFilter(),
        WallFilter("featured"),
        WallFilter("tag", "猫"),
        WallFilter("region", "杭州"),
    ):
        assert ids(wanted) == []
    assert reads.cards([story.id]) == []
    assert reads.find_stories("独一无二").items == []


def test_each_filter_finds_its_own(make: Make, moderator: Viewer) -> None:
    product = make.product(slug="wheatfield-tote")
    tagged, placed, about = make.story(tags="旅行"), make.story(region="杭州"), make.story(product=product)
    with transaction():
        services.feature_story(placed, True, by=moderator)
    assert ids(WallFilter("tag", "＃旅行")) == [tagged.id]
    assert ids(WallFilter("region", "杭州")) == [placed.id]
    assert ids(WallFilter("product", "wheatfield-tote")) == [about.id]
    assert ids(WallFilter("featured")) == [placed.id]
    assert len(ids(WallFilter("newest"))) == 3
    assert ids(WallFilter("tag", "nobody")) == ids(WallFilter("product", "nothing")) == []
    assert reads.region_counts() == [("杭州", 1)]


def test_featured_stories_stand_in_the_order_of_choosing(make: Make, moderator: Viewer) -> None:
    old, new = make.story(published_at=clock.now() - timedelta(days=9)), make.story()
    for story in (new, old):
        with transaction():
            services.feature_story(story, True, by=moderator)
    assert ids(WallFilter("featured"), limit=1) == [old.id]
    first = reads.wall(WallFilter("featured"), limit=1)
    assert ids(WallFilter("featured"), cursor=first.next_cursor) == [new.id]


def test_tags_have_pages_too(make: Make) -> None:
    now = clock.now()
    stories = [make.story(tags="猫", published_at=now - timedelta(hours=number)) for number in range(3)]
    first = reads.wall(WallFilter("tag", "猫"), limit=2)
    assert [row.id for row in first.items] == [story.id for story in stories[:2]]
    assert ids(WallFilter("tag", "猫"), cursor=first.next_cursor) == [stories[2].id]


def test_a_card_carries_everything_it_shows(make: Make, moderator: Viewer) -> None:
    author = make.member(display_name="林小满", region="上海")
    product = make.product()
    story = make.story(author=author, product=product, body="字" * 900)
    with transaction():
        services.answer_story(story, by=moderator, body="谢谢！" * 100)
    make.reaction(story=story)
    [card] = reads.wall(WallFilter()).items
    assert (card.author_name, card.author_number) == ("林小满", author.number)
    assert (card.product_slug, card.product_name_zh) == (product.slug, product.name_zh)
    assert (card.reaction_count, card.comment_count, card.answered) == (1, 1, True)
    assert (len(card.body), len(card.answer_body or "")) == (400, 200)
    assert card.version == story.version


def test_a_hidden_product_is_named_but_leads_nowhere(make: Make) -> None:
    product = make.product(shown=False)
    make.story(product=make.product())
    story = make.story()
    with transaction():
        story.product_id = product.id
    [card] = reads.cards([story.id])
    assert (card.product_slug, card.product_name_zh) == (None, product.name_zh)


def test_what_readers_see_changes_the_version(make: Make, alice: Viewer, moderator: Viewer) -> None:
    story = make.story()
    versions = [story.version]

    def then(change: Callable[[], object]) -> None:
        with transaction():
            change()
        versions.append(reads.cards([story.id])[0].version)

    then(lambda: services.set_reaction(story, by=alice, on=True))
    then(lambda: services.add_comment(story, by=alice, body="hi"))
    then(lambda: services.answer_story(story, by=moderator, body="hi"))
    then(lambda: services.feature_story(story, True, by=moderator))
    then(lambda: services.edit_story(story, by=viewer_of(story.author_id), body="new"))
    assert versions == sorted(set(versions))


@pytest.mark.parametrize("kind", ["newest", "featured", "product", "tag", "region"])
@pytest.mark.parametrize("number", [1, 30])
def test_a_page_is_one_query(make: Make, moderator: Viewer, queries: Count, kind: str, number: int) -> None:
    product = make.product(slug="tote")
    author = make.member()
    for _place in range(number):
        story = make.story(author=author, product=product, tags="猫", region="杭州")
        with transaction():
            services.feature_story(story, True, by=moderator)
    value = {"product": "tote", "tag": "猫", "region": "杭州"}.get(kind, "")
    with queries() as log:
        page = reads.wall(WallFilter(kind, value))
    assert len(log) == 1
    assert len(page.items) == min(number, 24)


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["newest", "featured", "product", "tag", "region", "waiting"])
def test_every_list_walks_an_index_and_sorts_nothing(app: Flask, kind: str) -> None:
    """SQLite uses a partial index only when the statement repeats its condition word for word. What waits for an answer is
    sorted, because who has the perk comes first: it is a day's work, never the whole wall."""
    asked: list[tuple[str, Any]] = []

    def note(conn: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        asked.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        if kind == "waiting":
            reads.waiting_replies()
        else:
            reads.wall(WallFilter(kind, "something"))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    statement, parameters = next(pair for pair in asked if "FROM story" in pair[0])
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    steps = [row[-1] for row in plan]
    story = next(step for step in steps if "story" in step)
    assert " INDEX ix_story_" in story, steps
    assert not [step for step in steps if "TEMP B-TREE" in step] or kind == "waiting", steps


def test_the_head_is_three_queries(make: Make, queries: Count, manager: Viewer) -> None:
    make.story()
    make.prompt()
    make.hashtag("旅行", label_zh="在路上", label_en="On the road", theme_position=0)
    with transaction():
        services.publish_news(by=manager, body="News", pinned_until=clock.now() + timedelta(days=1))
    reads.wall_head("en")
    with queries() as log:
        head = reads.wall_head("en")
    assert len(log) <= 3
    assert (head.stories, head.storytellers) == (2, 1)
    assert [theme.label for theme in head.themes] == ["On the road"]
    assert head.prompt is not None
    assert head.prompt.text == "What is in your bag today?"
    assert head.pinned_news is not None


def test_a_members_page_shows_more_to_the_member(make: Make, alice: Viewer, bob: Viewer) -> None:
    shown = make.story(author=alice, published_at=clock.now() - timedelta(hours=1))
    held = make.story(author=alice, state="held")
    make.story(author=alice, state="draft")
    make.story(author=alice, state="deleted")
    assert [row.id for row in reads.stories_by(alice.id, alice).items] == [held.id, shown.id]
    for viewer in (bob, None):
        assert [row.id for row in reads.stories_by(alice.id, viewer).items] == [shown.id]


def test_strangers_do_not_read_what_is_not_on_the_wall(
    make: Make, alice: Viewer, bob: Viewer, moderator: Viewer
) -> None:
    held, draft = make.story(author=alice, state="held"), make.story(author=alice, state="draft")
    assert reads.get_story_for(alice, held.id).id == reads.get_story_for(moderator, held.id).id
    for viewer, story in ((None, held), (bob, held), (moderator, draft), (bob, draft)):
        with pytest.raises(NotFound):
            reads.get_story_for(viewer, story.id)
    with pytest.raises(NotFound):
        reads.get_story_for(alice, "nothing")


def test_facts_of_a_story_show_strangers_only_public_photos(make: Make, alice: Viewer, bob: Viewer) -> None:
    for _place in range(2):
        make.story(author=alice)
    story = make.story(author=alice)
    make.photo("story", story.id, by=alice.id, published=True)
    make.photo("story", story.id, by=alice.id, published=False)
    assert len(reads.story_facts(story, alice).photos) == 2
    for viewer in (bob, None):
        assert len(reads.story_facts(story, viewer).photos) == 1
