"""Hashtags of stories, themes of the wall, prompts of the weeks."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from portal.core import audit
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db, insert_once
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _
from portal.stories import notices, tagging
from portal.stories.models import Hashtag, Prompt, Story, StoryHashtag, StoryState
from portal.stories.services.indexing import index_anew

MOST_THEMES = 8
LONGEST_PROMPT = timedelta(days=31)


def tag_story(story: Story, *, tags_text: str) -> None:
    """Give the story the tags of its field and of its text, at most five: the field first, then the text in order.

    Raises Invalid when the field alone names more than five. Counts move only for a published story.
    """
    typed = tagging.tags_of_field(tags_text)
    if len(typed) > tagging.MOST_TAGS:
        raise Invalid(_("Please use at most %(number)s hashtags.", number=tagging.MOST_TAGS), field="tags")
    names = dict(list((typed | tagging.tags_in(story.open_words)).items())[: tagging.MOST_TAGS])
    wanted = {_tag_named(name, written) for name, written in sorted(names.items())}
    present = set(
        db.session.scalars(sa.select(StoryHashtag.hashtag_id).where(StoryHashtag.story_id == story.id))
    )
    moment = story.published_at if story.state is StoryState.PUBLISHED else None
    for tag_id in sorted(present ^ wanted):  # one order for everybody: two writers never wait for each other
        if tag_id in present:
            _untag(story.id, tag_id)
        elif insert_once(StoryHashtag, story_id=story.id, hashtag_id=tag_id, published_at=moment) and moment:
            _count(tag_id, 1)


def show_tags(story_id: str, published_at: datetime) -> None:
    """The story is on the wall: its tags' pages show it and count it."""
    _move_tags(story_id, from_shown=False, published_at=published_at)


def hide_tags(story_id: str) -> None:
    """The story left the wall."""
    _move_tags(story_id, from_shown=True, published_at=None)


# ------------------------------------------------------------------ themes


def set_theme(name: str, *, by: Viewer, label_zh: str, label_en: str, position: int | None = None) -> Hashtag:
    """Put a hashtag on the wall as a theme (last unless ``position``), or change its labels. Audited.

    Raises Invalid when the name is no hashtag, Conflict when the wall is full of themes.
    """
    by.must(Permission.MANAGE_TAGS)
    tag = hashtag_named(name)
    if tag.theme_position is None:
        others = _theme_ids()
        if len(others) >= MOST_THEMES:
            raise Conflict(
                _("The wall has room for %(number)s themes. Take one down first.", number=MOST_THEMES)
            )
        place = len(others) if position is None else max(0, min(position, len(others)))
        _number([*others[:place], tag.id, *others[place:]])
    labels = label_zh.strip() or tag.label_zh, label_en.strip() or tag.label_en
    renamed = labels != (tag.label_zh, tag.label_en)
    tag.label_zh, tag.label_en = labels
    db.session.flush()
    audit.record("theme.set", by=by, target_kind="hashtag", target_id=tag.id, name=tag.name)
    if renamed and tag.story_count:
        index_anew(tag.id)
    return tag


def drop_theme(name: str, *, by: Viewer) -> None:
    """Take a theme off the wall; the hashtag and its page stay. Dropping twice is dropping once."""
    by.must(Permission.MANAGE_TAGS)
    tag = _get_tag(name)
    if tag.theme_position is None:
        return
    _number([tag_id for tag_id in _theme_ids() if tag_id != tag.id])
    audit.record("theme.dropped", by=by, target_kind="hashtag", target_id=tag.id, name=tag.name)


def move_theme(name: str, *, by: Viewer, steps: int) -> None:
    """Move a theme some places forward (-1) or back (1); past either end means that end."""
    by.must(Permission.MANAGE_TAGS)
    tag, order = _get_tag(name), _theme_ids()
    if tag.id not in order:
        raise NotFound(_("This hashtag is no theme of the wall."))
    place = max(0, order.index(tag.id) + steps)
    order.remove(tag.id)
    _number([*order[:place], tag.id, *order[place:]])


# ------------------------------------------------------------------ prompts


def schedule_prompt(
    *, by: Viewer, name: str, text_zh: str, text_en: str, starts_on: date, last_day: date
) -> Prompt:
    """Plan the question of a week, from ``starts_on`` to ``last_day``, both included (shop time). Audited.

    Raises Invalid when the days make no sense, Conflict when another prompt runs on one of them.
    """
    by.must(Permission.MANAGE_TAGS)
    if not timedelta(0) <= last_day - starts_on < LONGEST_PROMPT or last_day == date.max:
        raise Invalid(_("The last day comes after the first one, within a month."), field="ends_on")
    ends_on = last_day + timedelta(days=1)
    clash = sa.select(Prompt.id).where(Prompt.starts_on < ends_on, Prompt.ends_on > starts_on)
    if db.session.scalar(clash.limit(1)) is not None:
        raise Conflict(_("Another prompt already runs on one of these days."))
    tag = hashtag_named(name)
    prompt = Prompt(hashtag_id=tag.id, text_zh=text_zh, text_en=text_en, starts_on=starts_on, ends_on=ends_on)
    db.session.add(prompt)
    db.session.flush()
    audit.record("prompt.planned", by=by, target_kind="prompt", target_id=prompt.id, name=tag.name)
    return prompt


def cancel_prompt(prompt_id: str, *, by: Viewer) -> None:
    """Remove a prompt; the stories that answered it keep their hashtag. Removing twice is removing once."""
    by.must(Permission.MANAGE_TAGS)
    if changed_rows(sa.delete(Prompt).where(Prompt.id == prompt_id)):
        audit.record("prompt.cancelled", by=by, target_kind="prompt", target_id=prompt_id)
        notices.retract_prompt(prompt_id)
        db.session.expire_all()


def hashtag_named(name: str) -> Hashtag:
    """The hashtag as staff typed it, made when nobody used it yet. Raises Invalid when it is none."""
    kept = tagging.normal(name)
    if not kept:
        raise Invalid(
            _("A hashtag is one word of at most %(number)s letters or digits.", number=tagging.LONGEST_TAG),
            field="name",
        )
    _tag_named(kept, tagging.label(name))
    return _get_tag(kept)


# ------------------------------------------------------------------ inside


def _get_tag(name: str) -> Hashtag:
    tag = db.session.scalar(sa.select(Hashtag).where(Hashtag.name == tagging.normal(name)))
    if tag is None:
        raise NotFound(_("Nobody has used this hashtag yet."))
    return tag


def _tag_named(name: str, written: str) -> str:
    """The id of the hashtag with this kept form, made when missing; the first spelling is its label."""
    statement = sa.select(Hashtag.id).where(Hashtag.name == name)
    found = db.session.scalar(statement)
    if found is None:
        insert_once(Hashtag, name=name, label_zh=written, label_en=written)
        found = db.session.scalar(statement)
    assert found is not None
    return found


def _theme_ids() -> list[str]:
    statement = sa.select(Hashtag.id).where(Hashtag.theme_position.is_not(None))
    return list(db.session.scalars(statement.order_by(Hashtag.theme_position)))


def _number(order: list[str]) -> None:
    """Write the positions anew. All are emptied first: two themes may never share one, not even for a moment."""
    changed_rows(sa.update(Hashtag).where(Hashtag.theme_position.is_not(None)).values(theme_position=None))
    for place, tag_id in enumerate(order):
        changed_rows(sa.update(Hashtag).where(Hashtag.id == tag_id).values(theme_position=place))
    db.session.expire_all()


def _untag(story_id: str, tag_id: str) -> None:
    mine = sa.delete(StoryHashtag).where(StoryHashtag.story_id == story_id, StoryHashtag.hashtag_id == tag_id)
    if changed_rows(mine.where(StoryHashtag.published_at.is_not(None))):
        _count(tag_id, -1)
    else:
        changed_rows(mine)


def _move_tags(story_id: str, *, from_shown: bool, published_at: datetime | None) -> None:
    """Turn each of the story's tags from shown to hidden or back, and move its counter only if it did turn."""
    shown = StoryHashtag.published_at.is_not(None)
    condition = shown if from_shown else StoryHashtag.published_at.is_(None)
    tags = sa.select(StoryHashtag.hashtag_id).where(StoryHashtag.story_id == story_id)
    for tag_id in sorted(db.session.scalars(tags)):
        turn = sa.update(StoryHashtag).where(
            StoryHashtag.story_id == story_id, StoryHashtag.hashtag_id == tag_id, condition
        )
        if changed_rows(turn.values(published_at=published_at)):
            _count(tag_id, -1 if from_shown else 1)


def _count(tag_id: str, step: int) -> None:
    changed_rows(
        sa.update(Hashtag).where(Hashtag.id == tag_id).values(story_count=Hashtag.story_count + step)
    )
