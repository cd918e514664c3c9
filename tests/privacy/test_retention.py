"""Things go when their time is over, in steps, and no sooner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.core import clock, retention
from portal.core.db import db, new_id, transaction
from portal.core.mail.models import Letter, LetterState
from portal.notifications.models import Notification
from tests.make import Make


def letters(number: int, *, days: int, state: LetterState = LetterState.SENT) -> None:
    at = clock.now() - timedelta(days=days)
    row = {
        "recipient": "a@example.com",
        "kind": "k",
        "subject": "s",
        "text_body": "t",
        "html_body": "h",
        "state": state,
    }
    with transaction():
        db.session.execute(
            sa.insert(Letter),
            [{"id": new_id(), "due_at": at, "created_at": at, **row} for _one in range(number)],
        )


def left(*conditions: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Letter).where(*conditions)) or 0


def test_words_of_letters_go_after_a_week_and_letters_after_a_month(make: Make) -> None:
    for days in (1, 8, 31):
        letters(2, days=days)
    letters(1, days=40, state=LetterState.DUE)
    retention.let_go()
    assert left() == 5
    assert left(Letter.text_body == "", Letter.html_body == "", Letter.subject == "") == 2
    assert left(Letter.state == LetterState.DUE, Letter.text_body == "t") == 1


def test_many_go_in_steps(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST", 10)
    letters(35, days=31)
    retention.let_go()
    assert left() == 0


def test_one_that_fails_does_not_keep_the_others(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(before: object, most: int) -> int:
        raise RuntimeError

    broken = retention.Retention("broken", timedelta(days=1), fails)
    monkeypatch.setattr(retention, "OF_THE_CORE", (broken, *retention.OF_THE_CORE))
    letters(1, days=31)
    retention.let_go()
    assert left() == 0


def test_messages_are_kept_for_a_year(make: Make) -> None:
    member = make.member()
    make.notification(member)
    for days, kept in ((364, 1), (366, 0)):
        with clock.travel(clock.now() + timedelta(days=days)):
            retention.let_go()
        db.session.rollback()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) == kept
