"""What members hear of their orders."""

from __future__ import annotations

from typing import Any

from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.links import path_to
from portal.notifications import services as notifications
from portal.orders.models import Order


def _decided(facts: dict[str, Any], count: int) -> str:
    if facts["granted"]:
        return _("We looked at it: order %(number)s is with your orders now.", number=facts["number"])
    return _("We looked at it: order %(number)s stays where it was.", number=facts["number"])


CLAIM_DECIDED = NotificationKind(
    name="orders.claim_decided",
    icon="package",
    text=_decided,
    reason=_l("You said that an order is yours."),
    label=_l("What became of an order I asked for"),
    initiative=Initiative.TRANSACTIONAL,
)


def tell_decision(member_id: str, order: Order, *, granted: bool) -> None:
    notifications.notify(
        [member_id],
        CLAIM_DECIDED.name,
        path=path_to("orders.mine"),
        group=f"claim:{order.id}",
        number=order.order_no,
        granted=granted,
    )
