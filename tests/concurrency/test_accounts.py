"""Many people at one door: one account for an address, no number twice, a code works once."""

from __future__ import annotations

import itertools
import uuid
from functools import partial
from typing import Any

import sqlalchemy as sa

from portal.accounts import services
from portal.accounts.models import CodePurpose, Member, OneTimeCode
from portal.accounts.services import arrivals
from portal.accounts.services.codes import _new_code
from portal.core.db import db, transaction
from tests.concurrency.crowd import House, at_once, outcome

PROCESSES = 4
FACTS = {"display_name": "Alice", "password_hash": None, "language": "en", "source": ""}


def fresh_address() -> str:
    return f"{uuid.uuid4().hex}@example.com"


def code_for(email: str) -> str:
    """A code of a sign-up that waits for its proof."""
    with transaction():
        return _new_code(email, CodePurpose.VERIFY, facts=FACTS)[0].id


def arrive(code_id: str) -> Any:
    """Type the code: who came in, and whether that made the account; or the name of the refusal."""

    def come_in() -> tuple[str, bool]:
        code = db.session.get_one(OneTimeCode, code_id)
        with transaction():
            arrival = services.arrive(code, same_browser=True)
            return arrival.member_id, arrival.joined

    return outcome(come_in)


def arrive_all(code_ids: list[str]) -> list[Any]:
    return [arrive(code_id) for code_id in code_ids]


def arrive_carelessly(code_id: str) -> Any:
    """With the guard off: whether the code was used already is not asked of the row."""
    guard = arrivals.changed_rows
    arrivals.changed_rows = lambda statement: 1
    try:
        return arrive(code_id)
    finally:
        arrivals.changed_rows = guard


def ask_to_join(email: str, times: int) -> list[Any]:
    """The sign-up form, sent again and again."""

    def ask(number: int) -> str:
        with transaction():
            return services.begin_sign_up(
                email,
                display_name=f"Alice {number}",
                password_hash=None,
                language="en",
                source="",
                address=f"203.0.113.{number}",
            )

    return [outcome(partial(ask, number)) for number in range(times)]


def members_at(email: str) -> int:
    db.session.rollback()
    found = sa.select(sa.func.count()).select_from(Member).where(Member.email == email)
    return db.session.scalar(found) or 0


def test_many_proofs_of_one_address_make_one_member(house: House) -> None:
    email = fresh_address()
    shares = [([code_for(email) for _ in range(4)],) for _ in range(PROCESSES)]
    answers = list(itertools.chain(*at_once(house, arrive_all, shares)))
    assert members_at(email) == 1
    assert len({member_id for member_id, _joined in answers}) == 1
    assert [joined for _member_id, joined in answers].count(True) == 1


def test_many_sign_ups_for_one_address_wait_their_turn(house: House) -> None:
    """A few letters go out, the rest is told to wait; nobody fails, and proving two of them makes one member."""
    email = fresh_address()
    answers = list(itertools.chain(*at_once(house, ask_to_join, [(email, 3)] * PROCESSES)))
    refused = answers.count("TooMany")
    codes = [answer for answer in answers if answer != "TooMany"]
    assert refused >= 6
    assert 1 <= len(codes) <= 6
    at_once(house, arrive, [(code,) for code in codes])
    assert members_at(email) == 1


def test_no_number_is_given_twice(house: House) -> None:
    shares = [([code_for(fresh_address()) for _ in range(10)],) for _ in range(PROCESSES)]
    answers = list(itertools.chain(*at_once(house, arrive_all, shares)))
    assert all(joined for _member_id, joined in answers)
    db.session.rollback()
    ids = [member_id for member_id, _joined in answers]
    numbers = sorted(db.session.scalars(sa.select(Member.number).where(Member.id.in_(ids))))
    assert numbers == list(range(numbers[0], numbers[0] + 10 * PROCESSES)), "twice, or left out"


def test_a_code_lets_one_in(house: House) -> None:
    """Whoever comes second with the same code is refused."""
    for _ in range(5):
        code_id = code_for(fresh_address())
        answers = at_once(house, arrive, [(code_id,)] * 2)
        assert answers.count("Conflict") == 1


def test_without_the_guard_a_code_lets_two_in(house: House) -> None:
    """The switch: proves that the test above would notice."""
    code_id = code_for(fresh_address())
    answers = at_once(house, arrive_carelessly, [(code_id,)] * 2)
    assert answers.count("Conflict") == 0
