"""The demo's paid tiers and plans, a paying member, a gift that waits, and a batch of codes."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.membership import demo_days
from portal.membership.models import Charge, Perk, Plan, Tier
from portal.membership.queries.subscriptions import last_subscription
from portal.membership.services import checkout, codes, gifts, standings, subscriptions, tiers
from portal.payments import services as payments
from portal.payments.queries import providers_on
from portal.rewards.models import Deed

LAMP = {
    Perk.EARLY_ACCESS_HOURS: 24,
    Perk.TRIAL_APPLICATIONS: 4,
    Perk.TICKET_DISCOUNT: 10,
    Perk.MEMBERS_CONTENT: 1,
}
HEARTH = {
    Perk.EARLY_ACCESS_HOURS: 48,
    Perk.RESERVED_SEATS: 2,
    Perk.TRIAL_APPLICATIONS: 8,
    Perk.TICKET_DISCOUNT: 20,
    Perk.BIRTHDAY_GIFT: 1,
    Perk.MEMBERS_CONTENT: 1,
    Perk.REPLY_PRIORITY: 1,
}
#: what the rungs that are earned give
EARNED = {
    "first-stitch": {Perk.TRIAL_APPLICATIONS: 2},
    "running-stitch": {Perk.TRIAL_APPLICATIONS: 3, Perk.EARLY_ACCESS_HOURS: 2},
    "back-stitch": {Perk.TRIAL_APPLICATIONS: 4, Perk.EARLY_ACCESS_HOURS: 12, Perk.BIRTHDAY_GIFT: 1},
    "saddle-stitch": {
        Perk.TRIAL_APPLICATIONS: 6,
        Perk.EARLY_ACCESS_HOURS: 24,
        Perk.BIRTHDAY_GIFT: 1,
        Perk.MEMBERS_CONTENT: 1,
    },
}
EARNED_TEXTS = {
    "first-stitch": ("每个人都从这里起针", "Everybody casts on here"),
    "running-stitch": ("来过几次，也说过几句", "Came by a few times, and told of it"),
    "back-stitch": ("常来常往的老朋友", "An old friend by now"),
    "saddle-stitch": ("双针双线，最牢的那一种", "Two needles, two threads: the one that holds"),
}


def load() -> None:
    """Everything as staff and members would have done it. Nothing is paid without the sandbox."""
    owner = viewer_of(_member("owner@demo.example").id)
    lamp, hearth = _ladders(owner)
    _standings()
    if any(way.name == "sandbox" for way in providers_on("CNY")):
        _paying_member(lamp[1], hearth[0])
        _gift(hearth[0])
    demo_days.load(owner, _member("xiaoman@demo.example"))
    with clock.travel(clock.now() - clock.days(20)):
        codes.make_batch(
            "上新手册里的明信片",
            db.session.get_one(Tier, lamp[0].tier_id),
            months=3,
            size=20,
            expires_at=clock.now() + clock.days(200),
            by=owner,
        )


def _ladders(by: Viewer) -> tuple[list[Plan], list[Plan]]:
    for tier in db.session.scalars(sa.select(Tier).order_by(Tier.position)).all():
        if tier.slug in EARNED:
            text_zh, text_en = EARNED_TEXTS[tier.slug]
            tiers.change_tier(
                tier,
                perks=EARNED[tier.slug],
                version=tier.version,
                by=by,
                text_zh=text_zh,
                text_en=text_en,
                stitches=tier.stitches,
            )
    lamp = tiers.add_tier(
        perks=LAMP,
        by=by,
        name_zh="灯下会员",
        name_en="Lamp",
        text_zh="常来坐坐，先看一眼上新",
        text_en="For those who like to see things first",
        thread="rose",
    )
    hearth = tiers.add_tier(
        perks=HEARTH,
        by=by,
        name_zh="炉边会员",
        name_en="Hearth",
        text_zh="每场活动都留着你的座位",
        text_en="A seat is kept at every event",
        thread="plum",
    )
    prices = ((lamp, 1, 1800), (lamp, 12, 16800), (hearth, 12, 36800))
    plans = [
        tiers.add_plan(tier, months=months, price=price, currency="CNY", by=by)
        for tier, months, price in prices
    ]
    return plans[:2], plans[2:]


def _standings() -> None:
    """From the deeds that are there."""
    for member_id in db.session.scalars(sa.select(Deed.member_id).distinct().order_by(Deed.member_id)).all():
        standings.look_at(member_id)


def _paying_member(lamp: Plan, hearth: Plan) -> None:
    """Coco joined last winter, renewed in autumn, and changed upwards a month ago."""
    coco, now = viewer_of(_member("coco@demo.example").id), clock.now()

    def pay(charge: Charge) -> None:
        payment_id = checkout.pay_charge(charge, provider="sandbox", by=coco, return_path="/me/membership")
        if payment_id is not None:
            payments.pay_with_play_money(payment_id)

    with clock.travel(now - clock.days(380)):
        pay(subscriptions.join(lamp, by=coco))
    with clock.travel(now - clock.days(30)):
        subscription = last_subscription(coco.id)
        assert subscription is not None
        pay(subscriptions.renew(subscription, by=coco))
    with clock.travel(now - clock.days(29)):
        subscription = last_subscription(coco.id)
        assert subscription is not None
        pay(subscriptions.upgrade(subscription, hearth, by=coco))


def _gift(plan: Plan) -> None:
    """Xiaoman gives one to somebody who has not unwrapped it yet."""
    giver = viewer_of(_member("xiaoman@demo.example").id)
    with clock.travel(clock.now() - clock.days(3)):
        gift = gifts.begin_gift(
            plan,
            recipient_name="阿岚",
            message="搬新家快乐，一起去粉丝节吧。",
            by=giver,
        )
        payment_id = checkout.pay_gift(gift, provider="sandbox", by=giver, return_path="/me/membership/gifts")
        payments.pay_with_play_money(payment_id)


def _member(email: str) -> Member:
    return db.session.scalars(sa.select(Member).where(Member.email == email)).one()
