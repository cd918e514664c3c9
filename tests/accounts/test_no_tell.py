"""No answer tells whether an address or a number has an account: not its words, status or headers, nor its time.

Time is compared as work: the same statements, the same slow hashes, as many entries in the queue. On top of that the
processor's own clock is asked (a busy machine does not disturb it), coarsely: half a hash more or less would show.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import passwords, rules
from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.db import db
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("texts")]

Queries = Callable[[], AbstractContextManager[list[str]]]

KNOCKS = [
    ("/sign-up", {"display_name": "小满", "password": "", "of_age": "y"}),
    ("/sign-up", {"display_name": "小满", "password": "a long password", "of_age": "y"}),
    ("/sign-in", {"password": "wrong password"}),
    ("/sign-in/code", {}),
    ("/reset", {}),
    ("/not-me", {}),
]
_people = count()
_addresses = count()


def contacts(make: Make, way: str) -> Iterator[tuple[str, str]]:
    """Who may stand behind a contact: (how they are called here, the contact as it is typed)."""

    def fresh() -> str:
        number = next(_people)
        return f"+86138{number:08}" if way == "phone" else f"person{number}@example.com"

    yield "unknown", fresh()
    known, plain, gone = fresh(), fresh(), fresh()
    make.member(email=known, password=PASSWORD)
    yield "known", known
    make.member(email=plain)
    yield "without a password", plain
    make.member(email=gone, password=PASSWORD)
    erased = {"state": MemberState.ERASED, "erased_at": clock.now(), "email": None, "phone": None}
    who = sa.or_(Member.email == gone, Member.phone == gone)
    db.session.execute(sa.update(Member).where(who).values(erased | {"password_hash": None}))
    db.session.commit()
    yield "erased", gone


def knock(app: Flask, path: str, data: dict[str, str], contact: str, *, htmx: bool) -> list[Any]:
    """The answer and the page behind it, as anybody sees them, without what differs each time."""
    client, number = PortalClient(app), next(_addresses)
    where = {"REMOTE_ADDR": f"203.0.{number // 250}.{number % 250}"}
    answer = client.post(path, data=data | {"email": contact}, htmx=htmx, environ_base=where)
    behind = client.get("/check-mail", environ_base=where)
    seen: list[Any] = []
    for response in (answer, behind):
        text = re.sub(r'name="csrf_token" value="[^"]*"', "", response.get_data(as_text=True))
        headers = {name for name, _value in response.headers}
        seen += [response.status_code, response.headers.get("Location"), headers]
        seen.append(text.replace(contact, "…").replace(rules.readable(contact), "…"))
    return seen


@pytest.mark.parametrize("way", ["mail", "phone"])
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_words_status_and_headers(app: Flask, make: Make, way: str, htmx: bool) -> None:
    for path, data in KNOCKS:
        if path == "/not-me" and way == "mail":
            continue
        seen = {who: knock(app, path, data, contact, htmx=htmx) for who, contact in contacts(make, way)}
        assert seen["unknown"][0] in (200, 204, 303, 422)
        for who, answer in seen.items():
            assert answer == seen["unknown"], (path, who)


@pytest.mark.parametrize("way", ["mail", "phone"])
def test_the_same_work(
    app: Flask, make: Make, queries: Queries, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    hashed: list[int] = []
    monkeypatch.setattr(passwords, "_HASHER", _Counting(hashed, passwords._HASHER))
    knock(app, *KNOCKS[0], contact="first@example.com", htmx=False)  # what a process keeps is asked for once
    for path, data in KNOCKS:
        if path == "/not-me" and way == "mail":
            continue
        work = {}
        for who, contact in contacts(make, way):
            hashed.clear()
            app.extensions["huey"].flush()
            with queries() as log:
                knock(app, path, data, contact, htmx=False)
            work[who] = (log, len(app.extensions["huey"]), len(hashed))
        for who, done in work.items():
            assert done == work["unknown"], (path, who)


class _Counting:
    """argon2 as it is, with a tally."""

    def __init__(self, tally: list[int], hasher: Any) -> None:
        self._tally, self._hasher = tally, hasher

    def hash(self, password: str) -> str:
        self._tally.append(1)
        return str(self._hasher.hash(password))

    def verify(self, stored: str, password: str) -> bool:
        self._tally.append(1)
        return bool(self._hasher.verify(stored, password))

    def check_needs_rehash(self, stored: str) -> bool:
        return bool(self._hasher.check_needs_rehash(stored))


@pytest.mark.parametrize("way", ["mail", "phone"])
def test_the_same_time(app: Flask, make: Make, way: str) -> None:
    """The quickest of several knocks, taken in turn, differ by less than half of one hash."""
    one_hash = min(_busy(lambda: passwords.hash_password("a long password")) for _time in range(5))
    for path, data in KNOCKS[1:5]:
        took: dict[str, list[float]] = {}
        for _round in range(6):
            for who, contact in contacts(make, way):
                knocking = partial(knock, app, path, data, contact, htmx=False)
                took.setdefault(who, []).append(_busy(knocking))
        quickest = {who: min(times) for who, times in took.items()}
        assert max(quickest.values()) - min(quickest.values()) < one_hash / 2, (path, quickest, one_hash)


def _busy(act: Callable[[], object]) -> float:
    """How long the processor was at it, in seconds."""
    begun = time.thread_time()
    act()
    return time.thread_time() - begun
