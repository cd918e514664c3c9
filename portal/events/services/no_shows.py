"""Who did not come and said nothing: noted the morning after, told kindly, spent in one draw, forgiven where there was a reason.

Nobody is noted where the door was not used: then nobody knows who came.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once, lock_row, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.events.models import Arrival, NoShow, Registration, RegistrationState, TicketType
from portal.events.queries.no_shows import AT_ONCE, arrived, came, door_used, open_ones
from portal.events.services import telling

LONGEST = 500


def missing(event_id: str, limit: int) -> list[str]:
    """Tickets of an event that is over, with which nobody came, and that were not noted yet. Only of days on which the door let
    somebody in."""
    noted = sa.exists().where(NoShow.registration_id == Registration.id)
    statement = (
        sa.select(Registration.id)
        .join(TicketType, TicketType.id == Registration.ticket_type_id)
        .where(Registration.event_id == event_id, Registration.state == RegistrationState.CONFIRMED)
        .where(door_used(), ~arrived(), ~noted)
    )
    return list(db.session.scalars(statement.order_by(Registration.id).limit(limit)))


def note(registration_id: str) -> bool:
    """Note it and tell its holder, once. False when it was noted, or they came after all."""
    lock_row(Registration, registration_id, whole=False)
    registration = db.session.get_one(Registration, registration_id, populate_existing=True)
    there = sa.select(Arrival.day_id).where(Arrival.registration_id == registration_id, Arrival.people > 0)
    if registration.state is not RegistrationState.CONFIRMED or db.session.scalar(there) is not None:
        return False
    made = insert_once(
        NoShow,
        id=new_id(),
        event_id=registration.event_id,
        registration_id=registration_id,
        member_id=registration.member_id,
        noted_at=clock.now(),
        words="",
        forgiven=False,
    )
    if made:
        telling.missed(registration)
    return made


def appeal(no_show: NoShow, words: str, *, by: Viewer) -> None:
    """They say what happened; until staff decide they may say it better. Raises Invalid without words, Conflict when it was
    decided or spent."""
    if not words.strip():
        raise Invalid(_("Please write a sentence."), field="words")
    if len(words) > LONGEST:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST), field="words")
    mine = sa.update(NoShow).where(
        NoShow.id == no_show.id,
        NoShow.member_id == by.id,
        NoShow.decided_at.is_(None),
        NoShow.spent_in.is_(None),
    )
    values = {"words": words, "appealed_at": sa.func.coalesce(NoShow.appealed_at, clock.now())}
    if changed_rows(mine.values(values)) != 1:
        raise Conflict(_("It was decided already, and counts for nothing more."))


def decide(no_show: NoShow, *, forgive: bool, by: Viewer) -> None:
    """Staff forgive it, or leave it as it is; the member hears of what concerns them. The same twice changes nothing; what was
    kept can still be forgiven. Raises Conflict once it was spent in a draw, or was forgiven. Audited."""
    open_one = sa.update(NoShow).where(
        NoShow.id == no_show.id, NoShow.spent_in.is_(None), NoShow.forgiven.is_(False)
    )
    if not forgive:
        open_one = open_one.where(NoShow.decided_at.is_(None))
    values = {"forgiven": forgive, "decided_at": clock.now(), "decided_by": by.id}
    if changed_rows(open_one.values(values)) != 1:
        db.session.refresh(no_show)
        if no_show.decided_at is not None and no_show.forgiven is forgive:
            return
        raise Conflict(_("It was decided already, and counts for nothing more."))
    db.session.refresh(no_show)
    what = "event.no_show_forgiven" if forgive else "event.no_show_kept"
    audit.record(what, by=by, target_kind="event_no_show", target_id=no_show.id)
    if forgive or no_show.appealed_at is not None:
        registration = db.session.get_one(Registration, no_show.registration_id)
        telling.no_show_decided(registration, member_id=no_show.member_id, forgiven=forgive)


def spend(member_ids: Iterable[str], draw_id: str) -> set[str]:
    """The oldest open no-show of each of these members is spent in this draw; returns whose was. The same draw asks twice, and
    spends once; of two draws at one time only one gets it."""
    wanted, spent = sorted(set(member_ids)), set[str]()
    for start in range(0, len(wanted), AT_ONCE):
        some = NoShow.member_id.in_(wanted[start : start + AT_ONCE])
        known = set(db.session.scalars(sa.select(NoShow.member_id).where(some, NoShow.spent_in == draw_id)))
        spent |= known
        rows = sa.select(NoShow).where(some, open_ones()).order_by(NoShow.id).with_for_update()
        for no_show in db.session.scalars(rows.execution_options(populate_existing=True)):
            if no_show.member_id not in spent:
                no_show.spent_in = draw_id
                spent.add(no_show.member_id)
    db.session.flush()
    return spent


def forget_mistakes(event_id: str) -> int:
    """A door told late that they came: what was noted of them goes, unless a draw has it. Returns how many."""
    wrong = sa.delete(NoShow).where(NoShow.event_id == event_id, NoShow.spent_in.is_(None), came())
    return changed_rows(wrong)
