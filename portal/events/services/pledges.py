"""The pledge wall of an event: one sentence each of who comes, looked at like stories before others read it."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once, lock_row, new_id
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.i18n import _
from portal.events.models import Event, Pledge, PledgeState, Registration, RegistrationState
from portal.moderation import services as moderation
from portal.stories.queries import published_count

KIND = "pledge"
LONGEST = 140


def holds_ticket(event_id: str, member_id: str) -> bool:
    mine = sa.select(Registration.id).where(
        Registration.event_id == event_id,
        Registration.member_id == member_id,
        Registration.state == RegistrationState.CONFIRMED,
    )
    return db.session.scalar(mine.limit(1)) is not None


def pledge(event: Event, words: str, *, by: Viewer) -> Pledge:
    """Write the sentence, or change it; afterwards ``state`` says whether others read it or it waits for a person.

    What was taken down comes back only through a person's eyes. Saying the same twice is saying it once. Raises NotAllowed
    without a ticket or a confirmed address or number, Conflict when the event is over or cancelled.
    """
    words = _checked(words)
    by.must_be_confirmed()
    if event.cancelled_at or event.is_over(clock.now()):
        raise Conflict(_("The event is over, and its wall stays as it is."))
    if not holds_ticket(event.id, by.id):
        raise NotAllowed(_("This wall belongs to those who hold a ticket."))
    mine = _held(event, by.id)
    before = mine.state
    if mine.words == words and before in (PledgeState.SHOWN, PledgeState.HELD):
        return mine
    if before is PledgeState.DELETED:
        mine.at = clock.now()
    mine.words, mine.version = words, mine.version + 1
    db.session.flush()
    again = before is PledgeState.HIDDEN
    earlier = 0 if again else published_count(by.id) + _others(mine)
    verdict = moderation.screen(KIND, mine.id, author=by, body=words, earlier=earlier, again=again)
    waits = before is PledgeState.HELD  # for a person, whatever it says now
    mine.state = PledgeState.SHOWN if verdict.publish and not waits else PledgeState.HELD
    db.session.flush()
    return mine


def take_back(event: Event, *, by: Viewer) -> None:
    """The sentence is gone for good. Deleting twice is deleting once."""
    mine = db.session.scalar(sa.select(Pledge).where(Pledge.event_id == event.id, Pledge.member_id == by.id))
    if mine is not None and _move(mine.id, set(PledgeState) - {PledgeState.DELETED}, PledgeState.DELETED):
        changed_rows(sa.update(Pledge).where(Pledge.id == mine.id).values(words=""))
        db.session.refresh(mine)
        moderation.withdraw(KIND, mine.id)


# ------------------------------------------------------------------ what moderators decide


def approve(pledge_id: str) -> None:
    """held or hidden → shown."""
    _move(pledge_id, {PledgeState.HELD, PledgeState.HIDDEN}, PledgeState.SHOWN)


def hide(pledge_id: str, reason: str) -> None:
    """held or shown → hidden. Moderation tells the author why."""
    _move(pledge_id, {PledgeState.HELD, PledgeState.SHOWN}, PledgeState.HIDDEN)


def restore(pledge_id: str, state: str) -> None:
    """Exactly as before a decision; what its author took back stays away."""
    _move(pledge_id, set(PledgeState) - {PledgeState.DELETED}, PledgeState(state))


def _move(pledge_id: str, came_from: set[PledgeState], to: PledgeState) -> bool:
    lock_row(Pledge, pledge_id)
    mine = sa.update(Pledge).where(Pledge.id == pledge_id, Pledge.state.in_(came_from))
    moved = changed_rows(mine.values(state=to, version=Pledge.version + 1)) == 1
    db.session.expire_all()
    return moved


def _held(event: Event, member_id: str) -> Pledge:
    """Their row on this wall, held; made now when there is none (taken back, as it were: without words)."""
    empty = {"words": "", "state": PledgeState.DELETED, "version": 1}
    insert_once(Pledge, id=new_id(), event_id=event.id, member_id=member_id, at=clock.now(), **empty)
    mine = sa.select(Pledge).where(Pledge.event_id == event.id, Pledge.member_id == member_id)
    found = db.session.scalars(mine).one()
    lock_row(Pledge, found.id)
    db.session.refresh(found)
    return found


def _others(mine: Pledge) -> int:
    """Their sentences on other walls (counted up to 50: more is known well enough)."""
    shown = sa.select(Pledge.id).where(
        Pledge.member_id == mine.member_id, Pledge.state == PledgeState.SHOWN, Pledge.id != mine.id
    )
    return db.session.scalar(sa.select(sa.func.count()).select_from(shown.limit(50).subquery())) or 0


def _checked(words: str) -> str:
    words = " ".join(words.split())
    if not words:
        raise Invalid(_("Please write something first."), field="words")
    if len(words) > LONGEST:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST), field="words")
    return words
