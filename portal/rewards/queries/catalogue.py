"""The rewards, as members find them and as staff keep them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.rewards.models import CouponPool, Redemption, Reward


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward with its pool, and how often this member took it."""

    reward: Reward
    pool: CouponPool
    taken: int

    @property
    def there(self) -> bool:
        """Whether a code can be given now."""
        in_time = self.pool.valid_until is None or self.pool.valid_until > clock.now()
        return self.pool.closed_at is None and in_time and self.pool.left > 0

    @property
    def had_all(self) -> bool:
        return bool(self.reward.most) and self.taken >= self.reward.most


def shown_offers(member_id: str = "", *, cursor: str | None = None) -> Page[Offer]:
    """What members may choose from, in the order that staff gave it. One query."""
    return _offers(_offer(member_id).where(Reward.shown), cursor)


def all_rewards(*, cursor: str | None = None) -> Page[Offer]:
    """Hidden ones too, for staff; ``taken`` counts everybody. One query."""
    taken = sa.select(sa.func.count()).where(Redemption.reward_id == Reward.id).correlate(Reward)
    statement = sa.select(
        Reward, CouponPool, taken.scalar_subquery().label("taken"), Reward.position, Reward.id
    )
    return _offers(statement.join(CouponPool, CouponPool.id == Reward.pool_id), cursor)


def get_offer(reward_id: str, member_id: str = "") -> Offer:
    """One reward that is shown, or NotFound."""
    row = db.session.execute(_offer(member_id).where(Reward.id == reward_id, Reward.shown)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such reward."))
    return Offer(row.Reward, row.CouponPool, row.taken)


def get_reward(reward_id: str) -> Reward:
    """For staff: hidden or not. NotFound."""
    reward = db.session.get(Reward, reward_id)
    if reward is None:
        raise NotFound(_("There is no such reward."))
    return reward


def get_redemption(redemption_id: str, member_id: str) -> Redemption:
    """The member's own, or NotFound."""
    redemption = db.session.get(Redemption, redemption_id)
    if redemption is None or redemption.member_id != member_id:
        raise NotFound(_("There is no such coupon."))
    return redemption


def redemptions_of(member_id: str) -> list[Redemption]:
    """All of a member's, oldest first."""
    statement = sa.select(Redemption).where(Redemption.member_id == member_id)
    return list(db.session.scalars(statement.order_by(Redemption.at, Redemption.id)))


def _offer(member_id: str) -> sa.Select[*tuple[Any, ...]]:
    taken = (
        sa.select(sa.func.count())
        .where(Redemption.reward_id == Reward.id, Redemption.member_id == member_id)
        .correlate(Reward)
    )
    return sa.select(
        Reward, CouponPool, taken.scalar_subquery().label("taken"), Reward.position, Reward.id
    ).join(CouponPool, CouponPool.id == Reward.pool_id)


def _offers(statement: sa.Select[*tuple[Any, ...]], cursor: str | None) -> Page[Offer]:
    page = keyset_page(statement, (Reward.position, Reward.id), cursor=cursor, ascending=True, scalars=False)
    return Page([Offer(row.Reward, row.CouponPool, row.taken) for row in page.items], page.next_cursor)
