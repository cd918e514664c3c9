"""The queue with the things that the features really bring: stories, comments, member pages."""

from __future__ import annotations

from typing import Any

import pytest

from portal.core.db import db, transaction
from portal.core.installation import registry
from portal.moderation import queries as cases
from portal.moderation import services
from portal.moderation.models import CaseOrigin, ReportReason
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

KINDS = ("story", "comment", "profile")


@pytest.fixture
def put(make: Make, as_viewer: Any) -> Any:
    """Puts one reported thing of this kind into the queue."""

    def reported(kind: str) -> str:
        if kind == "profile":
            target_id = make.member().id
        else:
            story = make.story()
            target_id = story.id if kind == "story" else make.comment(story=story).id
        by = as_viewer(make.member())
        with transaction():
            services.open_report(kind, target_id, ReportReason.OTHER, "Look", by=by)
        return str(target_id)

    return reported


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("act", ["approve", "reject"])
def test_deciding_and_undoing(as_staff: Any, put: Any, kind: str, act: str) -> None:
    moderator: PortalClient = as_staff("moderator")
    target_id = put(kind)
    target = registry().targets[kind]
    before = target.state_of(target_id)
    case = cases.open_case_of(kind, target_id)
    assert case is not None
    case_id = case.id
    data = {"version": case.version, "because": "unkind"}
    assert moderator.post(f"/console/queue/{case_id}/{act}", data=data).status_code == 303
    assert (target.state_of(target_id) == before) is (act == "approve")
    assert moderator.post(f"/console/queue/{case_id}/undo").status_code == 303
    db.session.expire_all()
    assert target.state_of(target_id) == before
    assert cases.open_case_of(kind, target_id) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_hidden_cannot_be_reported(
    as_member: Any, as_viewer: Any, make: Make, put: Any, kind: str
) -> None:
    target_id = put(kind)
    case = cases.open_case_of(kind, target_id)
    assert case is not None
    by, case_id, version = as_viewer(make.staff("moderator")), case.id, case.version
    with transaction():
        services.reject(case_id, version, "No.", by=by)
    assert as_member().get(f"/report/{kind}/{target_id}").status_code == 404


def test_the_queue_costs_the_same_for_one_and_for_thirty_of_each(
    as_staff: Any, put: Any, queries: Any
) -> None:
    moderator: PortalClient = as_staff("moderator")
    for kind in KINDS:
        put(kind)
    moderator.get("/console/queue")
    with queries() as few:
        moderator.get("/console/queue")
    for number in range(30):
        put(KINDS[number % 3])
    for show in ("all", *CaseOrigin, *KINDS):
        with queries() as many:
            moderator.get(f"/console/queue?show={show}")
        assert len(many) <= len(few) <= 10, "\n".join(many)
