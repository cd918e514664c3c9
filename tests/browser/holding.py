"""Tickets of the demo's member in every state that its page knows."""

from __future__ import annotations

from datetime import timedelta

from portal.core import clock
from portal.core.db import db
from portal.events.models import Arrival, Event, EventDay
from portal.events.queries.standing import standing_of
from portal.events.services import leaving, passing
from tests.browser import people
from tests.browser.found import LONG_NAME, viewer_by
from tests.factories import events as make


def tickets_of_member() -> dict[str, str]:
    """Paid with company, in since this noon, given back, passed on, kept for a while; and a link for somebody else."""
    holder, other = viewer_by(people.MEMBER), viewer_by(people.FRESH)
    paid = make.paid_registration(make.ticket_type(price=16800), holder, people=3)
    came = make.registration(make.ticket_type(_today()), holder, people=2, guests=[LONG_NAME])
    _arrive(came.id, came.event_id)
    gone = make.registration(make.ticket_type(), holder)
    leaving.cancel(gone, seen=0, kindly=True)
    given = make.registration(make.ticket_type(), holder)
    passing.take(
        passing.find_link(passing.make_link(given, "", by=holder), other),
        by=other,
        standing=standing_of(other),
    )
    make.registration(make.ticket_type(), holder, held=True)
    free = make.registration(make.ticket_type(most_children=2), holder, people=2)
    link = passing.make_link(paid, "替我多看两眼那面修补墙。", by=holder)
    return {
        "ticket": paid.id,
        "ticket_free": free.id,
        "ticket_in": came.id,
        "ticket_gone": gone.id,
        "ticket_given": given.id,
        "ticket_link": link,
    }


def _today() -> Event:
    """It began an hour ago."""
    return make.event(days=2, starts_at=clock.now() - timedelta(hours=1))


def _arrive(registration_id: str, event_id: str) -> None:
    day = db.session.query(EventDay).filter_by(event_id=event_id).order_by(EventDay.day).first()
    assert day is not None
    at = clock.now() - timedelta(minutes=5)
    facts = {"people": 2, "place": 38, "first_at": at, "last_at": at, "door": "east"}
    db.session.add(Arrival(registration_id=registration_id, day_id=day.id, **facts))
