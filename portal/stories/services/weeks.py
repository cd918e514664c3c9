"""The story of the week: staff choose one for the present week, replace it, take it back."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.core import audit
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db, lock_row
from portal.core.errors import Conflict, NotAllowed
from portal.core.i18n import _
from portal.stories import notices, rules
from portal.stories.models import Story, StoryState
from portal.stories.queries.weeks import this_week
from portal.stories.services.standing import KIND


def choose_story_of_week(story: Story, *, by: Viewer, instead_of: str | None = None) -> None:
    """Make a member's published story that of the present week. Twice is once. Audited; the author is told.

    ``instead_of`` is the story that holds the week as far as ``by`` knows: it gives up its place, and its author's
    unread message goes. Raises NotAllowed, and Conflict when another one holds the week, or this one an earlier week.
    """
    _hold(story)
    if not rules.may_choose_story(by, story):
        raise NotAllowed(_("Only members’ stories on the wall can be chosen, by staff who may do so."))
    week = this_week()
    if story.chosen_week == week:
        return
    if story.chosen_week is not None:
        raise Conflict(
            _(
                "This story was already chosen, for week %(number)s.",
                number=rules.week_number(story.chosen_week),
            )
        )
    if instead_of:
        _give_up(instead_of, week)
    _take(story, week)
    audit.record("story.chosen", by=by, target_kind=KIND, target_id=story.id, week=week.isoformat())
    notices.tell_chosen(story, by)


def take_back_story_of_week(story: Story, *, by: Viewer) -> None:
    """The story gives up its week, whichever that is. Twice is once. Audited; an unread message goes.

    Raises NotAllowed.
    """
    _hold(story)
    if not by.can(Permission.FEATURE_STORIES):
        raise NotAllowed(_("Only members’ stories on the wall can be chosen, by staff who may do so."))
    week = story.chosen_week
    if week is None:
        return
    _give_up(story.id, week)
    db.session.refresh(story)
    audit.record("story.unchosen", by=by, target_kind=KIND, target_id=story.id, week=week.isoformat())


# ------------------------------------------------------------------ inside


def _hold(story: Story) -> None:
    lock_row(Story, story.id)
    db.session.refresh(story)


def _give_up(story_id: str, week: date) -> None:
    """Free the week; Conflict when this story does not hold it (any more)."""
    held = sa.update(Story).where(Story.id == story_id, Story.chosen_week == week)
    if not changed_rows(held.values(chosen_week=None, version=Story.version + 1)):
        raise _taken()
    notices.retract_chosen(story_id)


def _take(story: Story, week: date) -> None:
    """The unique index lets one in: who comes second is told, instead of undoing a colleague's choice unseen."""
    free = sa.update(Story).where(Story.id == story.id, Story.state == StoryState.PUBLISHED)
    try:
        changed_rows(free.values(chosen_week=week, version=Story.version + 1))
    except IntegrityError:
        raise _taken() from None
    db.session.refresh(story)


def _taken() -> Conflict:
    return Conflict(
        _("A colleague was faster: the story of this week is another one now. Please look again.")
    )
