"""Reads of orders and the people behind them."""

from portal.orders.queries.codes import CodeRow, codes, is_sold
from portal.orders.queries.firsts import First, count_owners, earliest_order, firsts_of, firsts_within
from portal.orders.queries.imports import get_import, newest_imports, wrong_rows
from portal.orders.queries.mine import disputes_of, lines_of, orders_of, owned, owns
from portal.orders.queries.ranks import purchases_of, ranked_orders
from portal.orders.queries.studio import (
    OrderRow,
    Person,
    Show,
    contacts_of,
    count_disputes,
    disputes,
    find_people,
    get_claim,
    get_merge,
    get_order,
    get_person,
    members_to_know,
    merges_into,
    newest_orders,
    open_disputes,
    orders_of_customer,
    refunds_of,
)

__all__ = [
    "CodeRow",
    "First",
    "OrderRow",
    "Person",
    "Show",
    "codes",
    "contacts_of",
    "count_disputes",
    "count_owners",
    "disputes",
    "disputes_of",
    "earliest_order",
    "find_people",
    "firsts_of",
    "firsts_within",
    "get_claim",
    "get_import",
    "get_merge",
    "get_order",
    "get_person",
    "is_sold",
    "lines_of",
    "members_to_know",
    "merges_into",
    "newest_imports",
    "newest_orders",
    "open_disputes",
    "orders_of",
    "orders_of_customer",
    "owned",
    "owns",
    "purchases_of",
    "ranked_orders",
    "refunds_of",
    "wrong_rows",
]
