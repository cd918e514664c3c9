"""What the demo shows by itself: an id of each thing that the screens ask for."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.catalog.models import Product, ProductColor, ProductVersion
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.mail.models import Letter
from portal.membership.models import Gift, GiftState, Plan, Ritual, RitualKind
from portal.membership.services.gifts import link_secret
from portal.orders import services as orders
from portal.orders.models import Customer, Order, OrderImport
from portal.rewards.models import BadgeAward, Coupon, CouponPool, Reward
from portal.stories.campaign_models import Campaign
from portal.stories.models import Story, StoryState
from tests.browser import people
from tests.factories import campaigns

LONG_NAME = "Maximiliana-Konstantina Wolfeschl"[:32]
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitaenskajuetenschluesselanhaenger"


def found_in_demo() -> dict[str, str]:
    """One of everything that the demo shows."""
    story = db.session.scalars(
        sa.select(Story)
        .where(Story.state == StoryState.PUBLISHED, Story.answer_id.is_not(None), Story.photo_count > 0)
        .order_by(Story.comment_count.desc(), Story.id)
    ).first()
    assert story is not None, "the demo has an answered story"
    edited = sa.select(Story.id).where(Story.state == StoryState.PUBLISHED, Story.edited_at.is_not(None))
    chosen = sa.select(Story.id).where(Story.state == StoryState.PUBLISHED, Story.chosen_week.is_not(None))
    news = sa.select(Story.id).where(Story.state == StoryState.PUBLISHED, Story.as_brand)
    kept = news.where(Story.members_only)
    product = db.session.scalars(sa.select(Product).order_by(Product.slug)).first()
    assert product is not None
    other = sa.select(Story.id).where(
        Story.state == StoryState.PUBLISHED, Story.id != story.id, ~Story.as_brand
    )
    mine = sa.select(Story.id).where(
        Story.author_id == viewer_by(people.MEMBER).id, Story.state == StoryState.PUBLISHED
    )
    return (
        orders_of_demo()
        | campaigns_of_demo()
        | membership_of_demo()
        | {
            "story": story.id,
            "author": story.author_id,
            "edited": first(edited),
            "chosen": first(chosen.order_by(Story.chosen_week.desc())),
            "news": first(news.where(~Story.members_only)),
            "kept_news": first(kept),
            "mine": first(mine),
            "product": product.slug,
            "product_id": product.id,
            "product_photo": product.picture or "",
            "product_color": first(sa.select(ProductColor.id).where(ProductColor.product_id == product.id)),
            "product_version": first(
                sa.select(ProductVersion.id).where(ProductVersion.product_id == product.id)
            ),
            "letter": first(sa.select(Letter.id)),
            "reported": first(other.order_by(Story.id.desc())),
        }
    )


def orders_of_demo() -> dict[str, str]:
    """An order of a member who has several, that member as a customer, and the file that waits."""
    order = db.session.scalars(
        sa.select(Order)
        .join(Customer, Customer.id == Order.customer_id)
        .where(Customer.member_id.is_not(None), Order.refunded > 0)
        .order_by(Order.ordered_at.desc())
    ).first()
    assert order is not None and order.customer_id, "the demo has an order with a refund"
    waiting = first(sa.select(OrderImport.id))
    return {"order": order.id, "customer": order.customer_id, "import": waiting} | _guests()


def _guests() -> dict[str, str]:
    """A guest with orders, and one into whom staff put another."""
    bought = sa.exists().where(Order.customer_id == Customer.id)
    nobody = sa.select(Customer).where(Customer.member_id.is_(None), Customer.merged_into.is_(None), bought)
    guest, other, into = db.session.scalars(nobody.order_by(Customer.id).limit(3))
    orders.merge_customers(other, into, by=viewer_by(people.OWNER))
    return {"guest": guest.id, "customer_merged": into.id}


def membership_of_demo() -> dict[str, str]:
    """A tier that is sold with its cheapest and the dearest plan, and a gift that waits."""
    by_price = sa.select(Plan.id).order_by(Plan.price)
    gift = db.session.scalars(sa.select(Gift).where(Gift.state == GiftState.READY)).first()
    assert gift is not None, "the demo has a gift that waits"
    return {
        "plan": first(by_price),
        "dearest": first(sa.select(Plan.id).order_by(Plan.price.desc())),
        "tier": first(sa.select(Plan.tier_id).order_by(Plan.price)),
        "gift": link_secret(gift),
        "holiday": first(sa.select(Ritual.id).where(Ritual.kind == RitualKind.HOLIDAY)),
    }


def rewards_of_demo() -> dict[str, str]:
    """A reward that can be taken and one that is gone, a pool, a badge somebody holds by hand, a member's coupon."""
    by_place = sa.select(Reward.id).order_by(Reward.position)
    mine = sa.select(Coupon.id).where(Coupon.member_id == viewer_by(people.MEMBER).id)
    return {
        "reward": first(by_place),
        "reward_gone": first(by_place.order_by(None).order_by(Reward.position.desc())),
        "pool": first(sa.select(CouponPool.id).order_by(CouponPool.created_at)),
        "badge": first(sa.select(BadgeAward.badge_id).where(BadgeAward.by_id.is_not(None))),
        "coupon": first(mine),
    }


def campaigns_of_demo() -> dict[str, str]:
    """One that runs and one that is over, and a draft that is made here."""
    by_start = sa.select(Campaign.slug).where(Campaign.announced_at.is_not(None)).order_by(Campaign.starts_at)
    running = first(by_start.order_by(None).order_by(Campaign.starts_at.desc()))
    return {
        "campaign": running,
        "campaign_over": first(by_start),
        "campaign_id": first(sa.select(Campaign.id).where(Campaign.slug == running)),
        "campaign_draft": campaigns.campaign(
            hashtag="#nextone", name_en=LONG_WORD[:40], announced=False, by=viewer_by(people.OWNER).id
        ).id,
    }


def owner_of_demo() -> Member:
    return db.session.scalars(sa.select(Member).where(Member.email == people.OWNER)).one()


def viewer_by(email: str) -> Viewer:
    return viewer_of(db.session.scalars(sa.select(Member.id).where(Member.email == email)).one())


def first(statement: sa.Select[tuple[str]]) -> str:
    """An id; a demo without such a thing must not pass unnoticed."""
    found = db.session.scalars(statement.limit(1)).first()
    assert found is not None, f"the demo has none: {statement}"
    return found
