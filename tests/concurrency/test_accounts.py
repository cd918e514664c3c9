"""Many people at one door: one account for an address, no number twice, a code works once."""

from __future__ import annotations

import itertools
import time
import uuid
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.accounts import services
from portal.accounts.models import CodePurpose, Member, OneTimeCode
from portal.accounts.services import arrivals, contacts
from portal.accounts.services.codes import new_code
from portal.core.db import db, transaction
from tests.concurrency.crowd import House, at_once, outcome

PROCESSES = 4
FACTS = {"display_name": "Alice", "password_hash": None, "language": "en", "source": ""}


def fresh_address() -> str:
    return f"{uuid.uuid4().hex}@example.com"


def code_for(email: str) -> str:
    """A code of a sign-up that waits for its proof."""
    with transaction():
        return new_code(email, CodePurpose.VERIFY, facts=FACTS)[0].id


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


def prove_contact(pairs: list[tuple[str, str]]) -> list[Any]:
    """Type the codes that members were sent to the same new contact."""

    def take(member_id: str, code_id: str) -> str:
        with transaction():
            services.take_contact(member_id, db.session.get_one(OneTimeCode, code_id))
        return member_id

    return [outcome(partial(take, *pair)) for pair in pairs]


def prove_out_of_line(pairs: list[tuple[str, str]]) -> list[Any]:
    """With the guard off: nobody stands in line, and looking is slow, so that the others come between."""
    line, look = arrivals.stand_in_line, contacts.find_member_by_contact

    def slowly(contact: str) -> Member | None:
        found = look(contact)
        time.sleep(0.3)
        return found

    arrivals.stand_in_line, contacts.find_member_by_contact = lambda: 0, slowly
    try:
        return prove_contact(pairs)
    except IntegrityError:
        return ["IntegrityError"]
    finally:
        arrivals.stand_in_line, contacts.find_member_by_contact = line, look


def wanted_by_many(many: int) -> tuple[str, list[tuple[str, str]]]:
    """One new address, and so many members who each hold a code for it."""
    contact, pairs = fresh_address(), []
    with transaction():
        for _person in range(many):
            member = services.make_member(fresh_address(), display_name="Alice", verified=True)
            facts = {"member_id": member.id}
            pairs.append((member.id, new_code(contact, CodePurpose.CONTACT, facts=facts)[0].id))
    return contact, pairs


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


def test_one_of_many_gets_the_contact(house: House) -> None:
    """The others hear a sentence; nobody meets a fault."""
    for _ in range(3):
        contact, pairs = wanted_by_many(PROCESSES)
        answers = list(itertools.chain(*at_once(house, prove_contact, [([pair],) for pair in pairs])))
        assert answers.count("Conflict") == PROCESSES - 1
        assert members_at(contact) == 1


def test_out_of_line_the_database_has_to_step_in(house: House) -> None:
    """The switch: proves that the test above would notice (PostgreSQL: SQLite has one writer anyway)."""
    if house.kind != "postgresql":
        return
    _contact, pairs = wanted_by_many(2)
    answers = list(itertools.chain(*at_once(house, prove_out_of_line, [([pair],) for pair in pairs])))
    assert "IntegrityError" in answers
