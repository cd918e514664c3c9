"""kill -9 of web server and worker while a crowd signs up: a hold waits for its details, a ticket is whole or not there."""

from __future__ import annotations

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa

from portal.core.db import db, new_id, transaction
from portal.events.models import Event, Registration, RegistrationState, Seats, TicketCode, TicketType
from portal.events.proofs import PROOFS
from tests.concurrency.served import Served, served

CROWD, AT_ONCE, KILL_AFTER = 16, 4, 5


def nothing_is_half_done(kind_id: str) -> list[Registration]:
    """Every seat is counted once, every ticket has its code; who has none is still holding."""
    db.session.rollback()
    assert [line for proof in PROOFS for line in proof.differences()] == []
    rows = db.session.scalars(sa.select(Registration).where(Registration.ticket_type_id == kind_id)).all()
    assert db.session.get_one(Seats, kind_id, populate_existing=True).used == sum(one.seats for one in rows)
    codes = set(db.session.scalars(sa.select(TicketCode.code)))
    assert codes == {one.code for one in rows if one.state is RegistrationState.CONFIRMED}
    return list(rows)


class Crowd:
    """Members who sign up for one ticket each; what got no answer is sent again, as a person does."""

    def __init__(self, portal: Served) -> None:
        self.portal, self.answers, self.counting = portal, 0, threading.Lock()
        with portal.indoors() as make, transaction():
            kind: TicketType = make.ticket_type(capacity=CROWD)
            self.kind_id = kind.id
            self.slug = db.session.get_one(Event, kind.event_id).slug
            self.people = [portal.visitor(make.member()) for _one in range(CROWD)]
        self.attempts = [new_id() for _one in self.people]
        self.details: dict[int, str] = {}

    def hold(self, number: int) -> None:
        form = {"ticket_type": self.kind_id, "people": "1", "attempt": self.attempts[number]}
        answer = self.people[number].post(f"/events/{self.slug}/register", form)
        assert answer.status == 303, answer.text
        self.details[number] = answer.headers["location"]

    def confirm(self, number: int) -> bool:
        """False when no answer came. Whoever gets the fifth kills everything at once, while others are under way."""
        try:
            answer = self.people[number].post(self.details[number], {"name": f"Guest {number}"})
        except (OSError, http.client.HTTPException):
            return False
        assert answer.status == 303 and "/me/tickets/" in answer.headers["location"], answer.text
        with self.counting:
            self.answers += 1
            if self.answers == KILL_AFTER:
                self.portal.kill()
        return True

    def confirm_all(self, numbers: list[int]) -> list[int]:
        """Several at once. Returns who got no answer."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return [
                one for one, went in zip(numbers, pool.map(self.confirm, numbers), strict=True) if not went
            ]

    def come_again(self) -> None:
        self.portal.start()
        for browser in self.people:
            browser.hang_up()


def test_every_sign_up_survives_kill_9(tmp_path: Path) -> None:
    with served(tmp_path) as portal:
        crowd = Crowd(portal)
        everybody = list(range(CROWD))
        for number in everybody:
            crowd.hold(number)
        portal.kill()
        with portal.indoors():
            held = nothing_is_half_done(crowd.kind_id)
            assert [one.state for one in held] == [RegistrationState.HELD] * CROWD
        crowd.come_again()
        left = crowd.confirm_all(everybody)
        assert left, "the kill came too late to hit anything"
        with portal.indoors():
            assert len(nothing_is_half_done(crowd.kind_id)) == CROWD
        crowd.come_again()
        assert crowd.confirm_all(left) == []
        with portal.indoors():
            rows = nothing_is_half_done(crowd.kind_id)
            assert [one.state for one in rows] == [RegistrationState.CONFIRMED] * CROWD
            assert sorted(one.name for one in rows) == sorted(f"Guest {number}" for number in everybody)
