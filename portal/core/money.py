"""Money is a whole number of minor units with its currency; it is never a float."""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol

#: no sum that is paid is larger, in minor units
MOST = 10**11
#: 1680, 1,680 or 168.50; a comma that is no thousands' comma is refused, not guessed at
_TYPED = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)


def minor_of(typed: str, currency: str) -> int:
    """What people typed as a price, in minor units of ``currency``. Raises ValueError when it is none."""
    plain = unicodedata.normalize("NFKC", typed).strip("¥$€ ")
    if not _TYPED.fullmatch(plain):
        raise ValueError("no price")
    minor = Decimal(plain.replace(",", "")).scaleb(get_currency_precision(currency))
    if minor != minor.to_integral_value():
        raise ValueError("finer than the currency")
    return int(minor)


def sum_of(typed: str, currency: str) -> int | None:
    """The same for what is paid or given back: more than nothing, at most ``MOST``; None for all else."""
    try:
        minor = minor_of(typed, currency)
    except ValueError:
        return None
    return minor if 0 < minor <= MOST else None


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

    def shown(self, locale: str, home: str = "") -> str:
        """As people of ``locale`` write it, e.g. ``CN¥168.00``; ``¥168.00`` where ``home`` is this currency."""
        major = Decimal(self.amount).scaleb(-get_currency_precision(self.currency))
        return self._at_home(format_currency(major, self.currency, locale=locale), locale, home)

    def brief(self, locale: str, home: str = "") -> str:
        """The same on a price tag: ``¥168`` where there are no minor units to tell."""
        whole, minor = divmod(self.amount, 10 ** get_currency_precision(self.currency))
        if minor:
            return self.shown(locale, home)
        written = format_currency(whole, self.currency, locale=locale, format="¤#,##0", currency_digits=False)
        return self._at_home(written, locale, home)

    def plain(self) -> str:
        """As a form shows it, e.g. ``168`` or ``168.50``: what :func:`minor_of` reads."""
        places = get_currency_precision(self.currency)
        major = Decimal(self.amount).scaleb(-places)
        return str(int(major)) if major == major.to_integral_value() else f"{major:.{places}f}"

    def _at_home(self, written: str, locale: str, home: str) -> str:
        """Nobody needs to be told the country of the money they pay with every day: CN¥ becomes ¥, US$ becomes $."""
        if self.currency != home:
            return written
        sign = get_currency_symbol(self.currency, locale=locale)
        return written.replace(sign, sign.lstrip(string.ascii_letters) or sign)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other
