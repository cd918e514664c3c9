"""Several workers at once around one event: each reminder and each missed day once, and a missed day lowers one draw only."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.events.jobs import afterwards, reminders
from portal.events.models import Arrival, Event, NoShow, Reminder
from portal.events.queries.no_shows import counts_against
from portal.events.services import no_shows, reminding
from portal.notifications.models import Notification
from tests.concurrency.crowd import House, at_once
from tests.make import Make

PEOPLE, WORKERS = 30, 3
#: for all to have read before the first one writes
LONG_ENOUGH_SECONDS = 0.5


def remind_at(moment: datetime) -> None:
    with clock.travel(moment):
        reminders.remind()


def remind_carelessly(moment: datetime) -> None:
    """With the guard off: the row is written, whoever else wrote it meanwhile, and the message goes out."""
    really = reminding.insert_missing

    def believes(model: Any, rows: Any) -> int:
        really(model, rows)
        return 1

    reminding.insert_missing = believes
    try:
        with clock.travel(moment):
            for due in reminding.due_now():
                found = reminding.next_to_remind(due, PEOPLE)
                db.session.rollback()
                for one in found:
                    with transaction():
                        reminding.remind(one, due)
    finally:
        reminding.insert_missing = really


def look_back_at(moment: datetime) -> None:
    with clock.travel(moment):
        afterwards.look_back()


def spend(member_ids: list[str], draw_id: str) -> set[str]:
    with transaction():
        return no_shows.spend(member_ids, draw_id)


def spend_carelessly(member_ids: list[str], draw_id: str) -> set[str]:
    """With the guard off: who is late is read first, and believed."""
    late = counts_against(member_ids)
    db.session.rollback()
    time.sleep(LONG_ENOUGH_SECONDS)
    spend(member_ids, draw_id)
    return late


def festival(people: Make) -> tuple[str, list[str], datetime]:
    """An event with a full house, its members, and its start."""
    with transaction():
        event = people.event()
        kind = people.ticket_type(event)
        members = [people.member() for _number in range(PEOPLE)]
        tickets = [people.registration(kind, member) for member in members]
        assert len(tickets) == PEOPLE
        return event.id, [member.id for member in members], event.starts_at


def told(kind: str, member_ids: list[str]) -> int:
    """How many messages: an unread one that came twice counts twice."""
    db.session.rollback()
    mine = sa.select(sa.func.sum(Notification.count)).where(
        Notification.kind == kind, Notification.member_id.in_(member_ids)
    )
    return db.session.scalar(mine) or 0


def missing(people: Make) -> tuple[list[str], datetime]:
    """An event that is over, to which one of them came."""
    event_id, members, _start = festival(people)
    with transaction():
        event = db.session.get_one(Event, event_id)
        day = people.event_days(event)[0]
        came = people.registration(people.ticket_type(event), people.member())
        moments = {"first_at": day.starts_at, "last_at": day.starts_at}
        db.session.add(
            Arrival(registration_id=came.id, day_id=day.id, people=1, place=1, door="A", **moments)
        )
        people.scan(came, day_id=day.id, at=day.starts_at, told_at=day.starts_at)
        day.arrived = 1
        return members, event.ends_at + timedelta(days=2)


def test_each_is_reminded_once(house: House, people: Make) -> None:
    _event_id, members, start = festival(people)
    at_once(house, remind_at, [(start - timedelta(hours=20),)] * WORKERS)
    assert told("events.reminder", members) == PEOPLE
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) >= PEOPLE


def test_without_the_guard_reminders_come_twice(house: House, people: Make) -> None:
    """The switch: proves that the test above would notice."""
    _event_id, members, start = festival(people)
    at_once(house, remind_carelessly, [(start - timedelta(hours=20),)] * WORKERS)
    assert told("events.reminder", members) > PEOPLE


def test_each_missed_day_is_noted_once_and_spent_once(house: House, people: Make) -> None:
    members, later = missing(people)
    at_once(house, look_back_at, [(later,)] * WORKERS)
    assert told("events.missed", members) == PEOPLE
    mine = sa.select(sa.func.count()).where(NoShow.member_id.in_(members))
    assert db.session.scalar(mine) == PEOPLE
    spent = at_once(house, spend, [(members, new_id()) for _draw in range(WORKERS)])
    assert sorted(one for some in spent for one in some) == sorted(members)


def test_without_the_guard_one_day_lowers_two_draws(house: House, people: Make) -> None:
    """The switch: proves that the test above would notice."""
    members, later = missing(people)
    look_back_at(later)
    db.session.rollback()
    spent = at_once(house, spend_carelessly, [(members, new_id()) for _draw in range(WORKERS)])
    assert sum(len(some) for some in spent) > PEOPLE
