"""The brand's own word waits for its moment, is said once, and never too often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.models import MemberState
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.i18n import _
from portal.core.mail import services as mail
from portal.core.timeline import told
from portal.notifications import jobs, services
from portal.notifications.models import ALL, TouchState
from portal.notifications.queries.life import LIFE
from portal.notifications.rules import LOOKED_AT_AGAIN, WEEK, Because
from tests.make import Make
from tests.notifications.telling import (
    MORNING,
    NIGHT,
    NOON,
    agree,
    choose,
    inbox_of,
    keep_hours,
    letters_to,
    release_all,
    say,
    touches_of,
)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.travel(NOON):
        yield


def test_it_lies_in_the_inbox_once_it_is_released(make: Make) -> None:
    alice = make.member()
    assert say(alice) == 1
    assert not inbox_of(alice)
    release_all()
    [message], [touch] = inbox_of(alice), touches_of(alice)
    assert (message.kind, message.facts["word"]) == ("test.brand", "hello")
    assert (touch.state, touch.made_at) == (TouchState.MADE, NOON)


def test_a_member_hears_of_one_thing_once(make: Make) -> None:
    alice, bob = make.member(), make.member()
    assert say(alice) == 1
    assert say(alice, bob) == 1
    release_all()
    assert say(alice, bob) == 0
    release_all()
    assert [len(inbox_of(member)) for member in (alice, bob)] == [1, 1]


def test_only_the_brands_word_is_a_touch_and_only_a_touch_is_its_word(make: Make) -> None:
    alice_id = make.member().id
    with pytest.raises(ValueError, match="notify"), transaction():
        services.touch([alice_id], "test.quiet", path="/", group="g", expires_in=timedelta(1), word="x")
    with pytest.raises(ValueError, match="touch"), transaction():
        services.notify([alice_id], "test.brand", path="/", group="g", word="x")


def test_mail_only_with_consent_and_one_touch_for_both_ways(make: Make) -> None:
    alice, bob = make.member(), make.member()
    agree(bob)
    say(alice, bob)
    release_all()
    assert [len(letters_to(member)) for member in (alice, bob)] == [0, 1]
    assert len(touches_of(bob)) == 1


@pytest.mark.parametrize(
    ("facts", "mailed"),
    [({}, True), ({"email_verified_at": None}, False), ({"mail_stopped_at": NOON}, False)],
)
def test_mail_only_to_an_address_that_works(make: Make, facts: dict[str, Any], mailed: bool) -> None:
    alice = make.member(**facts)
    agree(alice)
    say(alice)
    release_all()
    assert len(inbox_of(alice)) == 1
    assert bool(letters_to(alice)) is mailed


def test_in_a_quiet_hour_it_waits_for_the_morning_where_the_member_lives(make: Make) -> None:
    alice, bob = make.member(), make.member()
    keep_hours(bob, start=22 * 60, end=8 * 60, zone="Europe/Berlin")  # half past four there
    with clock.travel(NIGHT):
        say(alice, bob)
    release_all(NIGHT)
    assert [len(inbox_of(member)) for member in (alice, bob)] == [0, 1]
    assert touches_of(alice)[0].due_at == MORNING
    release_all(MORNING)
    assert len(inbox_of(alice)) == 1


def test_beyond_the_budget_it_waits_until_there_is_room(make: Make, house: Any) -> None:
    house(contact_budget=2)
    alice = make.member()
    for number in range(3):
        say(alice, group=f"g{number}", days=30)
    release_all()
    assert [touch.state for touch in touches_of(alice)] == [
        TouchState.MADE,
        TouchState.MADE,
        TouchState.WAITING,
    ]
    for days in (1, 3, 6):
        release_all(NOON + timedelta(days=days))
    assert len(inbox_of(alice)) == 2
    release_all(NOON + WEEK)
    assert len(inbox_of(alice)) == 3


def test_what_waits_for_room_is_looked_at_again_when_the_budget_grows(make: Make, house: Any) -> None:
    house(contact_budget=0)
    alice = make.member()
    say(alice)
    release_all()
    house(contact_budget=1)
    release_all(NOON + LOOKED_AT_AGAIN)
    release_all(MORNING)
    assert len(inbox_of(alice)) == 1


def test_what_finds_no_room_in_time_is_dropped(make: Make, house: Any) -> None:
    house(contact_budget=1)
    alice = make.member()
    say(alice, group="a")
    say(alice, group="b", days=2)
    for hours in (0, 12, 24, 48):
        release_all(NOON + timedelta(hours=hours))
    _made, dropped = touches_of(alice)
    assert (dropped.state, dropped.because) == (TouchState.DROPPED, Because.OVER)
    assert len(inbox_of(alice)) == 1


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (lambda alice: choose(alice, inbox=["test.quiet"]), Because.UNWANTED),
        (lambda alice: setattr(alice, "state", MemberState.SUSPENDED), Because.AWAY),
    ],
)
def test_who_does_not_want_it_or_is_away_is_left_alone(make: Make, change: Any, because: Because) -> None:
    alice = make.member()
    say(alice)
    change(alice)
    db.session.commit()
    release_all()
    [touch] = touches_of(alice)
    assert (touch.state, touch.because) == (TouchState.DROPPED, because)
    assert not inbox_of(alice)


def test_what_nobody_wants_by_mail_any_more_is_still_in_the_inbox(make: Make) -> None:
    alice = make.member()
    agree(alice)
    with transaction():
        services.stop_mail(alice.id, ALL)
    say(alice)
    release_all()
    assert len(inbox_of(alice)) == 1
    assert not letters_to(alice)


def test_taking_back(make: Make) -> None:
    alice, bob = make.member(), make.member()
    say(alice)
    release_all()
    say(bob)
    with transaction():
        services.take_touches_back("g")
    release_all()
    assert not inbox_of(alice) and not inbox_of(bob)
    assert touches_of(bob)[0].because == Because.TAKEN_BACK


def test_releasing_twice_is_releasing_once(make: Make) -> None:
    alice = make.member()
    say(alice)
    [touch] = touches_of(alice)
    for _time in range(3):
        with transaction():
            services.release(touch.id)
    assert [message.count for message in inbox_of(alice)] == [1]


def test_one_that_cannot_be_said_holds_nobody_up(
    make: Make, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = make.member(), make.member()
    agree(bob)
    say(alice, bob)
    say(bob, kind="test.brand", group="broken", word=_("x"))
    broken = next(touch for touch in touches_of(bob) if touch.group_key == "broken")
    with transaction():
        db.session.get_one(type(broken), broken.id).facts = {}
    release_all()
    assert [len(inbox_of(member)) for member in (alice, bob)] == [1, 1]
    assert next(touch for touch in touches_of(bob) if touch.group_key == "broken").due_at > NOON


def test_the_sweep_takes_a_few_at_a_time_and_all_in_the_end(make: Make) -> None:
    people = [make.member() for _number in range(7)]
    say(*people)
    assert jobs.release_due(limit=5) == 5
    assert jobs.release_due(limit=5) == 2
    assert jobs.release_due(limit=5) == 0
    assert all(len(inbox_of(member)) == 1 for member in people)


def test_the_log_tells_what_was_said(make: Make) -> None:
    alice = make.member()
    say(alice, word="news")
    release_all()
    [entry] = told(LIFE, alice.id)
    assert "news" in entry.text and entry.at == NOON
    assert not told(LIFE, alice.id, NOON)


# ------------------------------------------------------------------ its letter, when the mail server was away


def test_a_letter_that_leaves_later_counts_from_then(
    make: Make, house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    house(contact_budget=1)
    alice = make.member()
    agree(alice)
    say(alice, group="a", days=30)
    release_all()
    late = NOON + timedelta(hours=2)
    with clock.travel(late):
        mail.deliver_due()
    say(alice, group="b", days=30)
    release_all(NOON + WEEK)
    assert len(inbox_of(alice)) == 1
    release_all(late + WEEK)
    assert len(inbox_of(alice)) == 2


def test_a_letter_that_finds_no_room_any_more_is_not_sent(make: Make, house: Any) -> None:
    house(contact_budget=2)
    alice = make.member()
    agree(alice)
    say(alice, group="a")
    say(alice, group="b", kind="test.brand_too")
    release_all()
    house(contact_budget=1)
    with clock.travel(NOON + timedelta(hours=2)):
        mail.deliver_due()
    [letter] = letters_to(alice)
    assert (letter.state, letter.last_error) == ("dropped", Because.NO_ROOM)
