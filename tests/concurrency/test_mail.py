"""Two workers on one outbox: each letter goes out once; none is lost when one of them is killed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.mail import services
from portal.core.mail.models import Letter, LetterState
from tests.concurrency.crowd import House, Many, at_once
from tests.concurrency.mailbox import mailbox
from tests.concurrency.served import wait_for

LETTERS, TRIES = 30, 3


@pytest.fixture
def outbox(house: House) -> list[str]:
    """Letters that are due, and no others."""
    with transaction():
        db.session.execute(sa.delete(Letter))
        for number in range(LETTERS):
            services.queue_letter(
                to=f"reader{number}@example.com",
                kind="test",
                language="en",
                subject=f"Letter {number}",
                paragraphs=["Hello."],
                reason="A test asked for it.",
            )
    return list(db.session.scalars(sa.select(Letter.id)))


def deliver_all() -> int:
    """What a worker does each minute, until nothing is due."""
    total = 0
    while tried := services.deliver_due():
        total += tried
    return total


def deliver_all_carelessly() -> int:
    """With the guard off: whoever finds a letter sends it, without claiming it first."""
    guard = services.changed_rows
    services.changed_rows = lambda statement: 1
    try:
        return services.deliver_due()
    finally:
        services.changed_rows = guard


def states() -> Counter[LetterState]:
    db.session.rollback()
    return Counter(db.session.scalars(sa.select(Letter.state)))


def test_two_workers_send_each_letter_once(house: House, outbox: list[str]) -> None:
    with mailbox() as (box, url):
        at_once(house.with_settings(MAIL_URL=url), deliver_all, [(), ()])
        assert sorted(box.letters()) == sorted(outbox)
    assert states() == {LetterState.SENT: LETTERS}


def test_without_the_claim_letters_come_twice(house: House, outbox: list[str]) -> None:
    """The switch: proves that the test above would notice."""
    with mailbox() as (box, url):
        for _ in range(TRIES):
            at_once(house.with_settings(MAIL_URL=url), deliver_all_carelessly, [(), ()])
            if len(box.letters()) > len(set(box.letters())):
                return
    pytest.fail("two careless workers should have sent a letter twice")


def test_a_killed_worker_loses_no_letter(house: House, outbox: list[str]) -> None:
    with mailbox(pause=0.02) as (box, url):
        house = house.with_settings(MAIL_URL=url)
        workers = Many(house, deliver_all, [(), ()])
        wait_for(lambda: len(box.letters()) >= LETTERS // 3, every=0.005)
        workers.kill()
        assert states()[LetterState.DUE], "the kill came too late to hit anything"
        with transaction():  # five minutes pass: the claims of the dead run out
            waiting = sa.update(Letter).where(Letter.state == LetterState.DUE)
            db.session.execute(waiting.values(due_at=clock.now() - timedelta(seconds=1)))
        at_once(house, deliver_all, [(), ()])
        times = Counter(box.letters())
    assert set(times) == set(outbox), "a letter was lost"
    twice = [letter for letter, count in times.items() if count > 1]
    assert len(twice) <= 2, "only what was under way when its worker died may come again"
    assert states() == {LetterState.SENT: LETTERS}
