"""Orders, the people behind them, and the files they come in."""

from portal.orders.models.imports import ImportState, OrderImport, OrderImportRow
from portal.orders.models.orders import Order, OrderKind, OrderLine, OrderRefund, OrderStatus, ProductCode
from portal.orders.models.people import (
    ClaimState,
    ContactKind,
    Customer,
    CustomerContact,
    CustomerDoor,
    CustomerMerge,
    ForgottenContact,
    MergeReason,
    OrderClaim,
)

__all__ = [
    "ClaimState",
    "ContactKind",
    "Customer",
    "CustomerContact",
    "CustomerDoor",
    "CustomerMerge",
    "ForgottenContact",
    "ImportState",
    "MergeReason",
    "Order",
    "OrderClaim",
    "OrderImport",
    "OrderImportRow",
    "OrderKind",
    "OrderLine",
    "OrderRefund",
    "OrderStatus",
    "ProductCode",
]
