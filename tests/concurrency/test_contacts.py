"""The owner takes a change of contacts back, or somebody is erased, while another request is in the middle of it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from flask import current_app

from portal.accounts import jobs
from portal.accounts import services as accounts
from portal.accounts.models import CodePurpose, Member, MemberState
from portal.accounts.queries import sessions_of
from portal.accounts.services import arrivals
from portal.accounts.services.codes import new_code
from portal.core import clock
from portal.core.db import db, lock_row, new_id, transaction
from tests.concurrency.crowd import House, at_once
from tests.make import Make

ROUNDS = 6
FINE = {303, 403, 404, 409, 422}

Round = dict[str, str]


def _slowly(deed: Any, seconds: float = 0.05) -> Any:
    def done(*given: Any, **named: Any) -> Any:
        answer = deed(*given, **named)
        time.sleep(seconds)
        return answer

    return done


def act(role: str, rounds: list[Round]) -> list[int]:
    """One part of each round; whoever holds something takes their time. Returns the statuses."""
    if role in ("take", "take back", "come in"):
        arrivals.stand_in_line = _slowly(arrivals.stand_in_line)
    if role == "come in":
        arrivals.use_up = _slowly(arrivals.use_up)
    return [status for one in rounds for status in _ACTS[role](one)]


def act_carelessly(role: str, rounds: list[Round]) -> list[int]:
    """The same while whoever writes holds their row instead of their name."""
    accounts.must_be_here = lambda me: lock_row(Member, me.id, whole=False)  # type: ignore[assignment]
    return act(role, rounds)


def _take(one: Round) -> list[int]:
    """The new address is proven, in a browser that is signed in."""
    asked = {"way": "mail", "contact": one["new"], "ids": [one["code_id"]]}
    return [_post("/me/security/mail/code", {"code": one["code"]}, _user_id=one["token"], new_contact=asked)]


def _take_back(one: Round) -> list[int]:
    """The link in the letter about an earlier change."""
    return [_post(f"/confirm/{one['link']}", {})]


def _come_in(one: Round) -> list[int]:
    """The link of a letter that signs in."""
    return [_post(f"/confirm/{one['way_in']}", {})]


def _erase(one: Round) -> list[int]:
    time.sleep(0.03)
    jobs.erase_member(one["member"])
    return []


_ACTS = {"take": _take, "take back": _take_back, "come in": _come_in, "erase": _erase}


def _post(path: str, fields: dict[str, str], **cookie: Any) -> int:
    with current_app.app_context():
        client = current_app.test_client()
        with client.session_transaction() as session:
            session.update(cookie)
        return client.post(path, data=fields).status_code


@pytest.fixture
def rounds(people: Make) -> list[Round]:
    with transaction():
        return [_round(people) for _number in range(ROUNDS)]


def _round(people: Make) -> Round:
    member = people.member()
    assert member.email is not None
    mine, new = {"member_id": member.id}, f"{new_id()}@example.com"
    before = {"before": {"email": member.email, "phone": None}, "change": new_id()}
    code, digits, _link = new_code(new, CodePurpose.CONTACT, facts=mine)
    _code, _digits, link = new_code(member.email, CodePurpose.CONTACT, facts=mine | before)
    joining = {"display_name": "Ben", "password_hash": None, "language": "en", "source": ""}
    _code, _digits, way_in = new_code(member.email, CodePurpose.VERIFY, facts=joining)
    return {
        "member": member.id,
        "token": people.session_token(member),
        "new": new,
        "code_id": code.id,
        "code": digits,
        "link": link,
        "way_in": way_in,
    }


@pytest.mark.parametrize("other", ["take back", "come in"])
def test_taking_and_coming_in_wait_for_each_other(house: House, rounds: list[Round], other: str) -> None:
    answers = at_once(house, act, [("take", rounds), (other, rounds)])
    assert {status for statuses in answers for status in statuses} <= FINE


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_with_their_row_held_they_would_for_ever(house: House, people: Make) -> None:
    """The switch: the database ends one of two who wait in a circle. They may miss each other, but not for long."""
    seen: set[int] = set()
    for _try in range(8):
        with transaction():
            rounds = [_round(people) for _number in range(ROUNDS)]
        answers = at_once(house, act_carelessly, [("take", rounds), ("take back", rounds)])
        seen |= {status for statuses in answers for status in statuses}
        if 500 in seen:
            return
    raise AssertionError(f"nobody ever waited in a circle: {seen}")


@pytest.mark.parametrize("other", ["take back", "come in"])
def test_erased_while_coming_in(house: House, rounds: list[Round], other: str) -> None:
    """Whoever comes in at that very moment is refused, or was a moment faster; nobody stays signed in."""
    with transaction():
        for one in rounds:
            db.session.get_one(Member, one["member"]).erase_after = clock.now() - timedelta(seconds=1)
    answers = at_once(house, act, [("erase", rounds), (other, rounds)])
    assert {status for statuses in answers for status in statuses} <= FINE
    db.session.rollback()
    for one in rounds:
        assert db.session.get_one(Member, one["member"]).state is MemberState.ERASED
        assert sessions_of(one["member"]) == []
