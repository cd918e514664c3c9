"""News that is kept for members with the perk: everybody sees its teaser, they read the rest."""

from __future__ import annotations

from portal.core import audit
from portal.core.access import Permission, Viewer
from portal.core.db import db, lock_row
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.i18n import _
from portal.core.media import services as media
from portal.stories import notices, queries, rules, tagging
from portal.stories.models import Story, StoryState
from portal.stories.services.indexing import KIND, index_story
from portal.stories.services.photos import refresh_photos
from portal.stories.services.tags import tag_story


def keep_for_members(story: Story, teaser: str, *, by: Viewer) -> None:
    """Leave only ``teaser`` to everybody; photos, the rest and what is said below are for members. Audited.

    What waits to be told of it is taken back: it quotes the words. Raises NotAllowed, Invalid, Conflict.
    """
    said = check_teaser(teaser)
    _hold(story, by)
    if (story.members_only, story.teaser) == (True, said):
        return
    _change(story, True, said)
    media.withdraw_photos(KIND, story.id)
    notices.retract_news(story)
    _follow(story)
    audit.record("news.kept_for_members", by=by, target_kind=KIND, target_id=story.id)


def open_to_all(story: Story, *, by: Viewer) -> None:
    """Let everybody read it. Twice is once. Audited. Raises NotAllowed, Conflict."""
    _hold(story, by)
    if not story.members_only:
        return
    _change(story, False, "")
    if story.state is StoryState.PUBLISHED:
        media.publish_photos(KIND, story.id)
    _follow(story)
    audit.record("news.opened", by=by, target_kind=KIND, target_id=story.id)


def check_teaser(teaser: str) -> str:
    """The teaser as it is kept. Raises Invalid when there is none, or too much of it."""
    said = teaser.strip()
    if not said:
        raise Invalid(_("Everybody sees these words on the wall: please write some."), field="teaser")
    if len(said) > rules.LONGEST_TEASER:
        raise Invalid(_("Please use at most %(most)s characters.", most=rules.LONGEST_TEASER), field="teaser")
    return said


def must_read(story: Story, by: Viewer) -> None:
    """Raises NotAllowed when only the teaser is for this member."""
    if not queries.may_read(by, story):
        raise NotAllowed(str(queries.FOR_MEMBERS))


# ------------------------------------------------------------------ inside


def _hold(story: Story, by: Viewer) -> None:
    lock_row(Story, story.id)
    db.session.refresh(story)
    if not (rules.may_keep_for_members(by, story) and by.can(Permission.PUBLISH_NEWS)):
        raise NotAllowed(_("Only brand news can be kept for members, by staff who publish it."))
    if story.state not in rules.HANDED_IN:
        raise Conflict(_("This story is not on the wall any more."))


def _change(story: Story, members_only: bool, teaser: str) -> None:
    """Tags that stand in the words go and come with them; those that were chosen beside them stay."""
    written = tagging.tags_in(story.open_words)
    chosen = [tag.name for tag in queries.tags_of(story.id) if tag.name not in written]
    story.members_only, story.teaser, story.version = members_only, teaser, story.version + 1
    db.session.flush()
    tag_story(story, tags_text=" ".join(f"#{name}" for name in chosen))


def _follow(story: Story) -> None:
    refresh_photos(story)
    index_story(story)
