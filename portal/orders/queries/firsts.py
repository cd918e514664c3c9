"""Since when members own what they own: the day on which the first order of a product that counts reached them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.catalog.models import Product
from portal.core.db import db
from portal.orders.models import Customer, Order, OrderLine, ProductCode

#: from the first moment up to, not with, the second
Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class First:
    """A product that a member owns, and the moment when the first one was delivered (ordered, where nobody said)."""

    member_id: str
    product_id: str
    at: datetime


def firsts_within(windows: Sequence[Window]) -> list[First]:
    """Who came to own a shown product within one of these times. Two queries, which read the orders of these times and
    those of their buyers."""
    if not windows:
        return []
    buyers = (
        sa.select(Customer.member_id)
        .join(Order, Order.customer_id == Customer.id)
        .where(Customer.member_id.is_not(None), Order.qualified, sa.or_(*(_came(*one) for one in windows)))
        .distinct()
    )
    ids = [member_id for member_id in db.session.scalars(buyers) if member_id]
    return [first for first in firsts_of(ids) if any(start <= first.at < end for start, end in windows)]


def firsts_of(member_ids: Iterable[str]) -> list[First]:
    """Everything these members own, by member and time. One query for each 500 of them."""
    ids = sorted(set(member_ids))
    found: list[First] = []
    for start in range(0, len(ids), 500):
        mine = _firsts().where(Customer.member_id.in_(ids[start : start + 500]))
        found += [First(*row) for row in db.session.execute(mine)]
    return sorted(found, key=lambda first: (first.member_id, first.at, first.product_id))


def count_owners(times: Sequence[Sequence[Window]], among: sa.Select[str]) -> list[int]:
    """For each group of times: how many of these members came to own something in one of them. One query over all
    lines: for pages of staff."""
    mine = _firsts().where(Customer.member_id.in_(among)).subquery()
    owner, _product, came = mine.c
    counts = [
        sa.func.count(
            sa.distinct(
                sa.case(
                    (sa.or_(sa.false(), *(sa.and_(came >= start, came < end) for start, end in group)), owner)
                )
            )
        )
        for group in times
    ]
    return list(db.session.execute(sa.select(*counts)).one())


def earliest_order() -> datetime | None:
    """When anything was ordered first."""
    return db.session.scalar(sa.select(sa.func.min(Order.ordered_at)))


def _came(start: datetime, end: datetime) -> sa.ColumnElement[bool]:
    """The order reached its buyer in this time; written so that both databases use an index for either half."""
    return sa.or_(
        sa.and_(Order.delivered_at >= start, Order.delivered_at < end),
        sa.and_(Order.ordered_at >= start, Order.ordered_at < end, Order.delivered_at.is_(None)),
    )


def _firsts() -> sa.Select[*tuple[Any, ...]]:
    came = sa.func.min(sa.func.coalesce(Order.delivered_at, Order.ordered_at))
    return (
        sa.select(Customer.member_id, ProductCode.product_id, came)
        .join(Order, Order.customer_id == Customer.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(ProductCode, ProductCode.sku == OrderLine.sku)
        .join(Product, Product.id == ProductCode.product_id)
        .where(Order.qualified, OrderLine.qty > 0, Product.shown)
        .group_by(Customer.member_id, ProductCode.product_id)
    )
