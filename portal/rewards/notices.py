"""What members hear of badges and points: sentences, and who gets which."""

from __future__ import annotations

from typing import Any

from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _, ngettext
from portal.core.i18n import lazy as _l
from portal.core.links import path_to
from portal.core.words import spoken
from portal.notifications import services as notifications
from portal.rewards.models import Badge, CouponPool, PointAct


def _badge(facts: dict[str, Any], count: int) -> str:
    return _("A new patch is yours: “%(name)s”.", name=spoken(facts["name_zh"], facts["name_en"]))


def _points(facts: dict[str, Any], count: int) -> str:
    points = facts["points"]
    if points > 0:
        return ngettext(
            "You were given %(num)s point: %(reason)s",
            "You were given %(num)s points: %(reason)s",
            points,
            reason=facts["reason"],
        )
    return ngettext(
        "%(num)s of your points was taken back: %(reason)s",
        "%(num)s of your points were taken back: %(reason)s",
        -points,
        reason=facts["reason"],
    )


def _coupon(facts: dict[str, Any], count: int) -> str:
    return _("A coupon is yours: %(name)s.", name=spoken(facts["name_zh"], facts["name_en"]))


KINDS = (
    NotificationKind(
        "rewards.badge",
        "award",
        _badge,
        _l("because of something you did"),
        label=_l("A new patch for you"),
    ),
    NotificationKind(
        "rewards.points",
        "spool",
        _points,
        _l("because they are your points"),
        label=_l("Points given or taken by hand"),
        initiative=Initiative.TRANSACTIONAL,
    ),
    NotificationKind(
        "rewards.coupon",
        "ticket-percent",
        _coupon,
        _l("because it belongs to you"),
        label=_l("A coupon for you"),
        mail=True,
        initiative=Initiative.TRANSACTIONAL,
    ),
)


def tell_badge(award_id: str, badge: Badge, member_id: str) -> None:
    notifications.notify(
        [member_id],
        "rewards.badge",
        path=path_to("rewards.my_badges"),
        group=f"badge:{award_id}",
        name_zh=badge.name_zh,
        name_en=badge.name_en,
    )


def retract_badge(award_id: str) -> None:
    notifications.retract(f"badge:{award_id}")


def tell_points(act: PointAct) -> None:
    notifications.notify(
        [act.member_id],
        "rewards.points",
        path=path_to("rewards.points"),
        group=f"points:{act.id}",
        points=act.amount,
        reason=act.reason,
    )


def tell_coupon(pool: CouponPool, coupon_id: str, member_id: str) -> None:
    notifications.notify(
        [member_id],
        "rewards.coupon",
        path=path_to("rewards.coupon", coupon_id=coupon_id),
        group=f"coupon:{coupon_id}",
        name_zh=pool.name_zh,
        name_en=pool.name_en,
    )
