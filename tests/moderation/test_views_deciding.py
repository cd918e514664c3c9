"""Deciding about a card and undoing it: plain and with htmx, for the right people only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import Tag

from portal.core import clock
from portal.core.db import transaction
from portal.moderation import services
from portal.moderation.models import CaseState
from tests.answers import BOTH
from tests.client import PortalClient
from tests.make import Make
from tests.moderation.cards import open_card, soup, state_of
from tests.moderation.conftest import Shelf

pytestmark = pytest.mark.one_database


@BOTH
def test_approving_opens_the_next_card(moderator: PortalClient, put: Any, shelf: Shelf, htmx: bool) -> None:
    first, second, third = put("s1", age=3), put("s2", age=2), put("s3", age=1)
    ids = (first.id, second.id, third.id)
    data = {"version": first.version, "next": second.id, "show": "held"}
    answer = moderator.post(f"/console/queue/{first.id}/approve", data=data, htmx=htmx)
    if not htmx:
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/console/queue?show=held&open={ids[1]}"
        answer = moderator.get(answer.headers["Location"])
    assert "Text of s2" in open_card(answer).text
    assert f'action="/console/queue/{ids[0]}/undo"' in answer.text
    assert state_of(ids[0]) is CaseState.APPROVED
    assert shelf.states["s1"] == "published"


@BOTH
def test_rejecting_with_a_reason(moderator: PortalClient, put: Any, shelf: Shelf, htmx: bool) -> None:
    case = put("s1")
    case_id, data = case.id, {"version": case.version, "because": "unclear", "note": "Try by the window."}
    answer = moderator.post(f"/console/queue/{case_id}/reject", data=data, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert state_of(case_id) is CaseState.REJECTED
    assert shelf.reasons["s1"].endswith("once more? Try by the window.")


@BOTH
@pytest.mark.parametrize("data", [{}, {"because": "other"}, {"because": "rubbish", "note": "x"}])
def test_rejecting_without_a_reason_keeps_everything_open(
    moderator: PortalClient, put: Any, shelf: Shelf, htmx: bool, data: dict[str, str]
) -> None:
    case = put("s1")
    case_id = case.id
    answer = moderator.post(
        f"/console/queue/{case_id}/reject", data={"version": case.version, **data}, htmx=htmx
    )
    assert answer.status_code == 422
    card = open_card(answer)
    details = card.find("details")
    assert isinstance(details, Tag)
    assert details.has_attr("open")
    assert card.select(".err")
    assert data.get("note", "") in answer.text
    assert state_of(case_id) is CaseState.OPEN
    assert shelf.states["s1"] == "held"


@BOTH
@pytest.mark.parametrize("act", ["approve", "reject"])
def test_a_colleague_was_faster(
    moderator: PortalClient, put: Any, make: Make, as_viewer: Any, htmx: bool, act: str
) -> None:
    case, other = put("s1", age=2), put("s2", age=1)
    case_id, version = case.id, case.version
    assert other.id
    mira = as_viewer(make.staff("moderator", display_name="Mira"))
    with transaction():
        services.approve(case_id, version, by=mira)
    data = {"version": version, "because": "unclear"}
    answer = moderator.post(f"/console/queue/{case_id}/{act}", data=data, htmx=htmx)
    assert answer.status_code == 409
    assert "A colleague was faster: Mira approved it." in answer.text
    assert "Text of s2" in open_card(answer).text
    assert state_of(case_id) is CaseState.APPROVED


@BOTH
def test_a_changed_text_comes_back_as_the_fresh_card(
    moderator: PortalClient, put: Any, make: Make, as_viewer: Any, shelf: Shelf, htmx: bool
) -> None:
    author = make.member()
    case = put("s1", author=author)
    case_id, version = case.id, case.version
    shelf.bodies["s1"] = "A new text"
    with transaction():
        services.screen("story", "s1", author=as_viewer(author), body="A new text", earlier=0)
    answer = moderator.post(f"/console/queue/{case_id}/approve", data={"version": version}, htmx=htmx)
    assert answer.status_code == 409
    card = open_card(answer)
    assert "A new text" in card.text
    assert card.select_one('input[name="version"]')["value"] == str(version + 1)  # type: ignore[index]


@BOTH
def test_undo_brings_the_card_back(moderator: PortalClient, put: Any, shelf: Shelf, htmx: bool) -> None:
    case = put("s1")
    case_id = case.id
    moderator.post(f"/console/queue/{case_id}/approve", data={"version": case.version})
    page = moderator.get("/console/queue")
    assert soup(page).select(f'.rail form[action="/console/queue/{case_id}/undo"]')
    answer = moderator.post(f"/console/queue/{case_id}/undo", htmx=htmx)
    if htmx:
        assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#queue", "outerHTML")
    else:
        assert answer.headers["Location"] == f"/console/queue?open={case_id}"
        answer = moderator.get(answer.headers["Location"])
    assert "Text of s1" in open_card(answer).text
    assert (state_of(case_id), shelf.states["s1"]) == (CaseState.OPEN, "held")


@BOTH
def test_undo_too_late(moderator: PortalClient, put: Any, htmx: bool) -> None:
    case = put("s1")
    case_id = case.id
    moderator.post(f"/console/queue/{case_id}/approve", data={"version": case.version})
    with clock.travel(clock.now() + timedelta(minutes=11)):
        assert not soup(moderator.get("/console/queue")).select(".rail form")
        assert moderator.post(f"/console/queue/{case_id}/undo", htmx=htmx).status_code == 409
    assert state_of(case_id) is CaseState.APPROVED


@pytest.mark.parametrize("act", ["approve", "reject", "undo"])
@BOTH
def test_nobody_else_decides(
    client: PortalClient, as_member: Any, as_staff: Any, put: Any, act: str, htmx: bool
) -> None:
    case = put("s1")
    url, data, case_id = f"/console/queue/{case.id}/{act}", {"version": 1, "because": "unclear"}, case.id
    assert client.post(url, data=data, htmx=htmx).status_code == 404
    assert as_member().post(url, data=data, htmx=htmx).status_code == 404
    for role in ("analyst", "host"):
        assert as_staff(role).post(url, data=data, htmx=htmx).status_code == 403
    assert state_of(case_id) is CaseState.OPEN


def test_who_sees_the_queue(client: PortalClient, as_member: Any, as_staff: Any) -> None:
    assert "/sign-in" in client.get("/console/queue").headers["Location"]
    assert as_member().get("/console/queue").status_code == 404
    assert as_staff("analyst").get("/console/queue").status_code == 403
    for role in ("moderator", "manager", "owner"):
        assert as_staff(role).get("/console/queue").status_code == 200


@pytest.mark.parametrize("act", ["approve", "reject", "undo"])
@BOTH
def test_an_unknown_case_is_not_found(moderator: PortalClient, act: str, htmx: bool) -> None:
    data = {"because": "unclear"}
    assert moderator.post(f"/console/queue/nothing/{act}", data=data, htmx=htmx).status_code == 404
