"""Gathered mail: one letter in the morning, with what is new, or none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.mail import services as mail
from portal.core.mail.models import LetterState
from portal.notifications import jobs, services
from portal.notifications.models import ALL, Pace, Rhythm
from portal.notifications.services.digest import MOST_TOLD
from tests.make import Make
from tests.notifications.telling import NOON, choose, inbox_of, keep_hours, letters_to, say, tell

#: nine o'clock in Shanghai, on Tuesday and on the Monday after it
TUESDAY = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)
MONDAY = datetime(2026, 6, 8, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.travel(NOON):
        yield


def gathering(make: Make, pace: Pace = Pace.DAILY, **hours: Any) -> Any:
    member = make.member()
    with clock.travel(NOON - timedelta(minutes=1)):
        keep_hours(member, zone="Asia/Shanghai", pace=pace, **hours)
    return member


def look(moment: datetime) -> None:
    with clock.travel(moment):
        jobs.send_digests()
        mail.deliver_due()


def test_everything_new_comes_in_one_letter_at_nine(make: Make) -> None:
    alice = gathering(make)
    for number in range(3):
        tell(alice, group=f"g{number}", word=f"word {number}", path=f"/stories/{number}")
    look(TUESDAY - timedelta(minutes=1))
    assert not letters_to(alice)
    look(TUESDAY)
    [letter] = letters_to(alice)
    assert letter.subject.startswith("3 things happened for you")
    for number in range(3):
        assert f"word {number}" in letter.text_body
        assert f"http://portal.test/stories/{number}" in letter.html_body
    assert len(inbox_of(alice)) == 3


def test_what_was_told_is_not_told_again(make: Make) -> None:
    alice = gathering(make)
    tell(alice)
    look(TUESDAY)
    look(TUESDAY)
    look(TUESDAY + timedelta(days=1))
    assert len(letters_to(alice)) == 1
    with clock.travel(TUESDAY + timedelta(days=1, hours=2)):
        tell(alice)  # merges into the same message, which is new again
    look(TUESDAY + timedelta(days=2))
    assert len(letters_to(alice)) == 2


def test_nothing_new_no_letter(make: Make) -> None:
    alice = gathering(make)
    tell(alice)
    with transaction():
        services.mark_all_read(by=viewer_of(alice.id))
    look(TUESDAY)
    assert not letters_to(alice)
    assert db.session.get_one(Rhythm, alice.id).digest_at == TUESDAY + timedelta(days=1)


def test_once_a_week_means_on_monday(make: Make) -> None:
    alice = gathering(make, Pace.WEEKLY)
    tell(alice)
    for days in range(6):
        look(TUESDAY + timedelta(days=days, hours=1))
    assert not letters_to(alice)
    look(MONDAY)
    assert len(letters_to(alice)) == 1


def test_in_a_quiet_hour_it_waits(make: Make) -> None:
    alice = gathering(make, start=22 * 60, end=10 * 60)
    tell(alice)
    look(TUESDAY)
    assert not letters_to(alice)
    look(TUESDAY + timedelta(hours=1))
    assert len(letters_to(alice)) == 1


def test_only_what_is_wanted_by_mail_and_nothing_of_the_brand(make: Make) -> None:
    alice = gathering(make)
    choose(alice, inbox=["test.mailed", "test.brand"], mail=["test.quiet"], news_by_mail=True)
    tell(alice, kind="test.mailed", group="a", word="mailed")
    tell(alice, kind="test.quiet", group="b", word="quiet")
    say(alice, group="c", word="brand")
    jobs.release_due()
    look(TUESDAY)
    [letter] = letters_to(alice)
    assert "quiet" in letter.text_body
    assert "mailed" not in letter.text_body and "brand" not in letter.text_body


@pytest.mark.parametrize("change", ["stopped", "bounced", "not confirmed"])
def test_nothing_goes_where_no_mail_is_wanted_or_arrives(make: Make, change: str) -> None:
    alice = gathering(make)
    tell(alice)
    with transaction():
        if change == "stopped":
            services.stop_mail(alice.id, ALL)
        alice.mail_stopped_at = NOON if change == "bounced" else None
        alice.email_verified_at = None if change == "not confirmed" else NOON
    look(TUESDAY)
    assert not letters_to(alice)


def test_stopping_catches_a_letter_that_waits(make: Make) -> None:
    alice = gathering(make)
    tell(alice)
    with clock.travel(TUESDAY):
        jobs.send_digests()
        with transaction():
            services.stop_mail(alice.id, ALL)
        mail.deliver_due()
    assert [letter.state for letter in letters_to(alice)] == [LetterState.DROPPED]


def test_going_back_to_mail_at_once_brings_what_was_gathered_and_then_single_letters(make: Make) -> None:
    alice = gathering(make)
    tell(alice, group="a")
    keep_hours(alice, zone="Asia/Shanghai", pace=Pace.AT_ONCE)
    tell(alice, group="b")
    look(TUESDAY)
    assert [letter.kind for letter in letters_to(alice)] == ["test.mailed", "notifications.digest"]
    assert db.session.get_one(Rhythm, alice.id).digest_at is None


def test_many_things_are_told_shortly(make: Make) -> None:
    alice = gathering(make)
    for number in range(MOST_TOLD + 5):
        tell(alice, group=f"g{number}", word=f"word-{number}-")
    look(TUESDAY)
    [letter] = letters_to(alice)
    assert letter.text_body.count("word-") == MOST_TOLD
    assert "… and 5 more" in letter.text_body


def test_it_speaks_the_members_language(make: Make) -> None:
    alice = make.member(language="zh_CN", display_name="小满")
    keep_hours(alice, zone="Asia/Shanghai", pace=Pace.DAILY)
    with clock.travel(NOON + timedelta(minutes=1)):
        tell(alice)
    look(TUESDAY)
    [letter] = letters_to(alice)
    assert "小满" in letter.text_body
    assert "happened" not in letter.subject


def test_one_that_cannot_be_written_holds_nobody_up(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.notifications.services import digest

    alice, bob = gathering(make), gathering(make)
    tell(alice, bob)
    write = digest._write

    def fail_for_alice(reach: Any, news: Any) -> None:
        if reach.member_id == alice.id:
            raise ZeroDivisionError
        write(reach, news)

    with monkeypatch.context() as patched:
        patched.setattr(digest, "_write", fail_for_alice)
        look(TUESDAY)
    assert [len(letters_to(member)) for member in (alice, bob)] == [0, 1]
    look(TUESDAY + timedelta(hours=1))
    assert len(letters_to(alice)) == 1
