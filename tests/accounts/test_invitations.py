"""Staff invitations: one address, once, for seven days; whoever clicks first, and whoever else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Member, Role, StaffInvitation, StaffRole
from portal.accounts.queries import viewer_of
from portal.accounts.queries.invitations import find_by_link, is_open
from portal.accounts.services import invitations as services
from portal.accounts.services import revoke_role
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed
from tests.answers import BOTH, place
from tests.make import Make

ADDRESS = "new@home.example"


@pytest.fixture
def owner(make: Make) -> Member:
    owner: Member = make.staff("owner", display_name="Ada")
    return owner


@pytest.fixture
def invite(owner: Member, outbox: Any) -> Any:
    def send(email: str = ADDRESS, role: Role = Role.HOST) -> str:
        """The token in the letter."""
        with transaction():
            services.invite(email, role, by=viewer_of(owner.id), language="en")
        return token_in(outbox()[-1])

    return send


def token_in(letter: Any) -> str:
    found = re.search(r"/invitations/([\w-]+)", letter.text_body)
    assert found is not None
    return found[1]


def audited(action: str) -> int:
    return len(list(db.session.scalars(sa.select(AuditEntry.id).where(AuditEntry.action == action))))


def test_an_invitation_is_mailed_and_accepted_once(
    app: Flask, make: Make, invite: Any, outbox: Any, owner: Member
) -> None:
    token = invite()
    letter = outbox()[-1]
    assert letter.recipient == ADDRESS and "Ada" in letter.text_body and "Host" in letter.text_body
    assert token not in str([tuple(row) for row in db.session.execute(sa.select(StaffInvitation.link_hash))])
    member = make.member(email=ADDRESS)
    found = find_by_link(token)
    assert found is not None
    with transaction():
        assert services.accept(found, by=viewer_of(member.id)) is Role.HOST
    with pytest.raises(Conflict), transaction():
        services.accept(found, by=viewer_of(member.id))
    assert viewer_of(member.id).roles == {"host"}
    assert audited("staff.granted") == audited("staff.invitation_accepted") == audited("staff.invited") == 1
    told = db.session.execute(sa.text("SELECT member_id, kind FROM notification")).all()
    assert [tuple(row) for row in told] == [(owner.id, "staff.joined")]


def test_who_cannot_accept(app: Flask, make: Make, invite: Any, owner: Member) -> None:
    found = find_by_link(invite())
    assert found is not None
    others = (make.member(), make.member(email=ADDRESS, verified=False))
    for member in others:
        with pytest.raises(NotAllowed), transaction():
            services.accept(found, by=viewer_of(member.id))
    others[1].email_verified_at = clock.now()
    db.session.commit()
    with (
        clock.travel(clock.now() + services.HOLDS + timedelta(seconds=1)),
        pytest.raises(Conflict),
        transaction(),
    ):
        services.accept(found, by=viewer_of(others[1].id))
    second = make.staff("owner")
    with transaction():
        revoke_role(owner, Role.OWNER, by=viewer_of(second.id))
    with pytest.raises(Conflict), transaction():  # whoever invited has no say any more
        services.accept(found, by=viewer_of(others[1].id))
    assert viewer_of(others[1].id).roles == set()


def test_sending_again_makes_the_first_link_worthless(app: Flask, invite: Any) -> None:
    first, second = invite(), invite()
    assert find_by_link(first) is None
    found = find_by_link(second)
    assert found is not None and is_open(found)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StaffInvitation)) == 1
    with transaction():
        services.withdraw(found, by=viewer_of(found.invited_by or ""))
    assert not is_open(found)
    for verb in (services.withdraw, services.send_again):
        with pytest.raises(Conflict), transaction():
            verb(
                found,
                by=viewer_of(found.invited_by or ""),
                **{"language": "en"} if "again" in verb.__name__ else {},
            )


def test_whom_not_to_invite(app: Flask, make: Make, owner: Member) -> None:
    host = make.staff("host")
    for email in ("no address", host.email):
        with pytest.raises(Invalid), transaction():
            services.invite(email, Role.HOST, by=viewer_of(owner.id), language="en")


def test_the_last_owner_who_can_come_in_stays(app: Flask, make: Make, owner: Member) -> None:
    asleep = make.staff("owner")
    asleep.state = "suspended"
    db.session.commit()
    with pytest.raises(Conflict), transaction():
        revoke_role(owner, Role.OWNER, by=None)
    with transaction():
        assert revoke_role(asleep, Role.OWNER, by=None)


# ------------------------------------------------------------------ pages


@pytest.mark.one_database
def test_looking_changes_nothing_and_pressing_accepts(
    client: Any, as_member: Any, make: Make, invite: Any
) -> None:
    path = f"/invitations/{invite()}"
    seen = client.get(path)
    assert seen.status_code == 200 and "Ada" in seen.text and seen.headers["Referrer-Policy"] == "no-referrer"
    assert f"/sign-up?next={path}" in seen.text.replace("%2F", "/")
    assert place(client.post(path), htmx=False).replace("%2F", "/") == f"/sign-in?next={path}"
    browser = as_member(email=ADDRESS)
    assert "Accept" in browser.get(path).text
    assert db.session.scalars(sa.select(StaffRole).where(StaffRole.role == Role.HOST)).all() == []
    assert place(browser.post(path), htmx=False) == "/console"
    assert "You accepted this invitation" in browser.get(path).text
    assert browser.post(path).status_code == 200
    assert client.get(path).status_code == 404
    assert len(db.session.scalars(sa.select(StaffRole).where(StaffRole.role == Role.HOST)).all()) == 1


@pytest.mark.one_database
@BOTH
def test_another_account_is_told_so(as_member: Any, invite: Any, htmx: bool) -> None:
    path, stranger = f"/invitations/{invite()}", as_member()
    assert "another address" in stranger.get(path, htmx=htmx).text
    refused = stranger.post(path, htmx=htmx)
    assert refused.status_code == 403 and "another address" in refused.text


@pytest.mark.one_database
def test_links_that_are_none(client: Any) -> None:
    for token in ("nothing", "x" * 500, "燕"):
        assert client.get(f"/invitations/{token}").status_code == 404
        assert client.post(f"/invitations/{token}").status_code == 404


@pytest.mark.one_database
def test_somebody_new_signs_up_and_comes_back(client: Any, invite: Any, outbox: Any) -> None:
    path = f"/invitations/{invite()}"
    form = {"display_name": "新来的", "email": ADDRESS, "of_age": "y", "next": path, "contact": ADDRESS}
    client.get(f"/sign-up?next={path}")
    assert client.post("/sign-up", data=form).status_code == 303
    code = re.search(r"\b(\d{6})\b", outbox()[-1].text_body)
    assert code is not None
    arrived = client.post("/check-mail", data={"code": code[1]})
    assert arrived.location == path
    assert client.post(path).location == "/console"
    assert client.get("/console").status_code == 200


@pytest.mark.one_database
@BOTH
def test_the_owner_invites_sends_again_and_withdraws(as_staff: Any, outbox: Any, htmx: bool) -> None:
    owner, home = as_staff("owner"), "/console/staff"
    sent = owner.post(
        f"{home}/invitations", data={"invite-email": " New@Home.example ", "invite-role": "host"}, htmx=htmx
    )
    assert sent.status_code == (200 if htmx else 303)
    assert ADDRESS in owner.get(home).text
    for wrong in (
        {"invite-email": "x", "invite-role": "host"},
        {"invite-email": ADDRESS, "invite-role": "king"},
        {},
    ):
        assert owner.post(f"{home}/invitations", data=wrong, htmx=htmx).status_code == 422
    one = db.session.scalars(sa.select(StaffInvitation.id)).one()
    again = owner.post(f"{home}/invitations/{one}/again", htmx=htmx)
    assert again.status_code == (200 if htmx else 303)
    assert len(outbox()) == 2
    gone = owner.post(f"{home}/invitations/{one}/withdraw", htmx=htmx)
    assert gone.status_code == (200 if htmx else 303)
    assert owner.post(f"{home}/invitations/{one}/withdraw", htmx=htmx).status_code == 409
    assert ADDRESS not in owner.get(home).text
    for role in ("manager", "host"):
        assert as_staff(role).post(f"{home}/invitations", data={}).status_code == 403
    assert owner.post(f"{home}/invitations/{'x' * 26}/again").status_code == 404
