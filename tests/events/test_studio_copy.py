"""An event once more: everything that staff decided, so many days later, and nobody who came."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.brand.services import change_settings
from portal.core import clock, slugs
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Invalid, NotAllowed
from portal.events.models import EventSession, Pool, QuestionKind, Registration, Seats, TicketType, Venue
from portal.events.rules import making as rules
from portal.events.rules import shifting
from portal.events.rules.words import QuestionWords, VenueWords
from portal.events.services import copying, making, questions, venues
from tests.events.studio import act, fresh, the
from tests.make import Make


@pytest.fixture
def me(make: Make) -> Viewer:
    return viewer_of(make.staff("manager").id)


@pytest.fixture
def berlin(app: object) -> str:
    """A shop whose clocks change twice a year."""
    with transaction():
        change_settings(by=None, time_zone="Europe/Berlin")
    return "Europe/Berlin"


def test_a_copy_keeps_the_time_of_the_day_when_the_clocks_changed(
    make: Make, me: Viewer, berlin: str
) -> None:
    summer = datetime(2027, 8, 14, 11, 30, tzinfo=UTC)  # 13:30 in Berlin
    event = make.event(starts_at=summer, days=2, edition=3, picture="01arz3ndektsv4rrffq69g5fav")
    pool = make.ticket_pool(event, 60, reserved=5)
    ticket = make.ticket_type(
        event,
        pool,
        40,
        day_id=make.event_days(event)[1].id,
        sale_starts_at=summer - timedelta(days=60),
        bell_opens_at=summer - timedelta(days=61),
        bell_closes_at=summer - timedelta(days=60),
        closed_at=summer,
    )
    here, there = make.venue(event), make.venue(event)
    words = VenueWords.of(here)
    act(venues.change_venue, here, words, {there.id: 7}, event=event, seen=words.fingerprint(), by=me)
    make.event_session(event, capacity=12, venue_id=there.id)
    make.event_session(event, cancelled_at=summer)
    act(questions.add_question, event, _question(ticket.id), by=me)
    make.registration(make.ticket_type(event, pool, 20), people=2)
    copy = act(copying.copy_event, event, date(2027, 11, 13), by=me)
    again = act(copying.copy_event, event, date(2027, 11, 13), by=me, key=copy.id)
    assert again.id == copy.id
    copy = fresh(copy)
    assert clock.in_zone(copy.starts_at, berlin).isoformat() == "2027-11-13T13:30:00+01:00"
    assert copy.starts_at - summer == timedelta(days=91, hours=1)
    assert (copy.edition, copy.picture, copy.published_at, copy.copied_from) == (
        4,
        event.picture,
        None,
        event.id,
    )
    assert copy.slug == "fan-festival-stitched-together-2027"
    days_then = make.event_days(copy)
    assert [day.day for day in days_then] == [date(2027, 11, 13), date(2027, 11, 14)]
    session = the(EventSession, event_id=copy.id)
    kinds = db.session.scalars(
        sa.select(TicketType).filter_by(event_id=copy.id).order_by(TicketType.id)
    ).all()
    bell = next(one for one in kinds if one.bell_opens_at)
    assert (bell.day_id, bell.closed_at) == (days_then[1].id, None)
    assert (
        clock.in_zone(bell.bell_closes_at, berlin).hour
        == clock.in_zone(fresh(ticket).bell_closes_at, berlin).hour
    )
    venue_ids = {one.id for one in db.session.scalars(sa.select(Venue).filter_by(event_id=copy.id))}
    assert session.venue_id in venue_ids
    assert venues.walks_from(session.venue_id) == {(venue_ids - {session.venue_id}).pop(): 7}
    rows = {row.id: row for row in db.session.scalars(sa.select(Seats).filter_by(event_id=copy.id))}
    assert {row.used for row in rows.values()} == {0}
    assert sorted(row.capacity for row in rows.values()) == [12, 20, 40, 60, 100]
    assert rows[the(Pool, event_id=copy.id).id].reserved == 5
    assert db.session.scalar(sa.select(sa.func.count()).where(Registration.event_id == copy.id)) == 0
    act(making.publish, copy, by=me)


def _question(ticket_id: str) -> Any:
    return QuestionWords(ticket_id, QuestionKind.LINE, "带什么？", "", {}, False, False)


@pytest.mark.parametrize(
    ("first", "today", "then"),
    [
        (date(2027, 5, 15), date(2027, 6, 1), date(2028, 5, 13)),
        (date(2028, 2, 29), date(2028, 3, 1), date(2029, 2, 27)),
        (date(2020, 5, 16), date(2027, 6, 1), date(2028, 5, 13)),
        (date(2027, 1, 1), date(2026, 12, 1), date(2027, 12, 31)),
    ],
)
def test_the_same_weekday_about_a_year_later(first: date, today: date, then: date) -> None:
    assert shifting.next_time(first, today) == then
    assert then.weekday() == first.weekday() and then > today


def test_a_copy_is_for_a_day_to_come_and_for_who_makes_events(make: Make, me: Viewer) -> None:
    event = make.event()
    with pytest.raises(Invalid):
        act(copying.copy_event, event, date(2020, 1, 1), by=me)
    with pytest.raises(NotAllowed):
        act(copying.copy_event, event, date(2030, 1, 1), by=viewer_of(make.staff("host").id))


def test_addresses_are_readable() -> None:
    day = date(2027, 5, 16)
    assert (
        rules.slug_from("Fan festival: stitched together", "festival", day)
        == "fan-festival-stitched-together-2027"
    )
    assert rules.slug_from("修补之夜", "salon", day) == "salon-2027-05-16"
    assert rules.slug_from("Été 2027 🧵", "salon", day) == "ete-2027"
    assert len(rules.slug_from("word " * 60, "salon", day)) <= slugs.LONGEST_SLUG
