"""Staff and photo rights under many hands: one role for two clicks, always an owner, nothing packed that was taken back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member, Role, StaffInvitation, StaffRole
from portal.accounts.queries import viewer_of
from portal.accounts.services import invitations, revoke_role
from portal.brand import queries as brand
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.media import rights
from portal.core.media.models import PhotoUse
from portal.core.media.rights import Wish
from portal.stories import services as stories
from portal.stories.models import Story
from portal.stories.queries.photo_rights import RightsFilter
from portal.stories.services import photo_rights
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

PHOTOS, CLICKS = 8, 4
#: rights are taken back within one second, on a slow machine within a few
TAKING_BACK_SECONDS, LONGEST_PACKING = 1.0, 30.0
PRINT = Wish(frozenset({PhotoUse.PRINT}))


def accept(invitation_id: str, member_id: str) -> Any:
    by = viewer_of(member_id)
    found = db.session.get_one(StaffInvitation, invitation_id)
    db.session.rollback()

    def deed() -> str:
        with transaction():
            return invitations.accept(found, by=by).value

    return outcome(deed)


def resign(member_id: str, other_id: str) -> Any:
    """An owner takes the role from another one."""
    by, other = viewer_of(member_id), db.session.get_one(Member, other_id)
    db.session.rollback()

    def deed() -> bool:
        with transaction():
            return revoke_role(other, Role.OWNER, by=by)

    return outcome(deed)


def take_back(right_ids: list[str], member_id: str) -> dict[str, float]:
    """One after the other; returns when each was surely stored."""
    stored = {}
    for right_id in right_ids:
        with transaction():
            rights.take_back(right_id, by=member_id)
        stored[right_id] = time.time()
        time.sleep(TAKING_BACK_SECONDS / PHOTOS)
    return stored


def pack(seconds: float, careful: bool) -> list[tuple[float, list[str]]]:
    """Take photos along until nothing is allowed any more, and once after that: when each began, and what was inside."""
    live = photo_rights.live_photos
    if not careful:
        whole = photo_rights.live_rights_of
        kept: dict[str, Any] = {}
        ids = list(photo_rights.live_photos(RightsFilter(), on=brand.shop_day(clock.now())))
        for photo_id in ids:
            kept[photo_id] = whole(photo_id, RightsFilter(), on=brand.shop_day(clock.now()))
        photo_rights.live_photos = lambda wanted, *, on: iter(ids)  # type: ignore[assignment]
        photo_rights.live_rights_of = lambda photo_id, wanted, *, on: kept[photo_id]  # type: ignore[assignment]
    packed, until = [], time.time() + seconds
    while True:
        over = time.time() >= until or not list(live(RightsFilter(), on=brand.shop_day(clock.now())))
        began = time.time()
        uses = {use.value: use.value for use in PhotoUse}
        names = [name for name, _pieces in photo_rights.photos_to_take_along(RightsFilter(), ["f"], uses)]
        packed.append((began, names[:-1]))
        if over:
            return packed


def do(deed: Callable[..., Any], *share: Any) -> Any:
    return deed(*share)


@pytest.fixture
def wall(house: House, people: Make) -> tuple[str, dict[str, str]]:
    """An author, and {right: photo} of a story on the wall."""
    author = people.member().id
    story_id = people.story(author=viewer_of(author)).id
    ids = [people.photo("story", story_id, by=author, published=True).id for _number in range(PHOTOS)]
    with transaction():
        stories.refresh_photos(db.session.get_one(Story, story_id))
        rights.settle(dict.fromkeys(ids, PRINT), by=author, on=brand.shop_day(clock.now()))
    given = {right.id: right.photo_id for right in rights.rights_given_by(author).items}
    db.session.rollback()
    return author, given


def found_too_late(house: House, wall: tuple[str, dict[str, str]], *, careful: bool) -> int:
    """How often a photo was packed by somebody who began after its right was surely taken back."""
    author, given = wall
    packed, stored = at_once(house, do, [(pack, LONGEST_PACKING, careful), (take_back, list(given), author)])
    last = pack(0, True)[0]
    db.session.rollback()
    assert not any(photo in name for name in last[1] for photo in given.values())
    return sum(
        given[right] in name
        for began, names in packed
        for right, moment in stored.items()
        if moment < began
        for name in names
    )


def test_two_clicks_are_one_role(house: House, people: Make) -> None:
    owner, email = people.staff("owner").id, f"new{time.time_ns()}@home.example"
    with transaction():
        made = invitations.invite(email, Role.HOST, by=viewer_of(owner), language="en").id
    member = people.member(email=email).id
    db.session.rollback()
    went = at_once(house, accept, [(made, member)] * CLICKS)
    assert sorted(went) == sorted(["host", *["Conflict"] * (CLICKS - 1)])
    db.session.rollback()
    given = sa.select(sa.func.count()).where(
        AuditEntry.target_id == member, AuditEntry.action == "staff.granted"
    )
    assert db.session.scalar(given) == 1


def test_owners_who_remove_each_other_leave_one(house: House, people: Make) -> None:
    with transaction():
        db.session.execute(sa.delete(StaffRole).where(StaffRole.role == Role.OWNER))
    ids = [people.staff("owner").id for _number in range(3)]
    db.session.rollback()
    pairs = [(ids[0], ids[1]), (ids[1], ids[2]), (ids[2], ids[0])]
    went = at_once(house, resign, pairs)
    db.session.rollback()
    left = set(db.session.scalars(sa.select(StaffRole.member_id).where(StaffRole.role == Role.OWNER)))
    assert sorted(map(str, went)) == ["Conflict", "True", "True"]
    assert len(left) == 1


def test_nothing_is_packed_that_was_taken_back_before(house: House, wall: tuple[str, dict[str, str]]) -> None:
    assert found_too_late(house, wall, careful=True) == 0


def test_without_a_look_at_the_moment_it_would_be(house: House, wall: tuple[str, dict[str, str]]) -> None:
    assert found_too_late(house, wall, careful=False) > 0
