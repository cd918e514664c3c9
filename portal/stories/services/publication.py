"""From the author's desk to the wall, and off it again.

::

    draft, rejected, hidden ──submit──▶ published | held | preparing (photos still in the worker)
    preparing ──last photo ready──▶ published | held          preparing ──a photo refused──▶ draft
    held ──approve──▶ published     held ──hide──▶ rejected     published ──hide──▶ hidden
    published ──a newcomer adds photos or links──▶ held         everything ──delete──▶ deleted

Rejected and hidden stories that come back are always looked at by a person again, whoever told them.
"""

from __future__ import annotations

from typing import Any, Unpack

import sqlalchemy as sa

from portal.accounts import queries as accounts
from portal.brand import queries as brand_queries
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, lock_row
from portal.core.elsewhere import links_in
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.media import services as media
from portal.core.media.models import Photo, PhotoState
from portal.moderation import services as moderation
from portal.stories import notices, rules
from portal.stories.models import Story, StoryEdit, StoryHashtag, StoryState
from portal.stories.queries import photo_states, published_count
from portal.stories.services.drafts import Words, hold_story, write_down
from portal.stories.services.indexing import index_story
from portal.stories.services.photos import refresh_photos
from portal.stories.services.standing import KIND, move_story, put_on_wall
from portal.stories.services.taking_part import take_part

WAITING = frozenset({PhotoState.RECEIVED, PhotoState.PROCESSING})
REFUSED_ONCE = frozenset({StoryState.REJECTED, StoryState.HIDDEN})


def submit_story(story: Story, *, by: Viewer, **words: Unpack[Words]) -> Story:
    """Hand the story in. Afterwards ``story.state`` says what became of it: published, held or preparing.

    Submitting twice is submitting once. Raises Invalid when there is nothing to tell or a photo was refused,
    NotAllowed before the member's address or number is confirmed.
    """
    by.must_be_confirmed()
    hold_story(story, by)
    if story.state in rules.HANDED_IN:
        return story
    write_down(story, **words)
    _must_be_complete(story)
    before = story.state
    story.submitted_at = clock.now()
    story.region = accounts.place_of(by.id)
    db.session.flush()
    take_part(story, handed_in=True)
    if WAITING & set(photo_states(story.id)):
        move_story(story, rules.ON_THE_DESK, StoryState.PREPARING)
    else:
        _hand_in(story, by, before)
    return story


def edit_story(story: Story, *, by: Viewer, **words: Unpack[Words]) -> Story:
    """Change a story that was handed in. What readers saw before stays readable in its history.

    A published story stays on the wall, unless a newcomer added photos or links: then it is held again. A rejected
    or hidden one is handed in again. Raises Invalid, NotAllowed as submitting does.
    """
    if story.state in rules.ON_THE_DESK:
        return submit_story(story, by=by, **words)
    by.must_be_confirmed()
    hold_story(story, by)
    said_before = story.body
    write_down(story, **words)
    _must_be_complete(story)
    if story.state is StoryState.PUBLISHED:
        _edit_published(story, by, said_before)
    elif story.state is StoryState.HELD and story.body != said_before:
        _screen(story, by, earlier=0)  # the queue learns that the text changed
    elif story.state is StoryState.PREPARING:
        complete_story(story.id)
    take_part(story)
    return story


def delete_story(story: Story, *, by: Viewer) -> None:
    """Take the story away for good: text, history and photos are gone. Deleting twice is deleting once."""
    if story.state is StoryState.DELETED:
        return
    hold_story(story, by)
    if take_story_away(story) and story.as_brand:
        audit.record("news.deleted", by=by, target_kind=KIND, target_id=story.id)


def take_story_away(story: Story) -> bool:
    """What deleting is, whoever wants it; the story is held already. False when it was deleted before."""
    everything = set(StoryState) - {StoryState.DELETED}
    gone: dict[str, Any] = {"body": "", "featured_at": None, "pinned_until": None, "chosen_week": None}
    gone |= {"members_only": False, "teaser": ""}
    if not move_story(story, everything, StoryState.DELETED, **gone):
        return False
    media.discard_photos(KIND, story.id)
    refresh_photos(story)
    db.session.execute(sa.delete(StoryEdit).where(StoryEdit.story_id == story.id))
    db.session.execute(sa.delete(StoryHashtag).where(StoryHashtag.story_id == story.id))
    moderation.withdraw(KIND, story.id)
    notices.retract_chosen(story.id)
    return True


def complete_story(story_id: str) -> None:
    """A photo of the story is finished: refresh what readers see, and move the story on when it waited for it.

    Repeatable; the sweep calls it too. A refused photo sends a waiting story back to its author with a sentence.
    """
    lock_row(Story, story_id)
    story = db.session.get(Story, story_id, populate_existing=True)
    if story is None or story.state is StoryState.DELETED:
        return
    refresh_photos(story)
    states = set(photo_states(story.id))
    if story.state is not StoryState.PREPARING or WAITING & states:
        return
    author = accounts.viewer_of(story.author_id)
    if PhotoState.REFUSED in states or not (story.body or states):
        _send_back(story, author)
    else:
        _hand_in(story, author, StoryState.DRAFT)


# ------------------------------------------------------------------ what moderators decide


def approve_story(story_id: str) -> None:
    """held (or rejected) → published."""
    put_on_wall(_story(story_id), {StoryState.HELD, StoryState.REJECTED})


def hide_story(story_id: str, reason: str) -> None:
    """held → rejected, published → hidden; the author reads ``reason`` and may mend the story."""
    story = _story(story_id)
    to = StoryState.HIDDEN if story.state is StoryState.PUBLISHED else StoryState.REJECTED
    move_story(story, {StoryState.HELD, StoryState.PUBLISHED}, to, rejected_reason=reason[:255])


def restore_story(story_id: str, state: str) -> None:
    """Exactly as before a decision. A story that its author deleted or handed in anew meanwhile stays as it is."""
    story, to = _story(story_id), StoryState(state)
    decided = {StoryState.PUBLISHED, StoryState.REJECTED, StoryState.HIDDEN}
    if to is StoryState.PUBLISHED:
        put_on_wall(story, decided)
        return
    values: dict[str, Any] = {"rejected_reason": ""} if to is StoryState.HELD else {}
    if story.published_at and story.submitted_at and story.published_at >= story.submitted_at:
        values["published_at"] = None  # the approval that is taken back had set it
    move_story(story, decided, to, **values)


# ------------------------------------------------------------------ inside


def _hand_in(story: Story, author: Viewer, before: StoryState) -> None:
    """Publish or hold, as moderation says."""
    again = before in REFUSED_ONCE or bool(story.rejected_reason)
    earlier = 0 if again else published_count(author.id)
    verdict = _screen(story, author, earlier=earlier, again=again)
    came_from = rules.ON_THE_DESK | {StoryState.PREPARING}
    if verdict.publish:
        put_on_wall(story, came_from)
    else:
        move_story(story, came_from, StoryState.HELD, rejected_reason="")
    refresh_photos(story)


def _screen(story: Story, author: Viewer, *, earlier: int, again: bool = False) -> moderation.Verdict:
    return moderation.screen(KIND, story.id, author=author, body=story.body, earlier=earlier, again=again)


def _edit_published(story: Story, by: Viewer, said_before: str) -> None:
    if story.body != said_before:
        db.session.add(StoryEdit(story_id=story.id, body=said_before, edited_at=clock.now()))
        story.edited_at = clock.now()
        db.session.flush()
    new_links = links_in(story.body) - links_in(said_before)
    if (new_links or _unseen_photos(story.id)) and _is_newcomer(by):
        story.submitted_at = clock.now()
        db.session.flush()
        if not _screen(story, by, earlier=published_count(by.id)).publish:
            move_story(story, {StoryState.PUBLISHED}, StoryState.HELD)
            return
    if not story.members_only:
        media.publish_photos(KIND, story.id)
    refresh_photos(story)
    index_story(story)


def _is_newcomer(by: Viewer) -> bool:
    return not by.is_staff and published_count(by.id) < brand_queries.current().newcomer_stories


def _unseen_photos(story_id: str) -> bool:
    """Whether the story has photos that were never public."""
    unseen = sa.select(Photo.id).where(
        Photo.owner_kind == KIND, Photo.owner_id == story_id, sa.not_(Photo.published)
    )
    return db.session.scalar(unseen.limit(1)) is not None


def _send_back(story: Story, author: Viewer) -> None:
    """To the draft; when the author has begun another one, to the rejected ones, where it can be mended as well."""
    waits_already = sa.select(Story.id).where(
        Story.author_id == story.author_id, Story.state == StoryState.DRAFT, Story.id != story.id
    )
    if db.session.scalar(waits_already) is None:
        sent = move_story(story, {StoryState.PREPARING}, StoryState.DRAFT)
    else:
        reason = notices.photo_refused(author.language)
        sent = move_story(story, {StoryState.PREPARING}, StoryState.REJECTED, rejected_reason=reason)
    if sent:
        notices.tell_sent_back(story)


def _must_be_complete(story: Story) -> None:
    states = photo_states(story.id)
    if not story.body and not states:
        raise Invalid(_("A story needs words or a photo."), field="body")
    if PhotoState.REFUSED in states:
        raise Invalid(_("One of the photos could not be used. Remove it or try it again."), field="photos")


def _story(story_id: str) -> Story:
    lock_row(Story, story_id)
    story = db.session.get(Story, story_id, populate_existing=True)
    if story is None:
        raise Conflict(_("This story is not here any more."))
    return story
