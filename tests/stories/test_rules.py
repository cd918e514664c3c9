"""Who may do what, and small facts about texts. No database."""

from __future__ import annotations

import pytest

from portal.core.access import Permission, Viewer
from portal.stories import rules
from portal.stories.models import Comment, CommentState, Story, StoryState


def person(who: str, *permissions: Permission) -> Viewer:
    return Viewer(
        id=who,
        number=1,
        display_name=who,
        avatar=None,
        language="en",
        contact_proven=True,
        session_id="",
        permissions=frozenset(permissions),
    )


ALICE, BOB = person("alice"), person("bob")
MODERATOR = person("moderator", Permission.MODERATE, Permission.REPLY_AS_BRAND, Permission.FEATURE_STORIES)
MANAGER = person("manager", Permission.PUBLISH_NEWS)


def story(state: StoryState, *, as_brand: bool = False, author: str = "alice") -> Story:
    return Story(author_id=author, state=state, as_brand=as_brand)


@pytest.mark.parametrize("state", list(StoryState))
def test_who_reads_a_story(state: StoryState) -> None:
    told = story(state)
    public, gone = state is StoryState.PUBLISHED, state is StoryState.DELETED
    assert rules.may_see_story(None, told) is public
    assert rules.may_see_story(BOB, told) is public
    assert rules.may_see_story(ALICE, told) is not gone
    assert rules.may_see_story(MODERATOR, told) is (not gone and state is not StoryState.DRAFT)


@pytest.mark.parametrize("state", list(StoryState))
def test_who_changes_a_story(state: StoryState) -> None:
    alive = state is not StoryState.DELETED
    assert rules.may_edit_story(ALICE, story(state)) is alive
    for stranger in (None, BOB, MODERATOR, MANAGER):
        assert rules.may_edit_story(stranger, story(state)) is False
    news = story(state, as_brand=True, author="somebody")
    assert rules.may_edit_story(MANAGER, news) is alive
    assert rules.may_delete_story(MODERATOR, news) is False


def test_what_is_featured_and_what_is_pinned() -> None:
    told, news = story(StoryState.PUBLISHED), story(StoryState.PUBLISHED, as_brand=True)
    assert rules.may_feature_story(MODERATOR, told)
    assert not rules.may_feature_story(MODERATOR, story(StoryState.HELD))
    assert not rules.may_feature_story(ALICE, told)
    assert rules.may_pin_story(MANAGER, news)
    assert not rules.may_pin_story(MANAGER, told)
    assert not rules.may_pin_story(MODERATOR, news)


def test_who_deletes_and_reads_a_comment() -> None:
    own = Comment(author_id="alice", state=CommentState.PUBLISHED, as_brand=False)
    brands = Comment(author_id="host", state=CommentState.PUBLISHED, as_brand=True)
    assert rules.may_delete_comment(ALICE, own)
    assert not rules.may_delete_comment(MODERATOR, own)
    assert rules.may_delete_comment(MODERATOR, brands)
    held = Comment(author_id="alice", state=CommentState.HELD, as_brand=False)
    assert [rules.may_see_comment(who, held) for who in (ALICE, MODERATOR, BOB, None)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("妈妈的包", "zh_CN"),
        ("My mother’s bag", "en"),
        ("今天带 Wheatfield 去上班", "zh_CN"),
        ("Two days in 杭州 with the tote", "en"),
        ("👜✨ 123", "fr"),
        ("", "fr"),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert rules.language_of(text, "fr") == language
