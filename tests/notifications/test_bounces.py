"""Mail that comes back: counted once each, and too much of it stops what is not needed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Member
from portal.accounts.services.mailing import trust_address
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.mail import services as mail
from portal.core.mail.models import LetterState
from portal.notifications import services
from portal.notifications.models import Bounce, BounceKind
from portal.notifications.proofs import mail_trouble
from tests.client import PortalClient
from tests.make import Make
from tests.notifications.telling import NOON, inbox_of, letters_to, tell

KEY = "the-key-of-the-mail-provider-0123456789"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.travel(NOON):
        yield


def note(member: Any, kind: str, key: str, **facts: Any) -> None:
    with transaction():
        services.note_bounce(
            BounceKind(kind), source="test", event_key=key, **{"recipient": member.email, **facts}
        )


def trouble(member: Any) -> tuple[int, bool]:
    db.session.rollback()
    row = db.session.get_one(Member, member.id)
    return row.mail_trouble, row.mail_stopped_at is not None


def bounces() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Bounce)) or 0


@pytest.mark.parametrize(
    ("kinds", "points", "stopped"),
    [
        (["soft"], 1, False),
        (["soft", "hard"], 3, False),
        (["hard", "hard"], 4, True),
        (["soft"] * 4, 4, True),
        (["complaint"], 4, True),
    ],
)
def test_trouble_adds_up(make: Make, kinds: list[str], points: int, stopped: bool) -> None:
    alice = make.member()
    for number, kind in enumerate(kinds):
        note(alice, kind, f"e{number}")
    assert trouble(alice) == (points, stopped)
    assert list(mail_trouble()) == []


def test_the_same_report_counts_once(make: Make) -> None:
    alice = make.member()
    for _time in range(5):
        note(alice, "hard", "same")
    assert trouble(alice) == (2, False)


def test_nobody_and_former_addresses_count_nowhere(make: Make) -> None:
    alice = make.member()
    tell(alice)
    [letter] = letters_to(alice)
    db.session.get_one(Member, alice.id).email = "new@example.com"
    db.session.commit()
    note(alice, "hard", "a", recipient="nobody@example.com")
    note(alice, "hard", "b", recipient=None, letter_id=letter.id)
    note(alice, "hard", "c", recipient=None, letter_id="unknown")
    assert trouble(alice) == (0, False)


def test_the_member_reads_that_mail_stopped_and_can_prove_the_address(make: Make) -> None:
    alice = make.member()
    note(alice, "complaint", "a")
    note(alice, "hard", "b")
    assert [message.kind for message in inbox_of(alice)] == ["notifications.mail_stopped"]
    tell(alice)
    assert not letters_to(alice)
    with clock.travel(NOON + timedelta(hours=1)), transaction():
        trust_address(alice.id)
    assert trouble(alice) == (0, False)
    assert list(mail_trouble()) == []
    tell(alice, group="other")
    assert len(letters_to(alice)) == 1


def test_a_wrong_count_is_found(make: Make) -> None:
    alice = make.member()
    note(alice, "soft", "a")
    alice.mail_trouble = 3
    db.session.commit()
    assert list(mail_trouble()) == [(f"member {alice.id}", 3, 1)]


# ------------------------------------------------------------------ told by the mail server


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        ("550 no such mailbox", 2),
        ("550 5.1.1 unknown", 2),
        ("552 5.2.2 mailbox full", 1),
        ("552 over quota", 1),
        ("550 5.7.1 not with this letter", 1),
        ("450 try later", 0),
    ],
)
def test_a_server_that_refuses_the_recipient(
    make: Make, refusing: Callable[[str], None], answer: str, points: int
) -> None:
    alice = make.member()
    refusing(answer)
    tell(alice, kind="test.certain")
    mail.deliver_due()
    assert trouble(alice)[0] == points
    assert letters_to(alice)[0].state is (LetterState.FAILED if points else LetterState.DUE)


@pytest.fixture
def refusing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A mail server that answers every recipient like this."""
    from aiosmtpd.controller import Controller

    from tests.core.mail.conftest import Mailbox, free_port

    class Rude(Mailbox):
        async def handle_RCPT(self, *_parts: Any) -> str:
            return self.data_answer

    box = Rude()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    url = f"smtp://127.0.0.1:{controller.port}"
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], mail_url=url))
    yield lambda answer: setattr(box, "data_answer", answer)
    controller.stop()


# ------------------------------------------------------------------ told by the provider's hook


@pytest.fixture
def with_key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], mail_hook_key=KEY))


def signed(body: bytes, *, key: str = KEY, at: Any = NOON) -> str:
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v1={hmac.new(key.encode(), f'{stamp}.'.encode() + body, hashlib.sha256).hexdigest()}"


def post(client: PortalClient, events: Any, *, header: str | None = None, **sign: Any) -> Any:
    body = events if isinstance(events, bytes) else json.dumps(events).encode()
    headers = {"X-Portal-Signature": signed(body, **sign) if header is None else header}
    return client.post("/hooks/mail", data=body, headers=headers, content_type="application/json")


def event(member: Any = None, **facts: Any) -> dict[str, Any]:
    return {
        "event": "bounce",
        "type": "hard",
        "id": "e1",
        "recipient": member.email if member else "nobody@example.com",
    } | facts


@pytest.mark.one_database
@pytest.mark.usefixtures("with_key")
def test_reports_count(client: PortalClient, make: Make) -> None:
    alice, bob = make.member(), make.member()
    tell(bob)
    [letter] = letters_to(bob)
    events = [
        event(alice, recipient=alice.email.upper()),
        event(alice, type="soft", id="e2"),
        {"event": "complaint", "id": "e3", "message_id": f"<{letter.id}@portal.test>"},
        {"event": "delivered", "id": "e4", "recipient": alice.email},
    ]
    assert post(client, events).status_code == 200
    assert (trouble(alice), trouble(bob)) == ((3, False), (4, True))


@pytest.mark.one_database
@pytest.mark.usefixtures("with_key")
def test_a_repeated_post_counts_once(client: PortalClient, make: Make) -> None:
    alice = make.member()
    answers = [post(client, [event(alice), event(alice)]).status_code for _time in range(3)]
    assert answers == [200, 200, 200]
    assert trouble(alice) == (2, False)


@pytest.mark.one_database
@pytest.mark.usefixtures("with_key")
def test_nobody_learns_whom_we_know(client: PortalClient, make: Make) -> None:
    known, unknown = post(client, [event(make.member())]), post(client, [event(id="e2")])
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    differs = {name for name, value in known.headers if unknown.headers[name] != value}
    assert differs <= {"X-Request-ID"}


@pytest.mark.one_database
@pytest.mark.usefixtures("with_key")
@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1,v1=",
        "v1=00",
        "t=x,v1=00",
        "t=99999999999999999999,v1=00",
        "t=²,v1=00",
        "nonsense",
        signed(b"[]"),
        signed(b"", key=KEY[:-1] + "0"),
    ],
)
def test_what_is_forged_leaves_no_trace(client: PortalClient, make: Make, header: str) -> None:
    alice = make.member()
    assert post(client, [event(alice)], header=header).status_code == 403
    assert (trouble(alice), bounces()) == ((0, False), 0)


@pytest.mark.one_database
@pytest.mark.usefixtures("with_key")
@pytest.mark.parametrize("age", [timedelta(minutes=6), -timedelta(minutes=6), timedelta(days=365)])
def test_an_old_post_is_refused_though_it_was_ours(client: PortalClient, make: Make, age: timedelta) -> None:
    assert post(client, [event(make.member())], at=NOON - age).status_code == 403
    assert bounces() == 0


@pytest.mark.one_database
@pytest.mark.usefixtures("with_key")
@pytest.mark.parametrize("body", [b"", b"{", b"{}", b'"x"', b"\xff\xfe", b"[" * 5000, b"[1," * 1001 + b"1]"])
def test_what_is_no_list_of_events(client: PortalClient, body: bytes) -> None:
    assert post(client, body).status_code == 422


@pytest.mark.one_database
@pytest.mark.usefixtures("with_key")
@pytest.mark.parametrize(
    "odd",
    [
        1,
        None,
        {},
        {"event": "bounce"},
        event(id=""),
        event(id="x" * 101),
        event(id=7),
        event(type="odd"),
        event(type=["hard"]),
        event(recipient=""),
        event(recipient="a\x00b"),
        event(recipient=None),
        event(message_id="<\ud800@x>"),
    ],
)
def test_odd_events_are_passed_over_and_the_others_count(client: PortalClient, make: Make, odd: Any) -> None:
    alice = make.member()
    assert post(client, [odd, event(alice, id="good")]).status_code == 200
    assert trouble(alice) == (2, False)


@pytest.mark.one_database
@pytest.mark.usefixtures("with_key")
def test_a_body_that_is_too_large_is_not_read(client: PortalClient) -> None:
    assert post(client, b"[" + b" " * 300_000 + b"]").status_code == 413


@pytest.mark.one_database
@pytest.mark.usefixtures("with_key")
def test_too_many_events(client: PortalClient) -> None:
    assert post(client, [{}] * 1001).status_code == 422


@pytest.mark.one_database
def test_without_a_key_there_is_no_such_address(client: PortalClient, make: Make) -> None:
    assert post(client, [event(make.member())]).status_code == 404
    assert client.get("/hooks/mail").status_code == 404
