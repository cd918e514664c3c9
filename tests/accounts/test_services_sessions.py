"""Sessions, passwords, and what is swept: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import queries, services
from portal.accounts.models import AccountSession, CodePurpose, OneTimeCode, Role, Throttle
from portal.core import clock, retention
from portal.core.access import Permission
from portal.core.crypto import digest
from portal.core.db import db, transaction
from portal.core.errors import Conflict, NotAllowed, NotFound
from tests.accounts.arriving import HERE, sign_up
from tests.make import Make

Outbox = Callable[[], list[Any]]


def test_viewer_is_read_in_one_query(app: Flask, make: Make, queries: Any) -> None:
    from portal.accounts.queries import load_viewer

    member = make.staff("manager", display_name="Wen")
    with transaction():
        services.grant_role(member, Role.HOST, by=None)
    token = make.session_token(member)
    member_id = member.id
    db.session.rollback()
    with queries() as log:
        viewer = load_viewer(token)
    assert len(log) == 1
    assert viewer is not None
    assert (viewer.id, viewer.display_name, viewer.roles) == (member_id, "Wen", {"manager", "host"})
    assert viewer.can(Permission.PUBLISH_NEWS)
    assert not viewer.can(Permission.MANAGE_STAFF)
    assert load_viewer(token + "x") is None


def test_suspended_member_is_out_at_once(app: Flask, make: Make) -> None:
    member = make.member()
    token = make.session_token(member)
    with transaction():
        member.state = "suspended"
    assert queries.load_viewer(token) is None
    with pytest.raises(NotAllowed), transaction():
        services.open_session(member.id, address=HERE, device="")


def test_sessions_are_revoked_by_their_owner_only(app: Flask, make: Make) -> None:
    alice, bob = make.member(), make.member(display_name="Bob")
    token, other = make.session_token(alice), make.session_token(alice)
    with pytest.raises(NotFound), transaction():
        services.revoke_session(bob.id, digest(token))
    with transaction():
        assert services.close_other_sessions(alice.id, keep=other) == 1
    assert queries.load_viewer(token) is None
    assert queries.load_viewer(other) is not None


def test_presence_is_noted_at_most_every_ten_minutes(app: Flask, make: Make) -> None:
    token, start = make.session_token(make.member()), clock.now()
    noted = []
    for minutes in (1, 11, 12, 22):
        with clock.travel(start + timedelta(minutes=minutes)), transaction():
            noted.append(services.note_presence(token))
    assert noted == [False, True, False, True]


def test_new_password_signs_other_devices_out(app: Flask, make: Make, outbox: Outbox) -> None:
    member = make.member(password="correct horse")
    token, other = make.session_token(member), make.session_token(member)
    with transaction():
        services.change_password(member, password_hash="new", keep_session=token)
    assert queries.load_viewer(token) is not None
    assert queries.load_viewer(other) is None
    assert outbox()[-1].kind == "accounts.password_changed"


def test_reset_uses_the_code_up(app: Flask, make: Make, outbox: Outbox) -> None:
    member = make.member(email="alice@example.com")
    token = make.session_token(member)
    with transaction():
        code_id = services.send_reset_code("alice@example.com", language="en", address=HERE)
    code = services.find_code(code_id, CodePurpose.RESET)
    assert code is not None
    with transaction():
        assert services.reset_password(code, password_hash="new") == member.id
    assert member.password_hash == "new"
    assert queries.load_viewer(token) is None
    assert services.find_code(code_id, CodePurpose.RESET) is None
    with pytest.raises(Conflict), transaction():
        services.reset_password(code, password_hash="newer")


def test_old_things_are_swept(app: Flask, make: Make) -> None:
    sign_up()
    fresh, idle = make.session_token(make.member()), make.session_token(make.member())
    start = clock.now()
    with transaction():
        db.session.execute(
            sa.update(AccountSession)
            .where(AccountSession.token_hash == digest(idle))
            .values(last_seen_at=start - timedelta(days=181))
        )
    with clock.travel(start + timedelta(days=2)):
        retention.let_go()
    left = {
        model: db.session.scalar(sa.select(sa.func.count()).select_from(model))
        for model in (OneTimeCode, Throttle, AccountSession)
    }
    assert left == {OneTimeCode: 0, Throttle: 0, AccountSession: 1}
    assert queries.load_viewer(fresh) is not None


def test_who_was_signed_out_a_moment_ago_changes_no_password(app: Flask, make: Make) -> None:
    """The owner took their account back while a thief's request was under way."""
    member = make.member()
    token = make.session_token(member)
    with transaction():
        services.close_other_sessions(member.id, keep="")
    with pytest.raises(NotAllowed), transaction():
        services.change_password(member, password_hash="new", keep_session=token)
    assert member.password_hash is None
