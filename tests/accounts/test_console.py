"""Who is staff, for the owner: each write plain and with htmx, and everybody else."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts import queries
from portal.accounts.models import Member, Role
from tests.answers import BOTH
from tests.make import Make

pytestmark = pytest.mark.one_database


@BOTH
def test_owner_gives_and_takes_roles(as_staff: Any, make: Make, htmx: bool) -> None:
    member: Member = make.member(email="bob@example.com", display_name="Bob")
    owner = as_staff("owner")
    assert owner.get("/console/staff").status_code == 200
    given = owner.post("/console/staff", data={"email": "bob@example.com", "role": "host"}, htmx=htmx)
    assert given.status_code == (200 if htmx else 303)
    assert queries.viewer_of(member.id).roles == {"host"}
    taken = owner.post(f"/console/staff/{member.id}/revoke/host", htmx=htmx)
    assert taken.status_code == (200 if htmx else 303)
    assert queries.viewer_of(member.id).roles == set()
    unknown = owner.post("/console/staff", data={"email": "nobody@example.com", "role": "host"}, htmx=htmx)
    assert unknown.status_code == 422
    assert "No member has this address" in unknown.get_data(as_text=True)
    assert owner.post(f"/console/staff/{member.id}/revoke/king", htmx=htmx).status_code == 404


def test_the_last_owner_stays(as_staff: Any) -> None:
    client = as_staff("owner")
    owner = queries.staff()[0][0]
    assert client.post(f"/console/staff/{owner.id}/revoke/owner").status_code == 409


def test_only_owners_decide_who_is_staff(as_member: Any, as_staff: Any, make: Make) -> None:
    member = make.member()
    data = {"email": member.email, "role": "owner"}
    assert as_member(member).post("/console/staff", data=data).status_code == 404
    for role in (Role.MODERATOR, Role.HOST, Role.MANAGER, Role.ANALYST):
        assert as_staff(role).post("/console/staff", data=data).status_code == 403
