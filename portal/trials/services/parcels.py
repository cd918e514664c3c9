"""What a parcel means for who tests: once it arrived their report is due, and what never reaches them leaves a place to others.

Whoever comes here from a delivery holds it already; so it stands before the trial, and the trial before the tester.
"""

from __future__ import annotations

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, lock_row
from portal.deliveries import services as deliveries
from portal.deliveries.models import Delivery, DeliveryState
from portal.deliveries.queries import delivery_for
from portal.trials.models import Tester, TesterState
from portal.trials.rules import testing as rules
from portal.trials.rules.kinds import TESTER
from portal.trials.services import offers, telling
from portal.trials.services.offers import hold, look_again


def ready(tester_id: str) -> None:
    """They said where to: nobody reminds them of that any more."""
    _trial, held = hold(db.session.get_one(Tester, tester_id))
    if held.state is TesterState.ACCEPTED and held.due_at is None:
        held.next_at = None
        db.session.flush()
        telling.address_given(held)


def sent(tester_id: str) -> None:
    """It is on its way: the place stays theirs, however it ends."""
    _trial, held = hold(db.session.get_one(Tester, tester_id))
    held.sent_at = clock.now()
    db.session.flush()


def arrived(tester_id: str) -> bool:
    """It arrived: from now on the report is due. False when they had begun, or are not in it any more."""
    trial, held = hold(db.session.get_one(Tester, tester_id))
    if held.state is not TesterState.ACCEPTED or held.due_at is not None:
        return False
    now = clock.now()
    held.due_at = rules.due_after(now, trial.report_days, brand.current().time_zone)
    look_again(held, now)
    db.session.flush()
    telling.address_given(held)
    telling.remind(held, "arrived", held.due_at)
    return True


def stopped(tester_id: str, parcel: Delivery, *, declined: bool) -> None:
    """Nothing reaches them: they ``declined`` it, never said where to, or it is nobody's fault: staff stopped it, or it was lost on
    its way. Of somebody who was excused since, the place is free now."""
    trial, held = hold(db.session.get_one(Tester, tester_id), substitutes=True)
    was_sent = held.sent_at is not None
    if held.state not in (TesterState.ACCEPTED, TesterState.EXCUSED) or held.due_at is not None:
        return
    held.sent_at = None
    if held.state is TesterState.EXCUSED:
        if was_sent:
            offers.give_up_place(trial, held)
    elif declined:
        offers.leave(trial, held, TesterState.DECLINED)
    elif parcel.ready_at is None and rules.waited_enough(held, clock.now()):
        offers.leave(trial, held, TesterState.LAPSED)
        telling.tell(held, "lapsed")
    else:
        offers.leave(trial, held, TesterState.EXCUSED)
        telling.tell(held, "excused")


# ------------------------------------------------------------------ for the other verbs


def hold_parcel(tester: Tester) -> Delivery | None:
    """What is sent to them, held; None when nothing is yet. Comes before the trial."""
    parcel = delivery_for(TESTER, tester.id)
    if parcel is None:
        return None
    lock_row(Delivery, parcel.id)
    return db.session.get_one(Delivery, parcel.id, populate_existing=True)


def stop_unsent(parcel: Delivery | None, *, by: Viewer | None) -> None:
    """Of somebody who is out: what was not sent yet stays here. What was sent arrives."""
    if parcel is not None and parcel.state in (DeliveryState.ASKED, DeliveryState.READY):
        deliveries.stop(parcel, by=by)


def stop_unaddressed(tester: Tester) -> bool:
    """They never said where to, so nothing is sent. False when they did."""
    parcel = hold_parcel(tester)
    if parcel is None or parcel.state is not DeliveryState.ASKED:
        return False
    deliveries.stop(parcel, by=None)
    return True


def waits_for_address(tester: Tester) -> bool:
    """Something is to be sent to them, and they did not say where to."""
    parcel = delivery_for(TESTER, tester.id)
    return parcel is not None and parcel.state is DeliveryState.ASKED
