"""What search knows of stories: their text, their tags and the names of their product.

It keeps up with names: stories of a renamed product or theme are indexed anew, by the worker, bit by bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from portal.catalog.models import Product
from portal.core import clock, search
from portal.core.db import changed_rows, db, insert_once, lock_row
from portal.stories.models import Hashtag, Renaming, Story, StoryHashtag, StoryState

#: the kind under which photos, search and moderation know stories
KIND = "story"
#: stories of one job: photos and mail wait behind it for well under a second
BATCH = 50
#: so long after the last step the sweep takes the hint for lost
PATIENCE = timedelta(minutes=1)


def index_story(story: Story) -> None:
    """Let search find the story by its text, its tags and the names of its product. Only published stories."""
    if story.state is not StoryState.PUBLISHED or story.published_at is None:
        return
    names = sa.select(Hashtag.label_zh, Hashtag.label_en).join(
        StoryHashtag, StoryHashtag.hashtag_id == Hashtag.id
    )
    words = [story.open_words]
    words += [
        label for row in db.session.execute(names.where(StoryHashtag.story_id == story.id)) for label in row
    ]
    product = db.session.get(Product, story.product_id) if story.product_id else None
    words += [product.name_zh, product.name_en] if product else []
    search.index_entry(KIND, story.id, "\n".join(words), sort_at=story.published_at)


# ------------------------------------------------------------------ new names


def index_anew(source_id: str) -> None:
    """Have all stories about this product, or with this hashtag, indexed soon after the commit."""
    moment = clock.now() + PATIENCE
    if not insert_once(Renaming, source_id=source_id, reached="", version=1, due_at=moment):
        again = sa.update(Renaming).where(Renaming.source_id == source_id)
        changed_rows(again.values(reached="", version=Renaming.version + 1, due_at=moment))
    _hint(source_id)


@dataclass(frozen=True, slots=True)
class Step:
    """The stories of a renamed product or hashtag that come next, and where that stood when it was asked."""

    source_id: str
    version: int
    reached: str
    story_ids: list[str]


def next_step(source_id: str) -> Step | None:
    """What is to be indexed next; None when nothing is left to do."""
    mine = sa.select(Renaming.version, Renaming.reached).where(Renaming.source_id == source_id)
    mark = db.session.execute(mine).first()
    if mark is None:
        return None
    return Step(source_id, mark.version, mark.reached, _stories_after(mark.reached, source_id))


def index_again(story_id: str) -> None:
    """Index one story with the names of now. It is held before they are read: who writes later knows more."""
    lock_row(Story, story_id)
    index_story(db.session.get_one(Story, story_id, populate_existing=True))


def end_step(step: Step) -> None:
    """The stories of this step are done: go on behind them, or be done with it all.

    Only if nobody moved the mark: what was renamed once more meanwhile has begun anew.
    """
    here = sa.and_(
        Renaming.source_id == step.source_id,
        Renaming.version == step.version,
        Renaming.reached == step.reached,
    )
    if len(step.story_ids) < BATCH:
        changed_rows(sa.delete(Renaming).where(here))
        return
    on = sa.update(Renaming).where(here)
    if changed_rows(on.values(reached=step.story_ids[-1], due_at=clock.now() + PATIENCE)):
        _hint(step.source_id)


def overdue_renamings() -> list[str]:
    """Products and hashtags whose next step did not come in time."""
    late = sa.select(Renaming.source_id).where(Renaming.due_at <= clock.now())
    return list(db.session.scalars(late.order_by(Renaming.due_at).limit(BATCH)))


# ------------------------------------------------------------------ inside


def _stories_after(reached: str, source_id: str) -> list[str]:
    about = sa.select(Story.id.label("id")).where(
        Story.product_id == source_id, sa.text("story.state = 'published'"), Story.id > reached
    )
    tagged = sa.select(StoryHashtag.story_id.label("id")).where(
        StoryHashtag.hashtag_id == source_id,
        StoryHashtag.published_at.is_not(None),
        StoryHashtag.story_id > reached,
    )
    return list(db.session.scalars(about.union(tagged).order_by("id").limit(BATCH)))


def _hint(source_id: str) -> None:
    """If the hint gets lost, the sweep finds the row."""
    from portal.stories.jobs import index_renamed  # jobs stand above this file

    index_renamed.later(source_id)
