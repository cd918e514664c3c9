"""The demo's rewards: what points are good for at a house that makes bags, its patches, and last year's festival."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts.models import Member, StaffRole
from portal.accounts.queries import find_member_by_email, viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.rewards import queries, services
from portal.rewards.models import BadgeRule, CouponPool, Reward

KEEPER = "manager@demo.example"
#: what deeds bring in points here; the house's own weights give none
POINTS = {"order": (3, 30), "story_approved": (1, 10), "check_in": (2, 20), "report_on_time": (3, 40)}
FESTIVAL_AGO = timedelta(days=212)
THANKED_AGO = timedelta(days=33)
CAME_TO_FESTIVAL = 26
REPORTED = 9


@dataclass(frozen=True, slots=True)
class _Offer:
    """A pool and the reward in front of it; ``codes`` in the shop's own pattern."""

    prefix: str
    zh: str
    en: str
    worth_zh: str
    worth_en: str
    text_zh: str
    text_en: str
    icon: str
    cost: int
    codes: int
    most: int = 0


OFFERS = (
    _Offer("YOU", "免邮一次", "Free shipping", "下一单免运费", "Your next parcel travels free", "不限金额，大陆地区包裹都可以用。", "Any order, large or small, within the mainland.", "truck", 40, 120),
    _Offer("HU", "皮面保养一次", "Leather care", "到店保养一次，含清洁和上油", "One care in the shop: cleaning and oil", "带着你的包来西湖店，约半小时，等的时候有茶。", "Bring your bag to the West Lake shop. It takes half an hour; there is tea.", "sparkles", 60, 60),
    _Offer("ZI", "烫上你的名字", "Your name on it", "皮牌烫印，最多六个字", "Hot stamping on the tag, up to six signs", "可以是名字，也可以是只有你懂的几个字。", "A name, or a few letters that only you understand.", "pen-tool", 80, 40, 2),
    _Offer("DAI", "一条备用背带", "A spare strap", "任意一款背带，颜色任选", "Any strap in any colour", "旧背带别扔，缝几针就是钥匙绳。", "Keep the old one: a few stitches make it a key cord.", "spool", 160, 25, 1),
    _Offer("BU", "修补一处", "One repair", "一处磨损或开线，终身可用", "One worn place or open seam, at any time", "寄来或者带来都行，修好我们拍照给你看。", "By post or by hand. We send you a picture when it is done.", "scissors", 120, 30),
    _Offer("DENG", "麦浪灯（小）", "Wheat lamp, small", "工坊用边角皮做的桌灯", "A table lamp of leather offcuts", "这一批已经送完，下一批在做了。", "This batch is gone; the next is being made.", "leaf", 240, 3, 1),
)  # fmt: skip

TERMS_ZH = "一张券用一次，可以送给朋友。不兑现金，不能和其他券叠加。"
TERMS_EN = "Good once, and you may give it to a friend. Not for cash, not together with other coupons."

BADGES = (
    ("first-story", "第一针", "First stitch", "第一个故事上了墙", "The first story on the wall", "spool", 14, BadgeRule.DEEDS, "story_approved", 1),
    ("storyteller", "十个故事", "Ten stories", "墙上有十个你的故事", "Ten of your stories on the wall", "book-heart", 330, BadgeRule.DEEDS, "story_approved", 10),
    ("festival", "粉丝节", "Festival", "来过一次粉丝节", "Was at a festival", "ticket-check", 85, BadgeRule.DEEDS, "check_in", 1),
    ("tester", "体验官", "Tester", "按时交出一份体验报告", "A trial report on time", "scissors", 200, BadgeRule.DEEDS, "report_on_time", 1),
    ("three-years", "三年", "Three years", "和我们走过三年", "Three years together", "leaf", 145, BadgeRule.YEARS, "", 3),
    ("lent-a-hand", "搭把手", "Lent a hand", "帮过我们一个忙", "Helped the house", "hand-heart", 45, BadgeRule.HAND, "", 0),
    ("named-it", "取名人", "Named it", "一只包用了你取的名字", "A bag carries the name you gave it", "sparkles", 280, BadgeRule.HAND, "", 0),
)  # fmt: skip


def load() -> None:
    """Inside the transaction of ``flask demo load``, before the stories: their deeds come with them."""
    keeper = _viewer(KEEPER)
    for kind, (stitches, points) in POINTS.items():
        services.set_worth(kind, by=None, stitches=stitches, points=points)
    with clock.travel(clock.now() - timedelta(days=400)):
        rewards = [_offer(place, offer) for place, offer in enumerate(OFFERS)]
        badges = _badges()
    people = _people()
    _remember_last_year(people, clock.now())
    _thank(badges, keeper)
    _take(rewards)
    _give_the_rest_away(rewards[-1], people)
    for badge_id, member_id in queries.badges_due(1000):
        services.give_by_rule(badge_id, member_id)


def _offer(place: int, offer: _Offer) -> Reward:
    pool = services.create_pool(
        by=None,
        name_zh=offer.zh,
        name_en=offer.en,
        worth_zh=offer.worth_zh,
        worth_en=offer.worth_en,
        terms_zh=TERMS_ZH,
        terms_en=TERMS_EN,
        valid_until=clock.now() + timedelta(days=900),
    )
    rng = random.Random(f"codes {offer.prefix}")
    signs = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
    codes = {
        f"{offer.prefix}-{''.join(rng.choices(signs, k=4))}-{''.join(rng.choices(signs, k=4))}"
        for _ in range(offer.codes)
    }
    services.add_codes(pool, sorted(codes), by=None)
    return services.create_reward(
        by=None,
        shown=True,
        pool_id=pool.id,
        name_zh=offer.zh,
        name_en=offer.en,
        text_zh=offer.text_zh,
        text_en=offer.text_en,
        icon=offer.icon,
        cost=offer.cost,
        most=offer.most,
        position=place,
    )


def _badges() -> dict[str, str]:
    """Their ids by slug."""
    made = {}
    for place, (slug, zh, en, text_zh, text_en, icon, hue, rule, deed, value) in enumerate(BADGES):
        badge = services.create_badge(
            slug,
            by=None,
            name_zh=zh,
            name_en=en,
            text_zh=text_zh,
            text_en=text_en,
            icon=icon,
            hue=hue,
            rule=rule,
            rule_deed=deed,
            rule_value=value,
            position=place,
            shown=True,
        )
        made[slug] = badge.id
    return made


def _people() -> list[Member]:
    """Members who are no staff, by number."""
    staff = sa.select(StaffRole.member_id)
    return list(db.session.scalars(sa.select(Member).where(Member.id.not_in(staff)).order_by(Member.number)))


def _remember_last_year(people: list[Member], now: datetime) -> None:
    """What was on paper before there was a portal: who came to the festival, and who tested in time."""
    rng = random.Random("last year")
    festival = now - FESTIVAL_AGO
    there = [member for member in people if member.joined_at < festival]
    came = rng.sample(there, min(CAME_TO_FESTIVAL, len(there)))
    for place, member in enumerate(_with_personas(came)):
        with clock.travel(festival + timedelta(minutes=3 * place)):
            services.record_deed(member.id, "check_in", source_kind="festival_list", source_id=member.id)
    for place, member in enumerate(_with_personas(rng.sample(there, min(REPORTED, len(there))))):
        with clock.travel(festival + timedelta(days=40 + 3 * place)):
            services.record_deed(member.id, "report_on_time", source_kind="trial_list", source_id=member.id)


def _with_personas(people: list[Member]) -> list[Member]:
    """Those whom visitors of the demo can be were there as well."""
    personas = [find_member_by_email(f"{name}@demo.example") for name in ("xiaoman", "coco")]
    ids = {member.id for member in people}
    return [*people, *(member for member in personas if member is not None and member.id not in ids)]


def _thank(badges: dict[str, str], keeper: Viewer) -> None:
    for email, slug, why in (
        ("xiaoman@demo.example", "lent-a-hand", "粉丝节前一晚，帮我们把两百个名牌穿上了线。"),
        ("mira@demo.example", "named-it", "「麦浪」这个名字，是她在留言里写下的。"),
    ):
        with clock.travel(clock.now() - THANKED_AGO):
            services.award_badge(badges[slug], _viewer(email).id, why=why, by=keeper)
    for email, points, reason in (
        ("xiaoman@demo.example", 120, "谢谢你帮我们穿了两百个名牌。"),
        ("coco@demo.example", 60, "包裹晚到了五天，这是我们的歉意。"),
        ("mira@demo.example", 200, "「麦浪」用了你取的名字。"),
    ):
        member = db.session.get_one(Member, _viewer(email).id)
        with clock.travel(clock.now() - THANKED_AGO):
            services.move_by_hand(member, points, reason=reason, by=keeper)


def _take(rewards: list[Reward]) -> None:
    """Two of the personas have used some of their points."""
    for email, place, days in (
        ("xiaoman@demo.example", 0, 9),
        ("mira@demo.example", 2, 3),
        ("mira@demo.example", 0, 1),
    ):
        with clock.travel(clock.now() - timedelta(days=days)):
            services.redeem(rewards[place].id, by=_viewer(email))


def _give_the_rest_away(reward: Reward, people: list[Member]) -> None:
    """The lamps of this batch went to three members at an evening in the workshop."""
    pool = db.session.get_one(CouponPool, reward.pool_id)
    for member in people[: pool.total]:
        services.hand_out_coupon(
            pool.id, member.id, source_kind="workshop_evening", source_id=member.id, tell=False
        )


def _viewer(email: str) -> Viewer:
    member = find_member_by_email(email)
    if member is None:
        raise LookupError(f"the demo's people come first: {email} is missing")
    return viewer_of(member.id)
