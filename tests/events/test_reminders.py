"""What members are told around a ticket: once each, with what their calendars need, and nothing that makes no sense any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
import vobject

from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.i18n import in_language
from portal.core.mail.models import Letter
from portal.events.jobs import changes as changing
from portal.events.jobs import holds, reminders
from portal.events.models import Event, EventKind, Registration
from portal.events.rules.codes import shown_code
from portal.events.rules.words import DayWords
from portal.events.services import changes, days, leaving, reminding
from portal.notifications.models import Notification
from portal.notifications.speech import said
from tests.make import Make

Outbox = Callable[[], list[Letter]]


def told(member: Any, kind: str) -> list[str]:
    """The sentences of this kind in a member's inbox."""
    found = db.session.query(Notification).filter_by(member_id=member.id, kind=f"events.{kind}")
    with in_language("zh_CN"):
        return [said(one.kind, one.facts) for one in found.order_by(Notification.id)]


def calendar_of(letter: Letter) -> tuple[str, Any]:
    """Method and entry of the file of a letter, as two readers find them."""
    assert letter.attachment_body is not None
    one = icalendar.Calendar.from_ical(letter.attachment_body)
    other = vobject.readOne(letter.attachment_body)
    [entry] = one.walk("VEVENT")
    assert str(one["METHOD"]) == other.method.value
    assert other.vevent.uid.value == str(entry["UID"])
    assert letter.attachment_type == f"text/calendar; method={one['METHOD']}"
    return str(one["METHOD"]), entry


def run(at: datetime) -> None:
    with clock.travel(at):
        holds.send_tickets()
        reminders.remind()
        reminders.tell_ended()
        changing.tell_changes()
    db.session.expire_all()


def test_the_ticket_comes_with_its_code_and_for_the_calendar(make: Make, outbox: Outbox) -> None:
    member = make.member(language="zh_CN")
    ticket = make.registration(member=member)
    holds.send_tickets()
    holds.send_tickets()
    [letter] = outbox()
    assert shown_code(ticket.code) in letter.text_body
    method, entry = calendar_of(letter)
    assert method == "PUBLISH"
    assert str(entry["SUMMARY"]) == "禾友节：一针一线的见面"
    assert ticket.code not in (letter.attachment_body or "")


def test_each_reminder_once_in_its_time(make: Make, outbox: Outbox) -> None:
    event = make.event()
    member = make.member()
    ticket = make.registration(make.ticket_type(event), member)
    start = event.starts_at
    run(clock.now())
    assert told(member, "reminder") == []
    for before, number in ((timedelta(days=7), 1), (timedelta(days=1), 2), (timedelta(hours=3), 3)):
        run(start - before - timedelta(minutes=1))
        assert len(told(member, "reminder")) == number - 1
        for minute in (0, 5):
            run(start - before + timedelta(minutes=minute))
        assert len(told(member, "reminder")) == number
    run(start + timedelta(hours=1))
    assert len(told(member, "reminder")) == 3
    coded = [
        shown_code(ticket.code) in letter.text_body for letter in outbox() if letter.kind == "events.reminder"
    ]
    assert coded == [False, False, True]


def test_late_comers_hear_only_what_still_makes_sense(make: Make) -> None:
    event = make.event()
    kind, start = make.ticket_type(event), event.starts_at
    late, latest = make.member(), make.member()
    with clock.travel(start - timedelta(days=3)):
        make.registration(kind, late)
    with clock.travel(start - timedelta(hours=2)):
        make.registration(kind, latest)
    run(start - timedelta(days=3))
    assert told(late, "reminder") == []
    run(start - timedelta(hours=1))
    assert len(told(late, "reminder")) == 1
    assert told(latest, "reminder") == []


def test_a_worker_that_slept_tells_only_the_last(make: Make) -> None:
    event = make.event()
    make.registration(make.ticket_type(event), member := make.member())
    run(event.starts_at - timedelta(hours=2))
    assert len(told(member, "reminder")) == 1


@pytest.mark.parametrize("off", ["event", "ticket"])
def test_silence_for_what_is_cancelled(make: Make, off: str) -> None:
    event = make.event()
    ticket = make.registration(make.ticket_type(event), member := make.member())
    with transaction():
        if off == "event":
            db.session.get_one(Event, event.id).cancelled_at = clock.now()
        else:
            leaving.cancel(db.session.get_one(Registration, ticket.id), seen=0)
    run(event.starts_at - timedelta(days=1))
    assert told(member, "reminder") == []


def test_a_ticket_for_the_second_day_is_reminded_of_that_day(make: Make) -> None:
    event = make.event(days=2)
    second = make.event_days(event)[1]
    make.registration(make.ticket_type(event, day_id=second.id), member := make.member())
    run(event.starts_at - timedelta(hours=2))
    run(second.starts_at - timedelta(hours=2))
    sentences = told(member, "reminder")
    assert len(sentences) == 2
    assert all(f"{second.day.day}日" in sentence for sentence in sentences)


def moved(make: Make, event: Event, by: timedelta, *, number: int = 0) -> None:
    """Staff move one of the days of the event."""
    staff, day = viewer_of(make.staff("manager").id), make.event_days(event)[number]
    words = DayWords.of(day)
    starts_at, ends_at = words.starts_at + by, words.ends_at + by
    later = replace(words, day=brand.shop_day(starts_at), starts_at=starts_at, ends_at=ends_at)
    with transaction():
        days.change_day(day, later, event=event, seen=words.fingerprint(), by=staff)


def test_who_was_reminded_is_reminded_anew_when_the_event_moves_away(make: Make, outbox: Outbox) -> None:
    event = make.event()
    make.registration(make.ticket_type(event), member := make.member())
    start, later = event.starts_at, timedelta(days=20)
    run(start - timedelta(days=7))
    run(start - timedelta(days=1))
    with clock.travel(start - timedelta(hours=20)):
        moved(make, event, later)
    run(start - timedelta(hours=20))
    assert len(told(member, "reminder")) == 2
    for number, before in enumerate((timedelta(days=7), timedelta(days=1), timedelta(hours=3))):
        for minute in (0, 5):
            run(start + later - before + timedelta(minutes=minute))
        assert len(told(member, "reminder")) == 3 + number, "unread ones take nothing in"
    assert len([one for one in outbox() if one.kind == "events.reminder"]) == 5
    day = brand.shop_day(start + later)
    assert all(f"{day.month}月{day.day}日" in sentence for sentence in told(member, "reminder")[2:])


def test_nobody_hears_an_old_hour_from_a_worker_in_the_middle_of_it(make: Make) -> None:
    event = make.event()
    ticket = make.registration(make.ticket_type(event))
    now = event.starts_at - timedelta(days=1)
    with clock.travel(now):
        [due] = reminding.due_now()
        assert reminding.next_to_remind(due, 9) == [ticket.id]
        moved(make, event, timedelta(hours=2))
        assert reminding.next_to_remind(due, 9) == []


def test_what_was_said_and_still_holds_is_not_said_again(make: Make) -> None:
    event = make.event(days=2)
    first, second = make.event_days(event)
    make.registration(make.ticket_type(event, day_id=first.id), early := make.member())
    make.registration(make.ticket_type(event, day_id=second.id), late := make.member())
    now = event.starts_at - timedelta(days=1)
    run(now)
    run(now + timedelta(days=1) - timedelta(hours=2))
    counts = len(told(early, "reminder")), len(told(late, "reminder"))
    assert counts == (2, 1)
    with clock.travel(now + timedelta(days=1) - timedelta(hours=2)):
        moved(make, event, timedelta(days=3), number=1)
    run(now + timedelta(days=1) - timedelta(hours=2) + timedelta(minutes=5))
    assert (len(told(early, "reminder")), len(told(late, "reminder"))) == counts
    run(second.starts_at - timedelta(days=1))
    assert len(told(late, "reminder")) == 2


def test_where_to_click_comes_an_hour_before_also_to_late_comers(make: Make) -> None:
    event = make.event(kind=EventKind.ONLINE, online_url="https://live.example.test/a?b=1")
    kind, start = make.ticket_type(event), event.starts_at
    make.registration(kind, early := make.member())
    run(start - timedelta(hours=1, minutes=5))
    assert not any("live.example" in sentence for sentence in told(early, "reminder"))
    with clock.travel(start + timedelta(minutes=5)):
        make.registration(kind, late := make.member())
    run(start + timedelta(minutes=6))
    for member in (early, late):
        assert (
            sum("https://live.example.test/a?b=1" in sentence for sentence in told(member, "reminder")) == 1
        )


def test_many_are_reminded_in_steps(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "STEP", 3)
    event = make.event()
    kind = make.ticket_type(event)
    people = [make.member() for _number in range(8)]
    for member in people:
        make.registration(kind, member)
    run(event.starts_at - timedelta(days=1))
    assert [len(told(member, "reminder")) for member in people] == [1] * 8


def test_one_that_is_broken_keeps_nobody_else(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    event = make.event()
    kind = make.ticket_type(event)
    first, second = (make.registration(kind, make.member()) for _number in range(2))
    real = reminders.reminding.remind

    def breaks(registration_id: str, due: Any) -> bool:
        if registration_id == first.id:
            raise RuntimeError("broken")
        return real(registration_id, due)

    monkeypatch.setattr(reminders.reminding, "remind", breaks)
    run(event.starts_at - timedelta(days=1))
    counts = [
        db.session.query(Notification).filter_by(member_id=one.member_id, kind="events.reminder").count()
        for one in (first, second)
    ]
    assert counts == [0, 1]


def test_a_move_and_the_end_reach_the_calendar(make: Make, outbox: Outbox) -> None:
    event = make.event()
    ticket = make.registration(make.ticket_type(event), member := make.member())
    run(clock.now())
    moved = event.starts_at + timedelta(hours=2)
    for hours in (0, 1):  # twice, unread: two letters all the same
        with transaction():
            found = db.session.get_one(Event, event.id)
            found.starts_at = moved + timedelta(hours=hours)
            for day in make.event_days(found):
                day.starts_at = found.starts_at
            changes.event_moved(found)
        run(clock.now())
    with transaction():
        leaving.cancel(db.session.get_one(Registration, ticket.id), seen=0, kindly=True)
    run(clock.now())
    run(clock.now())
    letters = [letter for letter in outbox() if letter.attachment_body]
    assert [letter.kind for letter in letters] == [
        "events.confirmed",
        "events.changed",
        "events.changed",
        "events.cancelled",
    ]
    read = [calendar_of(letter) for letter in letters]
    assert [method for method, _entry in read] == ["PUBLISH", "PUBLISH", "PUBLISH", "CANCEL"]
    assert len({str(entry["UID"]) for _method, entry in read}) == 1
    numbers = [int(entry["SEQUENCE"]) for _method, entry in read]
    assert numbers == sorted(set(numbers))
    assert read[2][1]["DTSTART"].dt == moved + timedelta(hours=1)
    assert read[3][1]["STATUS"] == "CANCELLED"
    assert len(told(member, "cancelled")) == 1
