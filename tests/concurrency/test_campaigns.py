"""Colleagues approve stories of one member at the same instant, and codes run out meanwhile: each week is thanked once."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, transaction
from portal.rewards import services as rewards
from portal.rewards.models import Coupon, CouponPool, PointLot
from portal.rewards.proofs import PROOFS as REWARDS
from portal.stories import services
from portal.stories.campaign_models import CampaignStory, CampaignWeek
from portal.stories.campaign_proofs import PROOFS
from portal.stories.queries.campaigns import weeks_to_settle
from portal.stories.services import taking_part
from tests.concurrency.crowd import House, at_once
from tests.make import Make

COLLEAGUES, MEMBERS = 4, 6
MONDAY = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
FIRST = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _quiet(house: House) -> None:
    """Each test begins with no open transaction."""
    db.session.rollback()


def differences() -> list[tuple[str, int, int]]:
    db.session.rollback()
    return [row for proof in (*PROOFS, *REWARDS) for row in proof.differences()]


def held_stories(people: Make, tag: str) -> list[list[str]]:
    """For each colleague one story of every member, all handed in within one week."""
    shares: list[list[str]] = [[] for _colleague in range(COLLEAGUES)]
    with clock.travel(MONDAY), transaction():
        for member in [people.member() for _ in range(MEMBERS)]:
            for share in shares:
                story = people.story(author=member, state="held", tags=tag)
                taking_part.take_part(story, handed_in=True)
                share.append(story.id)
    return shares


def campaign(people: Make, tag: str, **facts: Any) -> str:
    with clock.travel(MONDAY):
        return str(people.campaign(hashtag=tag, starts_on=FIRST, **facts).id)


def approve(story_ids: list[str]) -> None:
    for story_id in story_ids:
        with clock.travel(MONDAY), transaction():
            services.approve_story(story_id)


def approve_carelessly(story_ids: list[str]) -> None:
    """The same with the guard off: each acts on what it saw before the others were done, that nobody has the week."""
    guard = taking_part._claim

    def take_what_was_free(part: CampaignStory) -> CampaignWeek | None:
        guard(part)
        mine = sa.select(CampaignWeek).where(
            CampaignWeek.campaign_id == part.campaign_id,
            CampaignWeek.member_id == part.member_id,
            CampaignWeek.week == part.week,
        )
        week = db.session.scalars(mine).one()
        week.given_at = week.lot_source = None
        db.session.flush()
        return week

    taking_part._claim = take_what_was_free
    try:
        approve(story_ids)
    finally:
        taking_part._claim = guard


def lots(campaign_id: str) -> list[PointLot]:
    db.session.rollback()
    authors = sa.select(CampaignStory.member_id).where(CampaignStory.campaign_id == campaign_id)
    mine = sa.select(PointLot).where(PointLot.source_kind == "campaign", PointLot.member_id.in_(authors))
    return list(db.session.scalars(mine))


def coupons(pool_id: str) -> list[str]:
    db.session.rollback()
    mine = sa.select(Coupon.member_id).where(Coupon.pool_id == pool_id, Coupon.member_id.is_not(None))
    return [member_id for member_id in db.session.scalars(mine) if member_id]


def test_a_week_is_thanked_once(house: House, people: Make) -> None:
    campaign_id = campaign(people, "#race-points", points=10)
    at_once(house, approve, [(share,) for share in held_stories(people, "#race-points")])
    assert len(lots(campaign_id)) == MEMBERS
    assert differences() == []
    stands = sa.select(sa.func.count()).where(
        CampaignStory.campaign_id == campaign_id, CampaignStory.published_at.is_not(None)
    )
    assert db.session.scalar(stands) == MEMBERS * COLLEAGUES


def test_without_the_guard_it_would_not_be(house: House, people: Make) -> None:
    """The switch: proves that the test above would notice."""
    campaign_id = campaign(people, "#race-careless", points=10)
    shares = [(share,) for share in held_stories(people, "#race-careless")]
    at_once(house, approve_carelessly, shares)
    given = lots(campaign_id)
    assert len(given) > MEMBERS
    assert differences() != []
    with transaction():
        kept = set(db.session.scalars(sa.select(CampaignWeek.lot_source)))
        for source in [lot.source_id for lot in lots(campaign_id) if lot.source_id not in kept]:
            rewards.take_back_points("campaign", source)


def hide_and_restore(story_ids: list[str]) -> None:
    for story_id in story_ids * 2:
        with transaction():
            services.hide_story(story_id, "no")
        with transaction():
            services.restore_story(story_id, "published")


def test_hidden_and_restored_at_once(house: House, people: Make) -> None:
    """All stories come and go in several hands; in the end all stand, and each member has it once."""
    campaign_id = campaign(people, "#race-undo", points=10)
    shares = held_stories(people, "#race-undo")
    for share in shares:
        approve(share)
    at_once(house, hide_and_restore, [(share,) for share in shares])
    assert sum(lot.taken_back < lot.amount for lot in lots(campaign_id)) == MEMBERS
    assert differences() == []


def settle(rounds: int) -> int:
    """What the sweep does, again and again. Returns how many it handed out."""
    given = 0
    for _round in range(rounds):
        for week_id in weeks_to_settle(50):
            with transaction():
                given += taking_part.give_owed(week_id)
        time.sleep(0.02)
    return given


def test_the_last_coupon_goes_to_one_and_the_others_are_owed(house: House, people: Make) -> None:
    pool = people.pool(number=1)
    pool_id, code = pool.id, f"RACE-{pool.id[-8:]}"
    campaign_id = campaign(people, "#race-coupon", pool=pool)
    at_once(house, approve, [(share,) for share in held_stories(people, "#race-coupon")])
    assert len(coupons(pool_id)) == 1
    owed = sa.select(sa.func.count()).where(
        CampaignWeek.campaign_id == campaign_id, CampaignWeek.given_at.is_(None)
    )
    assert db.session.scalar(owed) == MEMBERS - 1
    db.session.rollback()
    with transaction():
        codes = [f"{code}-{number}" for number in range(MEMBERS + 3)]
        rewards.add_codes(db.session.get_one(CouponPool, pool_id), codes, by=None)
    assert sum(at_once(house, settle, [(5,)] * COLLEAGUES)) == MEMBERS - 1
    assert (len(coupons(pool_id)), len(set(coupons(pool_id)))) == (MEMBERS, MEMBERS)
    assert differences() == []
