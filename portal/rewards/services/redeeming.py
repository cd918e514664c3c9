"""Points against a coupon: both, or neither."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, lock_row, new_id
from portal.core.errors import Conflict, NotFound
from portal.core.i18n import _, ngettext
from portal.rewards.models import Redemption, Reward
from portal.rewards.services.coupons import hand_out_coupon
from portal.rewards.services.points import settle, spend_points

SOURCE = "redemption"


def redeem(reward_id: str, *, by: Viewer, key: str | None = None, cost: int | None = None) -> Redemption:
    """Take the reward for its points: a coupon is the member's from now on.

    ``key`` is made with the page: the same form sent twice is one redemption. ``cost`` is what the member saw: Conflict
    when it is another now. Conflict also when the points do not reach, none is left, or they had it often enough.
    """
    lock_row(Reward, reward_id, whole=False)
    reward = db.session.get(Reward, reward_id, populate_existing=True)
    if reward is None:
        raise NotFound(_("There is no such reward."))
    settle(by.id)
    done = db.session.get(Redemption, key) if key else None
    if done is not None:
        if done.member_id != by.id or done.reward_id != reward_id:
            raise Conflict(_("This page is old. Please open it anew."))
        return done
    _must_be_there(reward, by, cost)
    redemption_id = key or new_id()
    spend_points(by.id, reward.cost, source_kind=SOURCE, source_id=redemption_id)
    coupon = hand_out_coupon(reward.pool_id, by.id, source_kind=SOURCE, source_id=redemption_id, tell=False)
    redemption = Redemption(
        id=redemption_id,
        reward_id=reward.id,
        member_id=by.id,
        coupon_id=coupon.id,
        cost=reward.cost,
        at=clock.now(),
    )
    db.session.add(redemption)
    db.session.flush()
    return redemption


def _must_be_there(reward: Reward, by: Viewer, cost: int | None) -> None:
    if not reward.shown:
        raise NotFound(_("There is no such reward."))
    if cost is not None and cost != reward.cost:
        raise Conflict(_("The price changed meanwhile. Nothing was taken: please look again."))
    if reward.most and _taken(reward.id, by.id) >= reward.most:
        raise Conflict(
            ngettext(
                "You have had this one; it is there once for everyone.",
                "You have had this %(num)s times, as often as it is there for everyone.",
                reward.most,
            )
        )


def _taken(reward_id: str, member_id: str) -> int:
    statement = sa.select(sa.func.count()).select_from(Redemption)
    mine = statement.where(Redemption.reward_id == reward_id, Redemption.member_id == member_id)
    return db.session.scalar(mine) or 0
