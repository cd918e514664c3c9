"""What tests of trials do: places are offered, taken and sent, and time passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member, StaffRole
from portal.accounts.queries import viewer_of
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.draw.models import Draw
from portal.core.draw.queries import find_draw
from portal.deliveries import services as deliveries
from portal.deliveries.models import Delivery
from portal.deliveries.queries import delivery_for
from portal.notifications.models import Notification
from portal.trials import jobs
from portal.trials.models import Application, Mark, Tester, Trial
from portal.trials.rules.filling import Filling
from portal.trials.rules.kinds import TESTER, TRIAL
from portal.trials.services import drawing, offers
from portal.trials.services.holding import hold_trial
from tests.factories.deliveries import ADDRESS
from tests.make import Make


def act(verb: Callable[..., Any], *args: Any, **facts: Any) -> Any:
    """One write."""
    with transaction():
        return verb(*args, **facts)


def fresh(row: Any) -> Any:
    """The row as it is stored now."""
    return db.session.get_one(type(row), row.id, populate_existing=True)


def frozen_list(trial: Trial, *, by: Viewer, **source: Any) -> Draw:
    """Closed now; the value is published a day later, in a lottery unless given."""
    named = {"source_en": "Thursday's lottery", "known_at": clock.now() + clock.days(1)}
    draw: Draw = act(drawing.freeze_list, trial, **named | source, by=by)
    return draw


def drawn_with(trial: Trial, value: str, *, by: Viewer) -> Filling:
    """Once the value is published."""
    draw = find_draw(TRIAL, trial.id)
    assert draw is not None and draw.known_at is not None
    with clock.travel(draw.known_at):
        found: Filling = act(drawing.settle, trial, value, by=by)
    return found


def manager(make: Make) -> Viewer:
    return viewer_of(make.staff("manager").id)


def hire(member: Member, role: Role = Role.MODERATOR) -> Viewer:
    """They come to work here."""
    with transaction():
        db.session.add(StaffRole(member_id=member.id, role=role, granted_at=clock.now()))
    return viewer_of(member.id)


def by(tester: Tester) -> Viewer:
    return viewer_of(tester.member_id)


def offered(make: Make, trial: Trial | None = None, member: Member | None = None, **facts: Any) -> Tester:
    """Somebody who was picked and is asked, through the service."""
    trial = trial or make.trial("chosen")
    application = make.application(trial, member, decision="picked", **facts)
    return _offer(trial.id, application.id)


def substitutes(make: Make, trial: Trial, number: int, **facts: Any) -> list[Application]:
    """So many substitutes, in order."""
    return [make.application(trial, decision="substitute", **facts) for _one in range(number)]


def accepted(make: Make, trial: Trial | None = None, **facts: Any) -> Tester:
    tester = offered(make, trial, **facts)
    taken: Tester = act(offers.accept, tester, by=by(tester))
    return taken


def parcel(tester: Tester) -> Delivery:
    found = delivery_for(TESTER, tester.id)
    assert found is not None
    return found


def send(make: Make, tester: Tester, staff: Viewer | None = None) -> None:
    """They say where to, and staff send it."""
    one = parcel(tester)
    act(deliveries.give_address, one, "小满", "13900001234", ADDRESS, by=by(tester))
    act(deliveries.ship, one, "顺丰", "SF100", by=staff or manager(make))


def receive(make: Make, tester: Tester, staff: Viewer | None = None) -> Tester:
    """It is sent, and arrives at once."""
    send(make, tester, staff)
    act(deliveries.confirm_received, parcel(tester), by=by(tester))
    has: Tester = fresh(tester)
    return has


def has_it(make: Make, trial: Trial | None = None, **facts: Any) -> Tester:
    """Somebody at whose home it arrived just now."""
    return receive(make, accepted(make, trial, **facts))


@contextmanager
def worker_at(moment: datetime) -> Iterator[None]:
    """At this moment, right after the worker looked at everybody."""
    with clock.travel(moment):
        jobs.look_at_testers()
        jobs.end_trials()
        yield


def states(trial: Trial) -> list[str]:
    """Of its testers, in the order in which they were asked."""
    theirs = sa.select(Tester.state).where(Tester.trial_id == trial.id)
    return [state.value for state in db.session.scalars(theirs.order_by(Tester.offered_at, Tester.id))]


def told(member_id: str) -> list[str]:
    """The kinds of messages of trials that somebody has, the earliest first."""
    theirs = sa.select(Notification.kind).where(Notification.member_id == member_id)
    kinds = db.session.scalars(theirs.order_by(Notification.created_at, Notification.id))
    return [kind.removeprefix("trials.") for kind in kinds if kind.startswith("trials.")]


def marks(member_id: str) -> list[str]:
    return [one.kind.value for one in db.session.scalars(sa.select(Mark).where(Mark.member_id == member_id))]


def _offer(trial_id: str, application_id: str) -> Tester:
    with transaction():
        held = hold_trial(trial_id)
        offers.hold_substitutes(held)
        tester = offers.offer(held, db.session.get_one(Application, application_id))
    assert tester is not None
    return tester
