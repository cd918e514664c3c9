"""Places are offered, taken, declined, or lapse; a free one is offered to who stands next in line, in the same transaction.

The trial is held first, then the standings of those who are asked next, by member id, then the testers. A delivery that is
there already is held before the trial, because it tells of itself while it is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.catalog.models import Product
from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import db, key_of
from portal.core.errors import Conflict, NotFound
from portal.core.i18n import _
from portal.deliveries import services as deliveries
from portal.trials.models import Application, Decision, Tester, TesterState, Trial
from portal.trials.queries.places import may_be_asked, takes_seat
from portal.trials.rules import testing as rules
from portal.trials.rules.kinds import TESTER, TRIAL
from portal.trials.rules.succession import Free, free_of
from portal.trials.services import standing, telling
from portal.trials.services.holding import hold_trial

#: so many substitutes are held beyond the places that are free: some of them cannot take one
AHEAD = 50


def hold_substitutes(trial: Trial, others: Sequence[str] = ()) -> None:
    """The standings of all who may be offered a place now, before the first of them is: who is picked and was not asked yet, whoever
    comes next for the places that are free, and ``others``, who may be about to leave theirs.

    Of thousands of substitutes only so many are held. Should all of them be passed by, whoever stands behind is held when their
    turn comes, out of order: in the rarest case two trials then wait for each other, and PostgreSQL ends one, which changed nothing.
    """
    picked, members = _picked(trial.id), set(others)
    sitting = (one for one in _sitting(trial.id) if one.member_id not in members)
    free = free_of(trial, [*sitting, *picked])
    members |= {one.member_id for one in picked}
    if trial.ended_at is None and (free.places or picked):
        members |= set(_next_members(trial, free, free.places + AHEAD))
    standing.hold(members)


def offer(trial: Trial, application: Application, *, substitute: bool = False) -> Tester | None:
    """A place for this application, kept for ``accept_hours``; its member hears of it. None when they left, rest, came to work
    here, or won elsewhere within 90 days: then the application is skipped, and says why.

    The trial is held, and :func:`hold_substitutes` was called.
    """
    now = clock.now()
    refused = standing.claim(application.member_id, now)
    application.version += 1
    if refused is not None:
        application.decision, application.way, application.place = Decision.SKIPPED, None, None
        application.barred, application.decided_at = refused, now
        db.session.flush()
        return None
    application.decision, application.place = Decision.PICKED, None
    tester = Tester(
        trial_id=trial.id,
        application_id=application.id,
        member_id=application.member_id,
        state=TesterState.OFFERED,
        offered_at=now,
        accept_until=now + timedelta(hours=trial.accept_hours),
    )
    look_again(tester, now)
    db.session.add(tester)
    db.session.flush()
    telling.tell_chosen(tester, trial, substitute=substitute)
    return tester


def refill(trial: Trial) -> int:
    """All free places to who is next in line and can take one; returns how many were offered. The trial and its substitutes are
    held."""
    sitting, offered = _sitting(trial.id), 0
    while (found := _next(trial, free_of(trial, sitting))) is not None:
        if offer(trial, found, substitute=True) is not None:
            sitting.append(found)
            offered += 1
    return offered


def offer_free(trial: Trial, *, by: Viewer) -> int:
    """Staff look whether a place is free, and offer it to who is next. Raises NotAllowed, Conflict before the choice was told or when
    the trial is over. Audited."""
    by.must(Permission.MANAGE_TRIALS)
    trial = hold_trial(key_of(trial))
    if trial.chosen_at is None or trial.ended_at is not None:
        raise Conflict(_("Places are offered between the choice and the end of a trial."))
    hold_substitutes(trial)
    offered = refill(trial)
    if not offered:
        raise Conflict(_("No place is free, or nobody who could take one is waiting."))
    audit.record("trial.offered", by=by, target_kind=TRIAL, target_id=trial.id, number=offered)
    return offered


# ------------------------------------------------------------------ by the member


def accept(tester: Tester, *, by: Viewer) -> Tester:
    """They take part, and are asked where to send it. Twice is once. Raises NotFound for somebody else's, Conflict when the place is
    not kept any more."""
    trial, held = hold(tester, by=by)
    now = clock.now()
    if held.state is TesterState.ACCEPTED:
        return held
    _must_be_open(held, now)
    held.state, held.accept_until, held.accepted_at = TesterState.ACCEPTED, None, now
    look_again(held, now)
    db.session.flush()
    product = db.session.get_one(Product, trial.product_id)
    what = {"what_zh": product.name_zh, "what_en": product.name_en}
    deliveries.ask(TESTER, held.id, member_id=held.member_id, **what)
    telling.answered(held)
    return held


def decline(tester: Tester, *, by: Viewer) -> Tester:
    """They leave their place to somebody else; nothing counts against them. Twice is once. Raises NotFound for somebody else's, Conflict
    when they took it already or it is not kept any more."""
    trial, held = hold(tester, by=by, substitutes=True)
    if held.state is TesterState.DECLINED:
        return held
    _must_be_open(held, clock.now())
    leave(trial, held, TesterState.DECLINED)
    return held


# ------------------------------------------------------------------ by time, and by what happens elsewhere


def lapse(tester: Tester) -> bool:
    """The time to say yes is over: the place goes to who is next. False when they answered meanwhile."""
    trial, held = hold(tester, substitutes=True)
    late = held.accept_until is not None and clock.now() >= held.accept_until
    if held.state is not TesterState.OFFERED or not late:
        return False
    leave(trial, held, TesterState.LAPSED)
    telling.tell(held, "lapsed")
    return True


def leave(trial: Trial, held: Tester, state: TesterState, excuse: str = "") -> None:
    """They end without a report and without a mark. Whoever got nothing leaves the place to who is next, and may win again.

    The trial, its substitutes and the tester are held.
    """
    now = clock.now()
    held.state, held.accept_until, held.next_at, held.ended_at = state, None, None, now
    held.excuse = excuse
    db.session.flush()
    if not rules.takes_seat(held):
        give_up_place(trial, held)
    telling.answered(held)
    telling.address_given(held)
    telling.not_due(held)


def give_up_place(trial: Trial, held: Tester) -> None:
    """They get nothing, so they may win again, and their place goes to who is next. The trial and its substitutes are held."""
    theirs = standing.hold([held.member_id])[held.member_id]
    standing.release(theirs, held.offered_at)
    if trial.ended_at is None:
        refill(trial)


# ------------------------------------------------------------------ who holds what


def hold(tester: Tester, *, by: Viewer | None = None, substitutes: bool = False) -> tuple[Trial, Tester]:
    """The trial (with its ``substitutes``, where a place may become free) and the tester as they are now, held until the transaction
    ends.

    With ``by`` only their own. Raises NotFound.
    """
    read = db.session.get(Tester, key_of(tester))
    if read is None or (by is not None and read.member_id != by.id):
        raise NotFound(_("There is no trial of yours at this address."))
    trial = hold_trial(read.trial_id)
    if substitutes:
        hold_substitutes(trial, [read.member_id])
    mine = sa.select(Tester).where(Tester.id == read.id).with_for_update()
    return trial, db.session.scalars(mine.execution_options(populate_existing=True)).one()


def look_again(tester: Tester, now: datetime) -> None:
    """When the worker looks at them next."""
    tester.next_at = rules.next_look(tester, now, brand.current().time_zone)


# ------------------------------------------------------------------ inside


def _must_be_open(held: Tester, now: datetime) -> None:
    if not rules.may_answer(held, now):
        raise Conflict(_("This place is not kept any more. It went to who was next, or you gave it back."))


def _sitting(trial_id: str) -> list[Application]:
    """Whose places are taken. One query."""
    theirs = sa.select(Application).join(Tester, Tester.application_id == Application.id)
    return list(db.session.scalars(theirs.where(Tester.trial_id == trial_id, takes_seat())))


def _picked(trial_id: str) -> list[Application]:
    """Who is picked and was not asked yet: all of them when the result is told, nobody afterwards. One query."""
    asked = sa.exists().where(Tester.application_id == Application.id)
    theirs = sa.select(Application).where(
        Application.trial_id == trial_id, Application.decision == Decision.PICKED, ~asked
    )
    return list(db.session.scalars(theirs))


def _next_members(trial: Trial, free: Free, number: int) -> list[str]:
    """So many substitutes, and as many newcomers among them: while places are given, either may come next. Two queries."""
    waiting = sa.select(Application.member_id).where(_has_room(trial.id, free))
    first = waiting.order_by(Application.place).limit(number)
    both = (first, first.where(Application.newcomer))
    return [member_id for some in both for member_id in db.session.scalars(some)]


def _next(trial: Trial, free: Free) -> Application | None:
    """Whose turn it is, by their places; None when no place is free, or nobody may have one. At most two queries."""
    if not free.places:
        return None
    waiting = sa.select(Application).where(_has_room(trial.id, free)).order_by(Application.place)
    fresh = waiting.limit(1).execution_options(populate_existing=True)
    newcomer = db.session.scalar(fresh.where(Application.newcomer)) if free.newcomers_first else None
    return newcomer or db.session.scalar(fresh)


def _has_room(trial_id: str, free: Free) -> sa.ColumnElement[bool]:
    """Substitutes whose region has room."""
    waits = may_be_asked(trial_id)
    return sa.and_(waits, Application.region.not_in(sorted(free.full))) if free.full else waits
