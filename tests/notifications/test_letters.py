"""Mail obeys what the member chose when it is written, and once more right before it is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.models import Distance, DistanceKind, MemberState
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.mail import services as mail
from portal.core.mail.models import LetterState
from portal.notifications import services
from portal.notifications.models import ALL, Pace
from portal.notifications.rules import Because
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
    tell,
)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.travel(NOON):
        yield


@pytest.fixture(autouse=True)
def taken_at_once(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The outbox of the demo: whatever is sent has arrived."""
    from dataclasses import replace

    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], mail_url=None))


def stop(member: Any, kind: str) -> None:
    with transaction():
        services.stop_mail(member.id, kind)


def states(member: Any) -> list[tuple[LetterState, str]]:
    return [(letter.state, letter.last_error) for letter in letters_to(member)]


def test_what_a_member_does_not_want_is_not_told(make: Make) -> None:
    alice, bob = make.member(), make.member()
    choose(alice, inbox=["test.quiet"])
    tell(alice, bob)
    assert [len(inbox_of(member)) for member in (alice, bob)] == [0, 1]
    assert not letters_to(alice)


def test_mail_can_be_wanted_for_what_usually_only_lies_in_the_inbox_and_the_other_way(make: Make) -> None:
    alice = make.member()
    choose(alice, inbox=["test.mailed"], mail=["test.quiet"])
    tell(alice, kind="test.quiet", group="a")
    tell(alice, kind="test.mailed", group="b")
    assert len(inbox_of(alice)) == 2
    assert [letter.kind for letter in letters_to(alice)] == ["test.quiet"]


def test_in_a_quiet_hour_mail_about_people_waits_for_the_morning(make: Make) -> None:
    alice = make.member()
    with clock.travel(NIGHT):
        tell(alice)
        mail.deliver_due()
    assert len(inbox_of(alice)) == 1
    assert [letter.due_at for letter in letters_to(alice)] == [MORNING]
    with clock.travel(MORNING):
        mail.deliver_due()
    assert states(alice) == [(LetterState.SENT, "")]


def test_what_must_be_known_knows_no_quiet_hour_and_no_choice(make: Make) -> None:
    alice = make.member(mail_stopped_at=NOON)
    choose(alice)
    stop(alice, ALL)
    keep_hours(alice, start=0, end=1439, zone="Asia/Shanghai", pace=Pace.WEEKLY)
    with clock.travel(NIGHT):
        tell(alice, kind="test.certain")
        mail.deliver_due()
    assert len(inbox_of(alice)) == 1
    assert states(alice) == [(LetterState.SENT, "")]
    assert letters_to(alice)[0].stop_path is None


def test_mail_that_must_be_known_reaches_a_paused_account_and_no_erased_one(make: Make) -> None:
    paused = make.member(state=MemberState.SUSPENDED)
    gone = make.member()
    gone.email, gone.state, gone.erased_at = None, MemberState.ERASED, NOON
    db.session.commit()
    tell(paused, gone, kind="test.certain")
    assert [len(letters_to(member)) for member in (paused, gone)] == [1, 0]
    assert not inbox_of(gone)


def test_a_gathered_pace_writes_no_single_letters(make: Make) -> None:
    alice = make.member()
    keep_hours(alice, pace=Pace.DAILY)
    tell(alice)
    assert not letters_to(alice)


@pytest.mark.parametrize("who", ["I keep them away", "they keep me away"])
def test_who_keep_away_from_each_other_hear_nothing_of_each_other(make: Make, who: str) -> None:
    alice, bob, charlie = make.member(), make.member(), make.member()
    one, other = (alice, bob) if who == "I keep them away" else (bob, alice)
    db.session.add(Distance(member_id=one.id, other_id=other.id, kind=DistanceKind.BLOCK, since=NOON))
    db.session.commit()
    tell(alice, charlie, actor_id=bob.id, actor_name="Bob")
    assert [len(inbox_of(member)) for member in (alice, charlie)] == [0, 1]


def test_a_mute_is_one_way(make: Make) -> None:
    alice, bob = make.member(), make.member()
    db.session.add(Distance(member_id=alice.id, other_id=bob.id, kind=DistanceKind.MUTE, since=NOON))
    db.session.commit()
    tell(alice, actor_id=bob.id, actor_name="Bob", group="a")
    tell(bob, actor_id=alice.id, actor_name="Alice", group="b")
    assert [len(inbox_of(member)) for member in (alice, bob)] == [0, 1]


# ------------------------------------------------------------------ the last question


def _reads(alice: Any) -> None:
    with transaction():
        services.mark_all_read(by=viewer_of(alice.id))


def _moves(alice: Any) -> None:
    alice.email = "elsewhere@example.com"


def _is_paused(alice: Any) -> None:
    alice.state = MemberState.SUSPENDED


def _bounces(alice: Any) -> None:
    alice.mail_stopped_at = NOON


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (lambda alice: stop(alice, "test.mailed"), Because.UNWANTED),
        (lambda alice: stop(alice, ALL), Because.UNWANTED),
        (lambda alice: choose(alice, inbox=["test.mailed"]), Because.UNWANTED),
        (_reads, Because.READ),
        (_moves, Because.MOVED),
        (_is_paused, Because.AWAY),
        (_bounces, Because.NO_MAIL),
    ],
)
def test_a_letter_that_is_no_longer_wanted_is_dropped(make: Make, change: Any, because: Because) -> None:
    alice = make.member()
    tell(alice)
    change(alice)
    db.session.commit()
    mail.deliver_due()
    assert states(alice) == [(LetterState.DROPPED, because)]


def test_a_letter_whose_message_was_taken_back_after_a_try_is_dropped(make: Make) -> None:
    alice = make.member()
    tell(alice)
    letters_to(alice)[0].attempts = 1  # the server was away
    db.session.commit()
    with transaction():
        services.retract("g")
    mail.deliver_due()
    assert states(alice) == [(LetterState.DROPPED, Because.TAKEN_BACK)]


def test_a_quiet_hour_that_began_meanwhile_moves_it_and_costs_no_try(make: Make) -> None:
    alice = make.member()
    tell(alice)
    with clock.travel(NIGHT):
        mail.deliver_due()
    [letter] = letters_to(alice)
    assert (letter.state, letter.due_at, letter.attempts) == (LetterState.DUE, MORNING, 0)


def test_consent_taken_back_stops_the_brands_letter(make: Make) -> None:
    from portal.accounts.services import consents

    alice = make.member()
    agree(alice)
    say(alice)
    release_all()
    with transaction():
        consents.take_back(alice.id, consents.NEWS_MAIL, how="test")
    mail.deliver_due()
    assert states(alice) == [(LetterState.DROPPED, Because.UNWANTED)]


def test_stopping_everything_takes_the_consent_back_and_starting_does_not_give_it(make: Make) -> None:
    from portal.accounts.services import consents

    alice = make.member()
    agree(alice)
    stop(alice, ALL)
    stop(alice, ALL)
    with transaction():
        services.start_mail(alice.id, ALL)
    assert not consents.has_given(alice.id, consents.NEWS_MAIL)
    tell(alice)
    mail.deliver_due()
    assert states(alice) == [(LetterState.SENT, "")]


def test_what_is_sent_late_is_asked_each_time(make: Make, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is away; the member stops the mail; the server comes back."""
    from dataclasses import replace

    alice = make.member()
    tell(alice)
    with monkeypatch.context() as patched:
        patched.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], mail_url="smtp://127.0.0.1:9"))
        mail.deliver_due()
    assert states(alice)[0][0] is LetterState.DUE
    stop(alice, "test.mailed")
    with clock.travel(NOON + timedelta(hours=1)):
        mail.deliver_due()
    assert states(alice) == [(LetterState.DROPPED, Because.UNWANTED)]


def test_every_letter_says_why_it_came_and_where_to_change_it(make: Make) -> None:
    alice = make.member()
    agree(alice)
    tell(alice, group="a")
    tell(alice, kind="test.certain", group="b")
    say(alice, group="c")
    release_all()
    by_kind = {letter.kind: letter for letter in letters_to(alice)}
    for kind, letter in by_kind.items():
        anchor = f"http://portal.test/me/notifications#kind-{kind.replace('.', '-')}"
        for part in (letter.text_body, letter.html_body):
            assert "You get this mail because you reported something." in part
            assert anchor in part
            assert (f"http://portal.test{letter.stop_path}" in part) is (kind != "test.certain")
    assert set(by_kind) == {"test.mailed", "test.certain", "test.brand"}
