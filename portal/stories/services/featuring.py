"""What staff put forward: chosen stories, brand news, pins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import Invalid, NotAllowed
from portal.core.i18n import _, language
from portal.core.media import services as media
from portal.core.media.services import Staged
from portal.stories import notices, rules
from portal.stories.models import Story, StoryState
from portal.stories.queries import photo_states
from portal.stories.services.comments import SAME_WITHIN
from portal.stories.services.drafts import write_down
from portal.stories.services.members_only import check_teaser
from portal.stories.services.publication import WAITING
from portal.stories.services.standing import KIND, put_on_wall
from portal.stories.signals import StoryFeatured, story_featured


def feature_story(story: Story, on: bool, *, by: Viewer) -> None:
    """Choose a published story, or take that back. Twice is once. Audited; the author is told. Raises NotAllowed."""
    lock_row(Story, story.id)
    db.session.refresh(story)
    if not rules.may_feature_story(by, story):
        raise NotAllowed(_("Only stories on the wall can be featured, by staff who may do so."))
    condition = Story.featured_at.is_(None) if on else Story.featured_at.is_not(None)
    chosen = sa.update(Story).where(Story.id == story.id, Story.state == StoryState.PUBLISHED, condition)
    if not changed_rows(chosen.values(featured_at=clock.now() if on else None, version=Story.version + 1)):
        return
    db.session.refresh(story)
    audit.record("story.featured" if on else "story.unfeatured", by=by, target_kind=KIND, target_id=story.id)
    if on:
        notices.tell_featured(story, by)
        story_featured.send(StoryFeatured(story.id, story.author_id))
    else:
        notices.retract_featured(story)


def pin_news(story: Story, until: datetime | None, *, by: Viewer) -> None:
    """Keep a piece of brand news on top of the wall until a moment (None: no longer). Audited."""
    lock_row(Story, story.id)
    db.session.refresh(story)
    if not rules.may_pin_story(by, story):
        raise NotAllowed(_("Only brand news can be pinned, by staff who publish it."))
    pinned_until = until if until is not None and until > clock.now() else None
    if story.pinned_until == pinned_until:
        return
    story.pinned_until, story.version = pinned_until, story.version + 1
    db.session.flush()
    audit.record(
        "news.pinned" if pinned_until else "news.unpinned", by=by, target_kind=KIND, target_id=story.id
    )


def publish_news(
    *,
    by: Viewer,
    body: str,
    language_code: str | None = None,
    staged: Sequence[Staged] = (),
    alts: Sequence[str] = (),
    pinned_until: datetime | None = None,
    teaser: str = "",
) -> Story:
    """Tell something as the brand. With photos it appears as soon as they are ready. Audited.

    With a ``teaser`` it is kept for members with the perk: that is all that the others see of it.

    The same words sent twice within a minute (an impatient finger, a lost answer) are one piece of news.
    ``alts`` say what the photos show, one each in their order; those without are silent to who cannot see them.
    Raises NotAllowed, Invalid (nothing to tell, more descriptions than photos), Conflict (too many photos).
    """
    if not by.can(Permission.PUBLISH_NEWS):
        raise NotAllowed(_("Your role does not publish news."))
    if not body.strip() and not staged:
        raise Invalid(_("A story needs words or a photo."), field="body")
    if len(alts) > len(staged):
        raise Invalid(_("There are more lines than photos: one line for each, in their order."), field="alts")
    if (told := _told_just_now(by, body.strip())) is not None:
        return told
    teaser = check_teaser(teaser) if teaser else ""
    moment = clock.now()
    story = Story(
        author_id=by.id,
        as_brand=True,
        members_only=bool(teaser),
        teaser=teaser,
        state=StoryState.PREPARING,
        body="",
        language=language_code or language(),
        created_at=moment,
        submitted_at=moment,
        pinned_until=pinned_until if pinned_until and pinned_until > moment else None,
        version=1,
    )
    db.session.add(story)
    db.session.flush()
    write_down(story, body=body)
    if language_code:
        story.language = language_code
    for place, upload in enumerate(staged):
        alt = alts[place] if place < len(alts) else ""
        media.attach(upload, owner_kind=KIND, owner_id=story.id, by=by, limit=rules.MOST_PHOTOS, alt=alt)
    audit.record("news.published", by=by, target_kind=KIND, target_id=story.id)
    if not WAITING & set(photo_states(story.id)):
        put_on_wall(story, {StoryState.PREPARING})
    return story


def _told_just_now(by: Viewer, body: str) -> Story | None:
    """The news that says the same already; words only, because photos alone cannot be compared."""
    # of two requests at once the second sees what the first told; rows that only point at the member need not wait
    db.session.execute(sa.select(Member.id).where(Member.id == by.id).with_for_update(key_share=True))
    mine = sa.select(Story).where(
        Story.author_id == by.id,
        Story.as_brand,
        Story.body == body,
        Story.body != "",
        Story.state.in_((StoryState.PREPARING, StoryState.PUBLISHED)),
        Story.created_at > clock.now() - SAME_WITHIN,
    )
    return db.session.scalar(mine.limit(1))


def expire_pins() -> int:
    """Unpin what had its time (the wall does not show it any more in any case). Returns how many."""
    over = sa.update(Story).where(Story.pinned_until.is_not(None), Story.pinned_until <= clock.now())
    return changed_rows(over.values(pinned_until=None, version=Story.version + 1))
