"""Money is a whole number of minor units with its currency; it is never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering

from babel.numbers import format_currency, get_currency_precision


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """``amount`` in minor units (fen, cents) of ``currency`` (ISO 4217). Currencies never mix (ValueError)."""

    amount: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def shown(self, locale: str) -> str:
        """As people of ``locale`` write it, e.g. ``¥168.00``."""
        major = Decimal(self.amount).scaleb(-get_currency_precision(self.currency))
        return format_currency(major, self.currency, locale=locale)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other
