"""What a member may take away, and what is left of them afterwards; proofs that notice."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.timeline import told as told_in_life
from portal.membership.models import Gift, RedeemBatch, Span, Standing, Subscription, Tier
from portal.membership.personal import PERSONAL
from portal.membership.proofs import all_differences
from portal.membership.queries.life import LIFE
from portal.membership.services import codes, gifts, grants, standings, subscriptions
from portal.rewards import services as rewards
from tests.make import Make

SECRETS = ("too far away", "阿禾的妈妈", "谢谢您照顾我")


def lived(make: Make) -> Member:
    """Somebody who did everything once."""
    member, owner = make.member(), make.staff("owner")
    with transaction():
        subscription = make.subscription(member)
        tier = make.tier()
        db.session.flush()
        by = viewer_of(member.id)
        gift = make.gift(member, recipient_name=SECRETS[1], message=SECRETS[2])
        codes.redeem(make.code(tier, by=owner), by=by)
        grants.grant(
            member,
            tier,
            starts_at=clock.now(),
            ends_at=clock.now() + clock.days(9),
            reason="helped at the fair",
            by=viewer_of(owner.id),
        )
        subscriptions.cancel(subscription, by=by, reason=SECRETS[0])
        gifts.claim(gift, by=by)
        for number in range(5):
            rewards.record_deed(member.id, "order", source_kind="test", source_id=f"{member.id[-8:]}{number}")
    return member


def told(member_id: str) -> str:
    rows = {part.name: list(part.rows or ()) for part in PERSONAL.export(member_id)}
    assert set(rows) >= {"membership_road.json", "membership_charges.json", "membership_gifts.json"}
    return json.dumps(rows, ensure_ascii=False)


def test_everything_is_told_and_the_words_go(app: Flask, make: Make) -> None:
    member = lived(make)
    before = told(member.id)
    assert all(secret in before for secret in SECRETS) and "helped at the fair" in before
    for _twice in range(2):
        with transaction():
            PERSONAL.erase(member.id)
    after = told(member.id)
    assert not any(secret in after for secret in (*SECRETS, "helped at the fair"))
    assert db.session.scalar(sa.select(Subscription.reason).where(Subscription.member_id == member.id)) == ""
    assert db.session.scalar(sa.select(Gift.amount).where(Gift.buyer_id == member.id)), "money facts stay"
    assert not [what for what, _kept, _true in all_differences() if "standing" not in what]


def test_a_deed_more_and_the_tier_is_there(app: Flask, make: Make) -> None:
    member = make.member()
    with transaction():
        for number in range(4):
            rewards.record_deed(member.id, "order", source_kind="test", source_id=f"{member.id[-8:]}{number}")
    row = db.session.get_one(Standing, member.id)
    assert (row.stitches, db.session.get_one(Tier, row.tier_id).slug) == (12, "running-stitch")
    assert "Running stitch" in told_in_life(LIFE, member.id)[0].text
    with transaction():
        rewards.take_back_deed("order", "test", f"{member.id[-8:]}0")
    db.session.expire_all()
    assert row.valid_until <= clock.now() + clock.days(30), "it is looked at sooner, with notice"
    with clock.travel(clock.now() + clock.days(45)):
        for days in (0, 15):
            with clock.travel(clock.now() + clock.days(days)), transaction():
                standings.look_at(member.id)
    db.session.expire_all()
    assert db.session.get_one(Tier, row.tier_id).slug == "first-stitch", "one step down, after grace"


@pytest.mark.parametrize("what", ["standing", "no standing", "batch", "period"])
def test_proofs_notice(app: Flask, make: Make, what: str) -> None:
    member = lived(make)
    assert not list(all_differences())
    with transaction():
        if what == "standing":
            db.session.get_one(Standing, member.id).tier_id = "tier-first-stitch"
        elif what == "no standing":
            db.session.delete(db.session.get_one(Standing, member.id))
        elif what == "batch":
            db.session.execute(sa.update(RedeemBatch).values(redeemed=0))
        else:
            db.session.execute(sa.update(Span).values(ends_at=Span.starts_at))
    assert list(all_differences())
