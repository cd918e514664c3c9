"""The outbox loses nothing, sends nothing twice at once, and gives up only when trying again cannot help."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.mail import services, transport
from portal.core.mail.models import Letter, LetterState
from portal.core.mail.services import RETRY_AFTER, Action
from tests.core.mail.conftest import Mailbox, free_port


def letter_of(letter_id: str) -> Letter:
    db.session.rollback()
    return db.session.get_one(Letter, letter_id)


def test_a_letter_arrives_whole(mailbox: Mailbox, post: Any, run_jobs: Any) -> None:
    letter_id = post(
        subject="验证码 1", language="zh_CN", code="123456", action=Action("Go on", "/me?a=1&b=2")
    )
    run_jobs()
    [message] = mailbox.letters
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert (message["Subject"], message["To"]) == ("验证码 1", "lin@example.test")
    assert message["Message-ID"].startswith(f"<{letter_id}@")
    assert message["Auto-Submitted"] == "auto-generated"
    assert "123456" in plain.get_content()
    assert "http://portal.test/me?a=1&b=2" in plain.get_content()
    assert "http://portal.test/me?a=1&amp;b=2" in html.get_content()
    assert letter_of(letter_id).state is LetterState.SENT


def test_plain_text_is_not_escaped_and_html_is(mailbox: Mailbox, post: Any, run_jobs: Any) -> None:
    post(paragraphs=["Tom & <Jerry>"])
    run_jobs()
    [message] = mailbox.letters
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "Tom & <Jerry>" in plain.get_content()
    assert "Tom &amp; &lt;Jerry&gt;" in html.get_content()


def test_a_line_break_in_a_subject_cannot_add_headers(mailbox: Mailbox, post: Any, run_jobs: Any) -> None:
    post(subject="Hello\r\nBcc: all@example.test")
    run_jobs()
    assert mailbox.letters[0]["Bcc"] is None
    assert mailbox.letters[0]["Subject"] == "Hello Bcc: all@example.test"


def test_a_rolled_back_letter_is_never_sent(mailbox: Mailbox, run_jobs: Any) -> None:
    def write_and_fail() -> None:
        with transaction():
            services.queue_letter(
                to="lin@example.test", kind="test", language="en", subject="x", paragraphs=[], reason="x"
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    run_jobs()
    assert not mailbox.letters


def test_the_sweep_finds_what_the_queue_lost(mailbox: Mailbox, post: Any, app: Any) -> None:
    post()
    app.extensions["huey"].flush()
    assert services.deliver_due() == 1
    assert len(mailbox.letters) == 1


def test_delivering_again_sends_nothing(mailbox: Mailbox, post: Any) -> None:
    letter_id = post()
    for _time in range(3):
        services.deliver(letter_id)
    assert len(mailbox.letters) == 1


def test_a_letter_that_a_worker_holds_is_left_to_it(mailbox: Mailbox, post: Any, monkeypatch: Any) -> None:
    letter_id = post()
    send = transport.send

    def send_while_another_tries(message: Any) -> None:
        services.deliver(letter_id)
        send(message)

    monkeypatch.setattr(transport, "send", send_while_another_tries)
    services.deliver(letter_id)
    assert len(mailbox.letters) == 1


def test_a_worker_that_died_leaves_the_letter_to_the_next(
    mailbox: Mailbox, post: Any, monkeypatch: Any
) -> None:
    letter_id = post()

    def die(message: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(transport, "send", die)
        with pytest.raises(KeyboardInterrupt):
            services.deliver(letter_id)
    assert letter_of(letter_id).state is LetterState.DUE
    assert services.deliver_due() == 0
    with clock.travel(clock.now() + services.LEASE + timedelta(seconds=1)):
        services.deliver_due()
    assert len(mailbox.letters) == 1


def test_a_letter_may_wait(mailbox: Mailbox, post: Any, run_jobs: Any) -> None:
    later = clock.now() + timedelta(minutes=10)
    post(not_before=later)
    run_jobs()
    assert not mailbox.letters
    with clock.travel(later):
        run_jobs()
    assert len(mailbox.letters) == 1


def test_only_untouched_letters_can_be_recalled(mailbox: Mailbox, post: Any, run_jobs: Any) -> None:
    sent = post()
    run_jobs()
    waiting = post(not_before=clock.now() + timedelta(minutes=10))
    with transaction():
        assert services.recall_letters([sent, waiting]) == 1
    assert letter_of(sent).state is LetterState.SENT


# ------------------------------------------------------------------ servers that misbehave


def test_a_server_that_knows_no_such_address_ends_it(mailbox: Mailbox, post: Any) -> None:
    mailbox.answers["lin@example.test"] = "550 no such mailbox"
    letter_id = post()
    services.deliver(letter_id)
    letter = letter_of(letter_id)
    assert letter.state is LetterState.FAILED
    assert "550" in letter.last_error


@pytest.mark.parametrize("answer", ["450 mailbox busy", "451 try later", "421 closing"])
def test_a_server_that_hesitates_is_asked_again(mailbox: Mailbox, post: Any, answer: str) -> None:
    mailbox.answers["lin@example.test"] = answer
    letter_id = post()
    services.deliver(letter_id)
    letter = letter_of(letter_id)
    assert (letter.state, letter.attempts) == (LetterState.DUE, 1)
    mailbox.answers.clear()
    with clock.travel(letter.due_at):
        services.deliver_due()
    assert len(mailbox.letters) == 1


def test_a_server_that_refuses_the_content_ends_it(mailbox: Mailbox, post: Any) -> None:
    mailbox.data_answer = "554 no thanks"
    letter_id = post()
    services.deliver(letter_id)
    assert letter_of(letter_id).state is LetterState.FAILED


def test_a_server_that_drops_every_third_connection_gets_all_letters_in_the_end(
    mailbox: Mailbox, post: Any
) -> None:
    mailbox.drop_every = 3
    ids = [post(f"m{number}@example.test") for number in range(10)]
    moment = clock.now()
    for _round in range(4):
        with clock.travel(moment):
            services.deliver_due()
        moment += timedelta(hours=1)
    assert sorted(message["To"] for message in mailbox.letters) == sorted(
        f"m{number}@example.test" for number in range(10)
    )
    assert {letter_of(letter_id).state for letter_id in ids} == {LetterState.SENT}


def test_a_server_that_is_down_costs_nothing_but_time(mail_url: Any, post: Any) -> None:
    mail_url(f"smtp://127.0.0.1:{free_port()}")
    letter_id = post()
    services.deliver(letter_id)
    letter = letter_of(letter_id)
    assert (letter.state, letter.attempts) == (LetterState.DUE, 1)
    assert letter.last_error


def test_the_sweep_does_not_knock_two_hundred_times_at_a_closed_door(mail_url: Any, post: Any) -> None:
    mail_url(f"smtp://127.0.0.1:{free_port()}")
    ids = [post() for _number in range(10)]
    assert services.deliver_due() == services.GIVE_UP_AFTER
    assert [letter_of(letter_id).attempts for letter_id in ids] == [1] * 3 + [0] * 7


def test_the_waits_grow_and_end_after_a_day(mail_url: Any, post: Any) -> None:
    mail_url(f"smtp://127.0.0.1:{free_port()}")
    letter_id = post()
    moment = start = clock.now()
    waits = []
    while True:
        with clock.travel(moment):
            services.deliver(letter_id)
        letter = letter_of(letter_id)
        if letter.state is LetterState.FAILED:
            break
        waits.append(letter.due_at - moment)
        moment = letter.due_at
    assert tuple(waits) == RETRY_AFTER
    assert timedelta(hours=20) < moment - start < timedelta(days=2)


@pytest.mark.parametrize("address", ["no address", "a@b@c", "li n@example.test", ""])
def test_an_impossible_address_fails_at_once_and_holds_nobody_up(
    mailbox: Mailbox, post: Any, address: str
) -> None:
    bad, good = post(address), post("lin@example.test")
    services.deliver_due()
    assert letter_of(bad).state is LetterState.FAILED
    assert letter_of(good).state is LetterState.SENT
    assert len(mailbox.letters) == 1
