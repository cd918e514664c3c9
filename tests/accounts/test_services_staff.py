"""Who is staff: on both databases."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.accounts import queries, services
from portal.accounts.models import Role
from portal.core.access import Permission
from portal.core.audit import entries_of
from portal.core.db import transaction
from portal.core.errors import Conflict
from tests.make import Make


def test_roles_are_given_and_taken_with_a_trail(app: Flask, make: Make) -> None:
    owner, member = make.staff(Role.OWNER), make.member()
    by = queries.viewer_of(owner.id)
    with transaction():
        assert services.grant_role(member, Role.HOST, by=by)
        assert not services.grant_role(member, Role.HOST, by=by)
    assert queries.staff_who_can(Permission.REPLY_AS_BRAND) == sorted([owner.id, member.id])
    with transaction():
        assert services.revoke_role(member, Role.HOST, by=by)
        assert not services.revoke_role(member, Role.HOST, by=by)
    assert [entry.action for entry in entries_of("member", member.id)] == ["staff.revoked", "staff.granted"]
    assert queries.viewer_of(member.id).permissions == frozenset()


def test_the_last_owner_stays(app: Flask, make: Make) -> None:
    owner = make.staff(Role.OWNER)
    with pytest.raises(Conflict), transaction():
        services.revoke_role(owner, Role.OWNER, by=queries.viewer_of(owner.id))
    second = make.staff(Role.OWNER)
    with transaction():
        assert services.revoke_role(owner, Role.OWNER, by=queries.viewer_of(second.id))
