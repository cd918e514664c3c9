"""A few people do everything at once, each in several browsers, while one of them is erased: nobody meets a fault."""

from __future__ import annotations

import io
import random
import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask.testing import FlaskClient

from portal.accounts import jobs as leaving
from portal.accounts import services as accounts
from portal.accounts.models import AccountSession, Member, MemberState
from portal.core import clock, jobs
from portal.core.db import db, transaction
from portal.core.errors import DomainError
from portal.core.installation import registry
from portal.core.mail.models import Letter
from portal.moderation.models import Case
from tests.concurrency.crowd import House, at_once
from tests.core.media import pictures
from tests.make import Make

PROCESSES, SECONDS, SECONDS_TO_LEAVE = 5, 8.0, 4.0
FINE = {200, 204, 302, 303, 403, 404, 409, 422, 429}


@dataclass(frozen=True)
class Cast:
    """Who takes part, by id: members (the first one leaves), staff, and the stories they meet at."""

    members: tuple[str, ...]
    staff: tuple[str, ...]
    stories: tuple[str, ...]

    @property
    def everybody(self) -> tuple[str, ...]:
        return self.members + self.staff


@dataclass
class Browser:
    """One deed of one person, in a browser of its own."""

    me: str
    cast: Cast
    dice: random.Random
    client: FlaskClient
    answers: Counter[int]

    def post(self, path: str, **fields: Any) -> None:
        with current_app.app_context():  # what one request remembers is not for the next
            self.answers[self.client.post(path, data=fields).status_code] += 1

    def word(self) -> str:
        return f"{self.dice.random()}"

    def other(self) -> str:
        return self.dice.choice([one for one in self.cast.everybody if one != self.me])

    def story(self) -> str:
        return self.dice.choice(self.cast.stories)

    # -------------------------------------------------------------- deeds

    def like(self) -> None:
        self.post(f"/stories/{self.story()}/reaction", on=self.dice.choice("01"))

    def comment(self) -> None:
        self.post(f"/stories/{self.story()}/comments", body=f"words {self.word()}")

    def save_profile(self) -> None:
        self.post("/me/profile", display_name=f"Name {self.word()[:8]}", bio=self.word(), language="en")

    def change_mail(self) -> None:
        address = f"p{self.word()[2:]}@example.com"
        self.post("/me/security/mail", email=address)
        letter = self._latest(Letter.recipient == address)
        found = re.search(r"\b\d{6}\b", letter.subject) if letter else None
        if found:
            self.post("/me/security/mail/code", code=found.group())

    def take_back(self) -> None:
        letter = self._latest(Letter.member_id == self.me, Letter.kind == "accounts.contact_changed")
        found = re.search(r"/confirm/([\w-]+)", letter.text_body) if letter else None
        if found:
            self.post(f"/confirm/{found.group(1)}")

    def block(self) -> None:
        self.post(f"/members/{self.other()}/block")

    def let_back(self) -> None:
        self.post(f"/me/distance/{self.other()}/let-back")

    def send_face(self) -> None:
        self._send("/me/avatar", "photo")

    def send_photos(self) -> None:
        with current_app.app_context():
            desk = self.client.get("/stories/new")
        draft = re.search(r"/stories/(\w{26})/draft", desk.text)
        if draft:
            self._send(f"/stories/{draft[1]}/photos", "photos")

    def report(self) -> None:
        what = self.dice.choice((f"story/{self.story()}", f"profile/{self.other()}"))
        self.post(f"/report/{what}", reason="spam")

    def decide(self) -> None:
        db.session.rollback()
        case = db.session.scalars(sa.select(Case).order_by(sa.func.random())).first()
        if case is None:
            return
        deed = self.dice.choice(("approve", "reject", "undo"))
        self.post(f"/console/queue/{case.id}/{deed}", version=case.version, because="spam")

    def look_after(self) -> None:
        self.post(f"/console/members/{self.other()}/looked-after", staff=self.dice.choice(self.cast.staff))

    def note(self) -> None:
        self.post(f"/console/members/{self.other()}/notes", body=self.word())

    def _send(self, path: str, field: str) -> None:
        photo = pictures.as_bytes(pictures.textured((80, 60)), "JPEG")
        self.post(path, **{field: (io.BytesIO(photo), "a.jpg")})
        jobs.run_waiting(current_app._get_current_object())  # type: ignore[attr-defined]

    def _latest(self, *which: Any) -> Letter | None:
        db.session.rollback()
        return db.session.scalars(sa.select(Letter).where(*which).order_by(Letter.id.desc())).first()


ANYBODY = (
    "like", "like", "comment", "save_profile", "change_mail", "change_mail", "take_back",
    "block", "let_back", "let_back", "send_face", "send_photos", "report",
)  # fmt: skip
STAFF = ("decide", "decide", "decide", "look_after", "note", "change_mail", "like")


def live(cast: Cast, seed: int) -> Counter[int]:
    """Some seconds of lives. Returns the statuses of all answers, and how many times each."""
    dice, answers, end = random.Random(seed), Counter[int](), time.monotonic() + SECONDS
    while time.monotonic() < end:
        me = dice.choice(cast.everybody)
        client = _sign_in(me)
        if client is not None:
            deed = dice.choice(STAFF if me in cast.staff else ANYBODY)
            client.environ_base["REMOTE_ADDR"] = f"192.0.2.{dice.randrange(250)}"
            getattr(Browser(me, cast, dice, client, answers), deed)()
    return answers


def leave(member_id: str) -> Counter[int]:
    """In the middle of it somebody's day comes."""
    time.sleep(SECONDS_TO_LEAVE)
    leaving.erase_member(member_id)
    return Counter()


def _sign_in(member_id: str) -> FlaskClient | None:
    try:
        with transaction():
            token = accounts.open_session(member_id, address="192.0.2.1", device="")
    except DomainError:
        return None
    client = current_app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
    return client


def take_part(role: str, *share: Any) -> Counter[int]:
    return {"live": live, "leave": leave}[role](*share)


def proven() -> list[tuple[str, int, int]]:
    """All that ``flask prove`` finds; tests beside this one that leave their guards off share the database."""
    return [
        difference
        for feature in registry().features
        for proof in feature.proofs
        for difference in proof.differences()
    ]


def test_nobody_meets_a_fault(house: House, people: Make) -> None:
    before = proven()
    with transaction():
        members, staff = [people.member() for _ in range(3)], [people.staff("manager") for _ in range(2)]
        stories = [people.story(author=member) for member in members]
        members[0].erase_after = clock.now()
        cast = Cast(*(tuple(thing.id for thing in things) for things in (members, staff, stories)))
    lives = [("live", cast, seed) for seed in range(PROCESSES)]
    answers = sum(at_once(house, take_part, [("leave", cast.members[0]), *lives]), Counter[int]())
    assert set(answers) <= FINE
    assert sum(number for status, number in answers.items() if status < 400) > 20, "they did nothing"
    db.session.rollback()
    left = db.session.get_one(Member, cast.members[0])
    assert left.state is MemberState.ERASED
    signed_in = sa.select(sa.func.count()).where(AccountSession.member_id == left.id)
    assert db.session.scalar(signed_in) == 0
    assert proven() == before
