"""Comments of two levels, and the brand's answers among them.

A story is *answered* by its first published comment as the brand; deleting that one lets the next take its place, or
starts the clock again.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.accounts.services.distance import meet
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.i18n import _
from portal.moderation import services as moderation
from portal.stories import notices, rules
from portal.stories.models import Comment, CommentState, Story, StoryState
from portal.stories.services.members_only import must_read
from portal.stories.signals import CommentPublished, StoryAnswered, comment_published, story_answered

KIND = "comment"
#: equal words of one member at one place within this time are one comment
SAME_WITHIN = timedelta(minutes=1)


def answer_story(story: Story, *, by: Viewer, body: str) -> Comment:
    """Answer a story as the brand."""
    return add_comment(story, by=by, body=body, as_brand=True)


def add_comment(
    story: Story, *, by: Viewer, body: str, parent_id: str | None = None, as_brand: bool = False
) -> Comment:
    """Write below a story, or in answer to another comment (``parent_id``; a reply's reply joins the top comment).

    Afterwards ``comment.state`` is published or held. Tells the author of the story and whoever is replied to. The
    same words sent twice within a minute (an impatient finger, a lost answer) are one comment.
    Raises NotAllowed, Invalid, NotFound (no such comment, or somebody is hidden from ``by``), Conflict when story or
    comment were taken down. The house speaks to everyone: nobody is hidden from it.
    """
    _must_be_allowed(by, as_brand)
    body = _checked(body)
    lock_row(Story, story.id)
    db.session.refresh(story)
    if story.state is not StoryState.PUBLISHED:
        raise Conflict(_("This story is not on the wall any more."))
    must_read(story, by)
    target = _target(story, parent_id)
    if not as_brand:
        _must_meet(by, story, target)
    place = (target.parent_id or target.id) if target else None
    if (said := _said_just_now(story, by, body, place, as_brand)) is not None:
        return said
    comment = Comment(
        story_id=story.id,
        parent_id=place,
        author_id=by.id,
        as_brand=as_brand,
        state=CommentState.HELD,
        body=body,
        created_at=clock.now(),
    )
    db.session.add(comment)
    db.session.flush()
    verdict = moderation.screen(KIND, comment.id, author=by, body=body, earlier=_earlier(by))
    if verdict.publish:
        _move(comment, {CommentState.HELD}, CommentState.PUBLISHED)
        _tell(comment, story, target)
    return comment


def delete_comment(comment: Comment, *, by: Viewer) -> None:
    """Take a comment away for good; where others replied, its place stays. Deleting twice is deleting once."""
    if comment.state is CommentState.DELETED:
        return
    if not rules.may_delete_comment(by, comment):
        raise NotFound(_("This comment is not here any more."))
    lock_row(Story, comment.story_id)
    if take_comment_away(comment) and comment.as_brand:
        audit.record("answer.deleted", by=by, target_kind=KIND, target_id=comment.id)


def take_comment_away(comment: Comment) -> bool:
    """What deleting is, whoever wants it; the story is held already. False when it was deleted before."""
    if not _move(comment, set(CommentState) - {CommentState.DELETED}, CommentState.DELETED):
        return False
    comment.body = ""
    db.session.flush()
    notices.retract_comment(comment)
    moderation.withdraw(KIND, comment.id)
    return True


# ------------------------------------------------------------------ what moderators decide


def approve_comment(comment_id: str) -> None:
    """held or hidden → published, and those whom it concerns learn of it."""
    comment = _comment(comment_id)
    if _move(comment, {CommentState.HELD, CommentState.HIDDEN}, CommentState.PUBLISHED):
        story = db.session.get_one(Story, comment.story_id)
        _tell(comment, story, db.session.get(Comment, comment.parent_id) if comment.parent_id else None)


def hide_comment(comment_id: str, reason: str) -> None:
    """held or published → hidden. Moderation tells the author why."""
    comment = _comment(comment_id)
    if _move(comment, {CommentState.HELD, CommentState.PUBLISHED}, CommentState.HIDDEN):
        notices.retract_comment(comment)


def restore_comment(comment_id: str, state: str) -> None:
    """Exactly as before a decision; what its author deleted stays deleted."""
    _move(_comment(comment_id), set(CommentState) - {CommentState.DELETED}, CommentState(state))


# ------------------------------------------------------------------ inside


def _move(comment: Comment, came_from: set[CommentState], to: CommentState) -> bool:
    """Bring a comment to a state, and the story's counter and answer with it. False when nothing was to do."""
    before = db.session.scalar(sa.select(Comment.state).where(Comment.id == comment.id))
    if before not in came_from or before is to:
        return False
    mine = sa.update(Comment).where(Comment.id == comment.id, Comment.state == before)
    if not changed_rows(mine.values(state=to)):
        return False
    db.session.refresh(comment)
    step = (to is CommentState.PUBLISHED) - (before is CommentState.PUBLISHED)
    if step:
        _count(comment.story_id, step)
        _settle_answer(comment)
    if step > 0:
        comment_published.send(CommentPublished(comment.id, comment.story_id, comment.author_id))
    return True


def _count(story_id: str, step: int) -> None:
    counted = sa.update(Story).where(Story.id == story_id)
    changed_rows(counted.values(comment_count=Story.comment_count + step, version=Story.version + 1))


def _settle_answer(comment: Comment) -> None:
    """After a comment as the brand came or went: the story's answer is the first one that stands."""
    story = db.session.get_one(Story, comment.story_id, populate_existing=True)
    if not comment.as_brand or story.as_brand:
        return
    standing = sa.select(Comment.id, Comment.created_at).where(
        Comment.story_id == story.id, Comment.as_brand, Comment.state == CommentState.PUBLISHED
    )
    first = db.session.execute(standing.order_by(Comment.created_at, Comment.id).limit(1)).first()
    answer_id, answered_at = (first.id, first.created_at) if first else (None, None)
    if story.answer_id == answer_id:
        return
    was_waiting = story.answered_at is None
    story.answer_id, story.answered_at = answer_id, answered_at
    db.session.flush()
    if was_waiting and answered_at is not None:
        story_answered.send(StoryAnswered(story.id, story.author_id, comment.id, answered_at))


def _tell(comment: Comment, story: Story, target: Comment | None) -> None:
    """Who is replied to hears of the reply; the story's author hears of everything else below the story."""
    db.session.refresh(story)
    if target is not None and not target.as_brand:
        notices.tell_replied(comment, story, target)
        if target.author_id == story.author_id:
            return
    if comment.as_brand and target is None:
        notices.tell_answered(comment, story)
    else:
        notices.tell_commented(comment, story)


def _must_be_allowed(by: Viewer, as_brand: bool) -> None:
    if as_brand and not rules.may_answer_as_brand(by):
        raise NotAllowed(_("Your role does not answer as the brand."))
    by.must_be_confirmed()


def _checked(body: str) -> str:
    body = body.strip()
    if not body:
        raise Invalid(_("Please write something first."), field="body")
    if len(body) > rules.LONGEST_COMMENT:
        raise Invalid(_("Please use at most %(most)s characters.", most=rules.LONGEST_COMMENT), field="body")
    return body


def _target(story: Story, parent_id: str | None) -> Comment | None:
    if not parent_id:
        return None
    target = db.session.get(Comment, parent_id, populate_existing=True)
    if target is None or target.story_id != story.id:
        raise NotFound(_("This comment is not here any more."))
    if target.state is not CommentState.PUBLISHED:
        raise Conflict(_("This comment was taken down."))
    return target


def _must_meet(by: Viewer, story: Story, target: Comment | None) -> None:
    others = {}
    if target is not None and not target.as_brand:
        others[target.author_id] = _("This comment is not here any more.")
    if not story.as_brand:
        others[story.author_id] = _("This story is not on the wall. Its author may have taken it down.")
    meet(by, others)


def _said_just_now(story: Story, by: Viewer, body: str, place: str | None, as_brand: bool) -> Comment | None:
    """The comment that says the same at the same place already."""
    mine = sa.select(Comment).where(
        Comment.author_id == by.id,
        Comment.created_at > clock.now() - SAME_WITHIN,
        Comment.story_id == story.id,
        Comment.parent_id == place if place else Comment.parent_id.is_(None),
        Comment.as_brand == as_brand,
        Comment.body == body,
        Comment.state.in_((CommentState.PUBLISHED, CommentState.HELD)),
    )
    return db.session.scalar(mine.order_by(Comment.created_at).limit(1))


def _earlier(by: Viewer) -> int:
    """How many comments of this member stand already (counted up to 50: more is known well enough)."""
    mine = sa.select(Comment.id).where(Comment.author_id == by.id, Comment.state == CommentState.PUBLISHED)
    return db.session.scalar(sa.select(sa.func.count()).select_from(mine.limit(50).subquery())) or 0


def _comment(comment_id: str) -> Comment:
    comment = db.session.get(Comment, comment_id)
    if comment is None:
        raise Conflict(_("This comment is not here any more."))
    lock_row(Story, comment.story_id)
    db.session.refresh(comment)
    return comment
