"""Money is a whole number of minor units with its currency; it is never a float."""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import format_currency, get_currency_precision


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """``amount`` in minor units (fen, cents) of ``currency`` (ISO 4217)."""

    amount: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def shown(self, locale: str) -> str:
        """As people of ``locale`` write it, e.g. ``¥168.00``."""
        major = self.amount / 10 ** get_currency_precision(self.currency)
        return format_currency(major, self.currency, locale=locale)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other
