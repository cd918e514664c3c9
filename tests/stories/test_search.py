"""Finding stories, in both scripts, and losing them again."""

from __future__ import annotations

from portal.accounts.queries import viewer_of
from portal.core.db import transaction
from portal.stories import queries, services
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
