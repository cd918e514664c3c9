"""Staff pages: the list, one order, customers, claims, codes of the shop, files."""

from portal.orders.console import claims, codes, customers, imports, orders
from portal.orders.console.blueprint import bp

# importing them is what registers their pages
__all__ = ["bp", "claims", "codes", "customers", "imports", "orders"]
