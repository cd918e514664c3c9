"""A member's orders as moments of their life with the house, for staff who look after orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.brand.showing import money
from portal.core.access import Permission
from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.links import path_to
from portal.core.money import Money
from portal.core.timeline import moments
from portal.orders.models import Customer, Order


def _orders(member_id: str) -> sa.Select[Any]:
    told = moments(
        Order.ordered_at, order=Order.id, number=Order.order_no, net=Order.net, currency=Order.currency
    )
    return told.join(Customer, Customer.id == Order.customer_id).where(Customer.member_id == member_id)


def _order(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    amount = money(Money(facts["net"], facts["currency"]))
    said = _("Order %(number)s, %(amount)s", number=facts["number"], amount=amount)
    return TimelineEntry(at, "package", said, path_to("orders_console.order", order_id=facts["order"]))


LIFE = (Teller(_orders, _order, needs=Permission.MANAGE_ORDERS),)
