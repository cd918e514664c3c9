"""Verbs on orders and the people behind them. They flush and never commit."""

from portal.orders.services.claims import claim_order, decide_claim
from portal.orders.services.codes import name_code
from portal.orders.services.people import customer_of, forget_person, know_member, merge_customers
from portal.orders.services.saving import Line, Refund, Told, compare_orders, save_orders

__all__ = [
    "Line",
    "Refund",
    "Told",
    "claim_order",
    "compare_orders",
    "customer_of",
    "decide_claim",
    "forget_person",
    "know_member",
    "merge_customers",
    "name_code",
    "save_orders",
]
