"""Finding stories, in both scripts, and losing them again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.queries import viewer_of
from portal.catalog import services as catalog
from portal.catalog.models import Product
from portal.core import clock, jobs
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.stories import queries, services
from portal.stories.jobs import index_overdue, index_renamed
from portal.stories.models import Renaming, Story
from portal.stories.services import indexing
from tests.make import Make


def found(words: str) -> list[str]:
    return [row.id for row in queries.find_stories(words).items]


def test_two_chinese_characters_latin_words_tags_and_products(make: Make) -> None:
    product = make.product(name_zh="麦田托特", name_en="Wheatfield Tote")
    story = make.story(body="妈妈的车票还在夹层里。Still here.", tags="在路上", product=product)
    make.story(body="别的故事")
    for words in ("车票", "妈妈 夹层", "still", "STILL here", "路上", "麦田", "wheatfield"):
        assert found(words) == [story.id], words
    assert found("票夹") == []
    assert found("") == []


def test_search_follows_edits_hiding_and_deleting(make: Make) -> None:
    author = viewer_of(make.member().id)
    story = make.story(author=author, body="第一句话")
    with transaction():
        services.edit_story(story, by=author, body="另一种说法")
    assert (found("第一"), found("说法")) == ([], [story.id])
    with transaction():
        services.hide_story(story.id, "reason")
    assert found("说法") == []
    with transaction():
        services.restore_story(story.id, "published")
    assert found("说法") == [story.id]
    with transaction():
        services.delete_story(story, by=author)
    assert found("说法") == []


# ------------------------------------------------------------------ new names


def rename(product: Product, name_zh: str) -> None:
    with transaction():
        catalog.change_product(
            product,
            by=None,
            version=product.version,
            name_zh=name_zh,
            name_en=product.name_en,
            category_id=product.category_id,
            story_zh=product.story_zh,
            story_en=product.story_en,
        )


@pytest.fixture
def about(make: Make) -> tuple[Product, list[Story]]:
    """A product and five stories about it, oldest first."""
    product = make.product(name_zh="麦田托特", name_en="Wheatfield Tote")
    return product, [make.story(body=f"故事{number}", product=product) for number in range(5)]


def test_stories_of_a_renamed_product_are_found_by_its_new_name(
    app: Flask, make: Make, about: tuple[Product, list[Story]]
) -> None:
    product, stories = about
    with transaction():
        services.hide_story(stories[0].id, "reason")
    other = make.story(body="别的", product=make.product(name_zh="麦田书包", name_en="Field Bag"))
    rename(product, "云朵托特")
    jobs.run_waiting(app)
    assert sorted(found("云朵")) == sorted(story.id for story in stories[1:])
    assert found("麦田") == [other.id]
    assert len(found("wheatfield")) == 4
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Renaming)) == 0


def test_each_step_is_small_and_the_last_one_ends_it(
    app: Flask, about: tuple[Product, list[Story]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 2)
    product, _ = about
    rename(product, "云朵托特")
    left = []
    while db.session.scalar(sa.select(Renaming.source_id)):
        index_renamed(product.id)
        left.append(len(found("麦田")))
    assert left == [3, 1, 0]
    assert (
        jobs.run_waiting(app) == 3
    )  # its first hint and one for each step but the last: they find nothing to do


def test_a_second_name_on_the_way_begins_anew(
    app: Flask, about: tuple[Product, list[Story]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 2)
    product, stories = about
    rename(product, "云朵托特")
    index_renamed(product.id)
    rename(product, "月亮托特")
    jobs.run_waiting(app)
    assert (len(found("月亮")), found("云朵"), found("麦田")) == (len(stories), [], [])


def test_a_second_name_within_a_step_undoes_the_step(
    app: Flask, about: tuple[Product, list[Story]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 2)
    product, stories = about
    rename(product, "云朵托特")
    step = services.next_step(product.id)
    assert step is not None
    for story_id in step.story_ids:
        with transaction():
            services.index_again(story_id)
    rename(product, "月亮托特")
    with transaction():
        services.end_step(step)
    jobs.run_waiting(app)
    assert (len(found("月亮")), found("云朵")) == (len(stories), [])


def test_the_sweep_finds_a_lost_hint(app: Flask, about: tuple[Product, list[Story]]) -> None:
    product, stories = about
    rename(product, "云朵托特")
    app.extensions["huey"].flush()
    index_overdue()
    assert found("云朵") == []  # not overdue yet
    with clock.travel(clock.now() + indexing.PATIENCE + timedelta(seconds=1)):
        index_overdue()
    assert len(found("云朵")) == len(stories)


def test_other_changes_of_a_product_and_a_refused_one_ask_for_nothing(
    app: Flask, about: tuple[Product, list[Story]]
) -> None:
    product, _ = about
    rename(product, product.name_zh)
    with pytest.raises(RuntimeError), transaction():
        catalog.change_product(
            product,
            by=None,
            version=product.version,
            name_zh="云朵托特",
            name_en="",
            category_id=product.category_id,
            story_zh="",
            story_en="有话",
        )
        raise RuntimeError
    assert jobs.run_waiting(app) == 0


def test_stories_of_a_theme_are_found_by_its_new_label(app: Flask, make: Make, manager: Viewer) -> None:
    story = make.story(body="一个故事", tags="ontheroad")
    with transaction():
        services.set_theme("ontheroad", by=manager, label_zh="在路上", label_en="On the road")
    jobs.run_waiting(app)
    assert found("路上") == [story.id]
