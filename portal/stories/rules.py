"""Who may do what with stories, and small facts about their texts."""

from __future__ import annotations

import re
from datetime import date

from portal.core.access import Permission, Viewer
from portal.stories.models import Comment, CommentState, Story, StoryState

LONGEST_STORY = 4000
LONGEST_COMMENT = 1000
LONGEST_TEASER = 200
MOST_PHOTOS = 9

#: states in which a story is on its author's desk: it may be changed freely and handed in
ON_THE_DESK = frozenset({StoryState.DRAFT, StoryState.REJECTED, StoryState.HIDDEN})
#: states in which a change goes through the edit, because others (readers, moderators) have the story
HANDED_IN = frozenset({StoryState.PREPARING, StoryState.HELD, StoryState.PUBLISHED})

_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN = re.compile("[A-Za-z]{2,}")


def may_see_story(viewer: Viewer | None, story: Story) -> bool:
    """Everyone sees what is on the wall; author and moderators see the rest, but nobody what was deleted."""
    if story.state is StoryState.PUBLISHED:
        return True
    if story.state is StoryState.DELETED or viewer is None:
        return False
    if story.author_id == viewer.id:
        return True
    return story.state is not StoryState.DRAFT and viewer.can(Permission.MODERATE)


def may_read_whole(viewer: Viewer | None, story: Story, *, has_perk: bool) -> bool:
    """Not only its teaser. ``has_perk`` is asked only about what is for members."""
    return not story.members_only or (viewer is not None and (viewer.is_staff or has_perk))


def may_keep_for_members(viewer: Viewer | None, story: Story) -> bool:
    """Only what the brand tells is kept for members: a member’s story is for everybody."""
    return story.as_brand and may_edit_story(viewer, story)


def may_edit_story(viewer: Viewer | None, story: Story) -> bool:
    """The author; brand news also any colleague who may publish news."""
    if viewer is None or story.state is StoryState.DELETED:
        return False
    if story.as_brand:
        return viewer.can(Permission.PUBLISH_NEWS)
    return story.author_id == viewer.id


def may_delete_story(viewer: Viewer | None, story: Story) -> bool:
    return may_edit_story(viewer, story)


def may_feature_story(viewer: Viewer | None, story: Story) -> bool:
    return (
        viewer is not None and viewer.can(Permission.FEATURE_STORIES) and story.state is StoryState.PUBLISHED
    )


def may_choose_story(viewer: Viewer | None, story: Story) -> bool:
    """As story of the week: a member's one, on the wall."""
    return may_feature_story(viewer, story) and not story.as_brand


def may_ask_for_photos(viewer: Viewer | None, story: Story) -> bool:
    """Staff who put stories forward, about a member's story on the wall that has photos."""
    return may_choose_story(viewer, story) and story.photo_count > 0


def may_pin_story(viewer: Viewer | None, story: Story) -> bool:
    """Only brand news is pinned: a member's story is featured instead."""
    on_the_wall = story.as_brand and story.state is StoryState.PUBLISHED
    return viewer is not None and viewer.can(Permission.PUBLISH_NEWS) and on_the_wall


def may_answer_as_brand(viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.can(Permission.REPLY_AS_BRAND)


def may_see_comment(viewer: Viewer | None, comment: Comment) -> bool:
    """Whether the text itself may be read."""
    if comment.state is CommentState.PUBLISHED:
        return True
    if comment.state is CommentState.DELETED or viewer is None:
        return False
    return comment.author_id == viewer.id or viewer.can(Permission.MODERATE)


def may_delete_comment(viewer: Viewer | None, comment: Comment) -> bool:
    """The author; the brand's answers also any colleague who may answer."""
    if viewer is None or comment.state is CommentState.DELETED:
        return False
    return comment.author_id == viewer.id or (comment.as_brand and may_answer_as_brand(viewer))


def week_number(monday: date) -> int:
    """What people call the week that begins on this day: its number in the year (ISO 8601)."""
    return monday.isocalendar().week


def language_of(text: str, default: str) -> str:
    """``zh_CN`` or ``en`` by the script of the text; ``default`` when it has neither."""
    chinese, latin = len(_CJK.findall(text)), len(_LATIN.findall(text))
    if not chinese and not latin:
        return default
    return "zh_CN" if chinese >= latin else "en"
