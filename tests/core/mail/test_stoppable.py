"""Letters that can be stopped: what programs read in them, and the question right before they are sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.mail import services, transport
from portal.core.mail.asking import Answer, Drop, Later, before_sending
from portal.core.mail.models import Letter, LetterState
from portal.core.mail.services import Item
from tests.core.mail.conftest import Mailbox, free_port

STOP = "/stop/" + "01abcdefghjkmnpqrstvwxyz12~stories.answered." + "x" * 43


def letter_of(letter_id: str) -> Letter:
    db.session.rollback()
    return db.session.get_one(Letter, letter_id)


@pytest.fixture
def asking(app: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], list[str]]:
    """Answers every question like this; returns what was asked about."""
    asked: list[str] = []

    def answer_with(answer: Answer) -> list[str]:
        def ask(letter: Letter) -> Answer:
            asked.append(letter.id)
            return answer

        before_sending(app, ask)
        return asked

    before = app.extensions["before_sending"]
    answer_with(None)
    yield answer_with
    before_sending(app, before)


# ------------------------------------------------------------------ headers


def test_programs_find_how_to_stop_it(mailbox: Mailbox, post: Any, asking: Any) -> None:
    services.deliver(post(stop_path=STOP))
    [message] = mailbox.letters
    assert message["List-Unsubscribe"] == f"<http://portal.test{STOP}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_somebody_asked_for_cannot_be_stopped(mailbox: Mailbox, post: Any) -> None:
    services.deliver(post(code="123456"))
    [message] = mailbox.letters
    assert message["List-Unsubscribe"] is None and message["List-Unsubscribe-Post"] is None


def test_the_address_goes_over_the_wire_as_it_is(app: Any, post: Any, asking: Any) -> None:
    """The library would cut a long address into encoded words, which no mail program takes for an address."""
    raw = transport.compose(letter_of(post(stop_path=STOP, subject="一件和你有关的事" * 12))).as_bytes()
    [line] = [line for line in raw.splitlines() if line.startswith(b"List-Unsubscribe:")]
    assert line == f"List-Unsubscribe: <http://portal.test{STOP}>".encode()
    assert all(len(line) <= 998 for line in raw.splitlines())
    assert message_from_bytes(raw)["Subject"].startswith("=?utf-8?")


def test_both_parts_say_the_same(mailbox: Mailbox, post: Any, asking: Any) -> None:
    post(
        stop_path=STOP,
        member_id="01abc",
        preheader="Before anything else",
        items=[Item("One & only", "/stories/1?a=1&b=2"), Item("Two", "/stories/2")],
    )
    services.deliver_due()
    [message] = mailbox.letters
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and html is not None
    text, markup = plain.get_content(), html.get_content()
    for said in (
        "A story was answered.",
        "One & only",
        "Two",
        "Because it is your story",
        "Stop mail like this",
    ):
        assert said in text
        assert said.replace("&", "&amp;") in markup
    for path in ("/stories/1?a=1&b=2", STOP, "/me/notifications#kind-account"):
        assert f"http://portal.test{path}" in text
        assert f"http://portal.test{path}".replace("&", "&amp;") in markup
    assert markup.index("Before anything else") < markup.index("A story was answered.")
    assert "Before anything else" not in text


# ------------------------------------------------------------------ the question


def test_only_what_can_be_stopped_is_asked_about(mailbox: Mailbox, post: Any, asking: Any) -> None:
    asked = asking(Drop("no"))
    stoppable, needed = post(stop_path=STOP), post()
    services.deliver_due()
    assert asked == [stoppable]
    assert len(mailbox.letters) == 1
    assert letter_of(needed).state is LetterState.SENT
    dropped = letter_of(stoppable)
    assert (dropped.state, dropped.last_error, dropped.attempts) == (LetterState.DROPPED, "no", 0)


def test_later_means_later_and_costs_no_try(mailbox: Mailbox, post: Any, asking: Any) -> None:
    now = clock.now()
    asking(Later(now + timedelta(hours=9)))
    letter_id = post(stop_path=STOP)
    services.deliver(letter_id)
    letter = letter_of(letter_id)
    assert (letter.state, letter.attempts, letter.due_at) == (LetterState.DUE, 0, now + timedelta(hours=9))
    asking(None)
    assert services.deliver_due() == 0
    with clock.travel(now + timedelta(hours=9)):
        services.deliver_due()
    assert len(mailbox.letters) == 1


def test_each_try_is_asked_about(mailbox: Mailbox, post: Any, asking: Any) -> None:
    asked = asking(None)
    mailbox.answers["lin@example.test"] = "450 busy"
    letter_id = post(stop_path=STOP)
    services.deliver(letter_id)
    with clock.travel(letter_of(letter_id).due_at):
        asking(Drop("changed my mind"))
        services.deliver_due()
    assert asked == [letter_id, letter_id]
    assert letter_of(letter_id).state is LetterState.DROPPED


def test_a_question_that_fails_leaves_the_letter_due(
    mailbox: Mailbox, post: Any, app: Any, asking: Any
) -> None:
    def fail(letter: Letter) -> Answer:
        raise ZeroDivisionError

    before_sending(app, fail)
    letter_id = post(stop_path=STOP)
    with pytest.raises(ZeroDivisionError):
        services.deliver(letter_id)
    letter = letter_of(letter_id)
    assert (letter.state, letter.attempts) == (LetterState.DUE, 0)
    assert not mailbox.letters


def test_dropping_what_waits(post: Any, app: Any) -> None:
    mine, other_kind, needed = (
        post(member_id="me", stop_path=STOP),
        post(member_id="me", stop_path=STOP, kind="other"),
        post(member_id="me"),
    )
    theirs = post(member_id="you", stop_path=STOP)
    with transaction():
        assert services.drop_letters("me", ["test"], because="x") == 1
    assert [letter_of(each).state for each in (mine, other_kind, needed, theirs)] == [
        LetterState.DROPPED,
        LetterState.DUE,
        LetterState.DUE,
        LetterState.DUE,
    ]
    with transaction():
        assert services.drop_letters("me", None, because="x") == 1
    assert letter_of(needed).state is LetterState.DUE


def test_old_letters_are_forgotten_and_those_that_wait_never(mailbox: Mailbox, post: Any) -> None:
    sent, waiting = post(), post(not_before=clock.now() + timedelta(days=90))
    services.deliver(sent)
    with transaction():
        assert services.discard_old(clock.now() - timedelta(days=1)) == 0
    with transaction():
        assert services.discard_old(clock.now() + timedelta(days=1)) == 1
    db.session.rollback()
    assert db.session.get(Letter, sent) is None
    assert db.session.get(Letter, waiting) is not None


# ------------------------------------------------------------------ once, and when nobody can know


class Flaky:
    """Every third connection is cut: at the greeting, in the middle, or with the letter in hand but no answer given."""

    def __init__(self, cut: str) -> None:
        self.cut, self.number, self.ids = cut, 0, list[str]()

    def _broken(self, server: SMTP, place: str) -> bool:
        if self.cut != place or self.number % 3:
            return False
        assert server.transport is not None
        server.transport.abort()
        return True

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.number += 1
        session.host_name = hostname
        self._broken(server, "greeting")
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._broken(server, "middle")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._broken(server, "before it is taken"):
            return "451 gone"
        content = envelope.content
        assert isinstance(content, bytes)
        self.ids.append(str(message_from_bytes(content)["Message-ID"]))
        self._broken(server, "after it was taken")
        return "250 OK"


def send_all(cut: str, mail_url: Any, ids: list[str]) -> list[str]:
    """What the server took, in the end."""
    server = Flaky(cut)
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    mail_url(f"smtp://127.0.0.1:{controller.port}")
    moment = clock.now()
    try:
        for _round in range(6):
            with clock.travel(moment):
                services.deliver_due()
            moment += timedelta(hours=2)
    finally:
        controller.stop()
    assert {letter_of(letter_id).state for letter_id in ids} == {LetterState.SENT}
    return server.ids


@pytest.mark.parametrize("cut", ["greeting", "middle", "before it is taken"])
def test_over_a_bad_line_each_letter_arrives_once(mail_url: Any, post: Any, asking: Any, cut: str) -> None:
    ids = [post(f"m{number}@example.test", stop_path=STOP if number % 2 else None) for number in range(10)]
    taken = send_all(cut, mail_url, ids)
    assert sorted(taken) == sorted(f"<{letter_id}@localhost>" for letter_id in ids)


def test_a_letter_that_was_taken_without_an_answer_goes_again_under_the_same_name(
    mail_url: Any, post: Any, asking: Any
) -> None:
    """Nobody can know that it was taken. To lose none, it is sent again; its Message-ID tells mailboxes it is a double."""
    ids = [post(f"m{number}@example.test") for number in range(10)]
    taken = send_all("after it was taken", mail_url, ids)
    assert set(taken) == {f"<{letter_id}@localhost>" for letter_id in ids}
    assert len(ids) < len(taken) < 2 * len(ids)
