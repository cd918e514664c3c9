"""Pages of payers, and the addresses that providers report to."""

from portal.payments.views import hooks, paying, receipts, sandbox
from portal.payments.views.blueprint import bp

# importing them is what gives the blueprint its pages
assert hooks
assert paying
assert receipts
assert sandbox

__all__ = ["bp"]
