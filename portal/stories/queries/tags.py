"""Hashtags, themes and prompts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.core.i18n import language
from portal.stories import tagging
from portal.stories.models import Hashtag, Prompt, StoryHashtag


@dataclass(frozen=True, slots=True)
class TagRow:
    """A hashtag as people see it: ``name`` for the address, ``label`` to read, ``count`` published stories."""

    id: str
    name: str
    label: str
    label_zh: str
    label_en: str
    count: int
    theme_position: int | None

    @classmethod
    def of(cls, tag: Hashtag | sa.Row[*tuple[Any, ...]], tongue: str) -> TagRow:
        label = tag.label_zh if tongue == "zh_CN" else tag.label_en
        return cls(
            id=tag.id,
            name=tag.name,
            label=label or tag.name,
            label_zh=tag.label_zh,
            label_en=tag.label_en,
            count=tag.story_count,
            theme_position=tag.theme_position,
        )


@dataclass(frozen=True, slots=True)
class WeekPrompt:
    """A prompt in one language; ``count`` stories already carry its hashtag. It runs on [starts_on, ends_on)."""

    id: str
    text: str
    text_zh: str
    text_en: str
    tag: TagRow
    starts_on: date
    ends_on: date

    @property
    def count(self) -> int:
        return self.tag.count

    @property
    def last_day(self) -> date:
        return self.ends_on - timedelta(days=1)

    @classmethod
    def of(cls, prompt: Prompt, tag: TagRow, tongue: str) -> WeekPrompt:
        text = prompt.text_zh if tongue == "zh_CN" else prompt.text_en
        return cls(
            id=prompt.id,
            text=text,
            text_zh=prompt.text_zh,
            text_en=prompt.text_en,
            tag=tag,
            starts_on=prompt.starts_on,
            ends_on=prompt.ends_on,
        )


def find_tag(name: str) -> TagRow | None:
    """The hashtag that a visitor means by ``name``, however it is written."""
    tag = db.session.scalar(sa.select(Hashtag).where(Hashtag.name == tagging.normal(name)))
    return TagRow.of(tag, language()) if tag else None


def tags_of(story_id: str) -> list[TagRow]:
    """The hashtags of one story, by name."""
    return tags_of_many([story_id])[story_id]


def tags_of_many(story_ids: Iterable[str]) -> dict[str, list[TagRow]]:
    """The hashtags of many stories in one query; every id asked for is a key."""
    found: dict[str, list[TagRow]] = {story_id: [] for story_id in story_ids}
    if not found:
        return found
    tongue = language()
    for row in db.session.execute(_tagged(), {"stories": list(found)}):
        found[row.story_id].append(TagRow.of(row, tongue))
    return found


def popular_tags(limit: int = 30) -> list[TagRow]:
    """The hashtags with the most stories, for staff who choose themes and for suggestions."""
    statement = (
        sa.select(Hashtag)
        .where(Hashtag.story_count > 0)
        .order_by(Hashtag.story_count.desc(), Hashtag.name)
        .limit(limit)
    )
    return [TagRow.of(tag, language()) for tag in db.session.scalars(statement)]


def prompts(limit: int = 60) -> list[WeekPrompt]:
    """The coming, running and last prompts, latest start first: a bit more than a year of weeks."""
    statement = (
        sa.select(Prompt, Hashtag)
        .join(Hashtag, Hashtag.id == Prompt.hashtag_id)
        .order_by(Prompt.starts_on.desc())
        .limit(limit)
    )
    tongue = language()
    return [
        WeekPrompt.of(prompt, TagRow.of(tag, tongue), tongue) for prompt, tag in db.session.execute(statement)
    ]


@cache
def _tagged() -> sa.Select[*tuple[Any, ...]]:
    """The columns of a hashtag, and the story that carries it."""
    return (
        sa.select(StoryHashtag.story_id, *Hashtag.__table__.c)
        .join(Hashtag, Hashtag.id == StoryHashtag.hashtag_id)
        .where(StoryHashtag.story_id.in_(sa.bindparam("stories", expanding=True)))
        .order_by(Hashtag.name)
    )
