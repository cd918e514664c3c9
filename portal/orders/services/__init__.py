"""Verbs on orders and the people behind them. They flush and never commit."""

from portal.orders.services.claims import claim_order, decide_claim
from portal.orders.services.codes import name_code
from portal.orders.services.forgetting import forget_guest, forget_person
from portal.orders.services.merging import merge_customers, part_customers
from portal.orders.services.people import customer_of, know_member
from portal.orders.services.saving import Line, Refund, Told, compare_orders, save_orders

__all__ = [
    "Line",
    "Refund",
    "Told",
    "claim_order",
    "compare_orders",
    "customer_of",
    "decide_claim",
    "forget_guest",
    "forget_person",
    "know_member",
    "merge_customers",
    "name_code",
    "part_customers",
    "save_orders",
]
