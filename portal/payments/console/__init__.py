"""The studio's pages of money: all payments, one of them, and what provider and we disagree on."""

from portal.payments.console import books, payments
from portal.payments.console.blueprint import bp

# importing them is what gives the blueprint its pages
assert books
assert payments

__all__ = ["bp"]
