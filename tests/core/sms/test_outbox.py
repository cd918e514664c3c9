"""Text messages through the provider's own SDK to a real peer: taken, refused, throttled, muddled, slow, gone."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from portal.core import clock, sms
from portal.core.db import db
from portal.core.sms import provider, services
from portal.core.sms.models import MessageState, TextMessage
from tests.core.sms.conftest import point
from tests.core.sms.peer import Peer

Text = Callable[..., str]


def row(message_id: str) -> TextMessage:
    db.session.rollback()
    return db.session.get_one(TextMessage, message_id)


def test_a_message_goes_out_signed_and_is_forgotten(
    peer: Peer, text: Text, run_jobs: Callable[[], None]
) -> None:
    message_id = text()
    assert row(message_id).words == ["123456", "10"]
    run_jobs()
    [asked], [headers], sent = peer.asked, peer.headers, row(message_id)
    assert (headers["x-tc-action"], headers["x-tc-version"]) == ("SendSms", "2021-01-11")
    assert headers["x-tc-region"] == "ap-guangzhou"
    assert asked == {
        "PhoneNumberSet": ["+8613800000000"],
        "SmsSdkAppId": "1400000001",
        "TemplateId": "11",
        "SignName": "米粉之家",
        "TemplateParamSet": ["123456", "10"],
    }
    assert peer.forged == 0
    assert (sent.state, sent.receipt, sent.last_error) == (MessageState.SENT, "5000:1", "")
    assert (sent.words, sent.shown) == ([], "")
    run_jobs()
    assert len(peer.asked) == 1


def test_a_wrong_key_is_seen_by_the_peer(
    app: Flask, monkeypatch: pytest.MonkeyPatch, peer: Peer, text: Text
) -> None:
    point(app, monkeypatch, peer.url.replace("AKIDtest:a", "AKIDtest:b"))
    services.deliver(message_id := text())
    assert peer.forged == 1
    assert peer.asked == []
    assert "AuthFailure" in row(message_id).last_error


def test_what_happened_goes_out_in_the_other_text_and_stays_readable(peer: Peer, text: Text) -> None:
    services.deliver(message_id := text(template=services.NOTICE, words=["号码已更换"], shown="换了"))
    assert peer.asked[0]["TemplateId"] == "22"
    assert row(message_id).shown == "换了"


@pytest.mark.parametrize(
    "code",
    [
        "FailedOperation.PhoneNumberInBlacklist",
        "LimitExceeded.PhoneNumberDailyLimit",
        "InvalidParameterValue.IncorrectPhoneNumber",
    ],
)
def test_refused_is_final(peer: Peer, text: Text, run_jobs: Callable[[], None], code: str) -> None:
    peer.says = code
    message_id = text()
    run_jobs()
    assert (row(message_id).state, row(message_id).words) == (MessageState.FAILED, [])
    assert code in row(message_id).last_error
    with clock.travel(clock.now() + timedelta(minutes=5)):
        services.deliver_due()
    assert len(peer.asked) == 1


@pytest.mark.parametrize("whole", [False, True])
def test_throttled_comes_again_after_growing_waits(peer: Peer, text: Text, whole: bool) -> None:
    """Whether the state of the number or the whole answer says so."""
    if whole:
        peer.fault = "RequestLimitExceeded"
    else:
        peer.says = "LimitExceeded.PhoneNumberThirtySecondLimit"
    message_id, start = text(), clock.now()
    for tries, wait in enumerate((20, 60, 180), start=1):
        with clock.travel(start):
            assert isinstance(services.deliver(message_id), provider.Throttled)
            found = row(message_id)
        assert (found.state, found.attempts) == (MessageState.DUE, tries)
        assert found.due_at == start + timedelta(seconds=wait)
        start = found.due_at
    peer.says, peer.fault = "Ok", ""
    with clock.travel(start):
        assert services.deliver(message_id) is None
    assert row(message_id).state is MessageState.SENT


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>502</html>",
        b"{}",
        b'{"Response": {}}',
        b'{"Response": {"SendStatusSet": [], "RequestId": "r"}}',
    ],
)
def test_an_answer_that_nobody_can_read_costs_one_more_try_at_most(
    peer: Peer, text: Text, raw: bytes
) -> None:
    """It may have been sent: a second time no sooner than the lease ends, a third time never."""
    peer.raw = raw
    message_id, start = text(), clock.now()
    with clock.travel(start):
        assert isinstance(services.deliver(message_id), provider.Unanswered)
        services.deliver_due()
    assert len(peer.asked) == 1
    assert row(message_id).due_at == start + services.LEASE
    with clock.travel(start + services.LEASE):
        services.deliver_due()
    assert len(peer.asked) == 2
    assert (row(message_id).state, row(message_id).words) == (MessageState.FAILED, [])


def test_a_fault_of_the_server_is_no_answer(peer: Peer, text: Text) -> None:
    peer.status = 503
    assert isinstance(services.deliver(text()), provider.Unanswered)


def test_slow_is_not_sent_twice_within_its_lease(
    peer: Peer, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "TIMEOUT_SECONDS", 0.3)
    peer.slow = threading.Event()
    message_id = text()
    assert isinstance(services.deliver(message_id), provider.Unanswered)
    services.deliver_due()
    assert len(peer.asked) == 1
    peer.slow.set()
    with clock.travel(clock.now() + services.LEASE):
        assert services.deliver(message_id) is None
    assert row(message_id).state is MessageState.SENT


def test_down_is_tried_again_and_the_sweep_gives_up_soon(
    app: Flask, monkeypatch: pytest.MonkeyPatch, peer: Peer, text: Text
) -> None:
    point(app, monkeypatch, peer.url.replace(str(peer.port), "9"))
    ids = [text(to=f"+861380000000{number}") for number in range(5)]
    assert services.deliver_due() == services.GIVE_UP_AFTER
    assert [row(one).attempts for one in ids] == [1, 1, 1, 0, 0]
    assert "nobody there" in row(ids[0]).last_error
    point(app, monkeypatch, peer.url)
    with clock.travel(clock.now() + timedelta(minutes=1)):
        services.deliver_due()
    assert {row(one).state for one in ids} == {MessageState.SENT}


def test_a_worker_that_died_is_made_up_for(peer: Peer, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_parcel: object) -> str:
        raise SystemExit

    message_id = text()
    with monkeypatch.context() as killed:
        killed.setattr(provider, "send", die)
        with pytest.raises(SystemExit):
            services.deliver(message_id)
    services.deliver_due()
    assert peer.asked == []
    with clock.travel(clock.now() + services.LEASE):
        services.deliver_due()
    assert row(message_id).state is MessageState.SENT
    assert len(peer.asked) == 1


def test_too_late_is_never_sent(peer: Peer, text: Text) -> None:
    message_id = text()
    with clock.travel(clock.now() + timedelta(minutes=10)):
        services.deliver_due()
    assert (row(message_id).state, row(message_id).last_error) == (MessageState.FAILED, services.TOO_LATE)
    assert row(message_id).words == []
    assert peer.asked == []


def test_withheld_is_never_sent(peer: Peer, text: Text, run_jobs: Callable[[], None]) -> None:
    message_id = text(withheld="nobody has this number")
    run_jobs()
    assert (row(message_id).state, row(message_id).words) == (MessageState.FAILED, [])
    assert peer.asked == []


def test_old_messages_are_forgotten(peer: Peer, text: Text) -> None:
    services.deliver(sent := text())
    waiting = text()
    assert services.discard_old(clock.now() + timedelta(seconds=1)) == 1
    db.session.commit()
    assert db.session.get(TextMessage, sent) is None
    assert db.session.get(TextMessage, waiting) is not None


def test_absent_without_a_provider(app: Flask) -> None:
    assert not sms.available()


def test_web_processes_do_not_read_the_sdk(tmp_path: Path) -> None:
    """It is large, and only what sends messages needs it. Nor do they read the library of numbers."""
    code = (
        "import sys; from pathlib import Path; from portal import create_app; from tests import databases; "
        f"create_app(databases.settings_for('sqlite:///nothing', Path({str(tmp_path)!r})), testing=True); "
        "print([name for name in ('tencentcloud', 'phonenumbers', 'requests') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_how_they_fared(app: Flask, peer: Peer, text: Text) -> None:
    """For whoever runs the portal: how many, and why not; never to whom or what."""
    services.deliver(text())
    peer.says = "FailedOperation.PhoneNumberInBlacklist"
    services.deliver(text(to="+8613900000000"))
    text()
    said = app.test_cli_runner().invoke(args=["texts"]).output
    assert "1 due, 1 sent, 1 failed" in said
    assert "1 tries  FailedOperation.PhoneNumberInBlacklist" in said
    assert "139" not in said
    assert "123456" not in said


def test_how_they_fared_without_a_provider(app: Flask) -> None:
    assert "not set up" in app.test_cli_runner().invoke(args=["texts"]).output
