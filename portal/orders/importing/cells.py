"""Reads single cells: each either gives its value, or notes in a list what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.numbers import get_currency_precision

from portal.core import clock
from portal.core.characters import plain
from portal.orders.importing.reading import Read
from portal.orders.importing.wrong import Wrong, wrong
from portal.orders.rules import as_email, as_phone

#: minor units; a BIGINT holds far more, and so do sums of them
LARGEST = 10**12
MOST_PIECES = 1_000_000
#: a shop's clock, or its zone, may be ahead of ours
CLOCKS_DIFFER = timedelta(days=1)
_SHOWN = 60
_AMOUNT = re.compile(r"(-?)([0-9]{1,13})(?:\.([0-9]{1,6}))?")
_WHOLE = re.compile(r"-?[0-9]{1,9}(?:\.0+)?")
#: spreadsheets write ="0123" to keep the zero
_KEPT_AS_TEXT = re.compile(r'="(.*)"')
#: and 2.61E+18 for a long number, whose last digits are lost
_SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]{1,3}")
#: or '0123, to say that it is text
_SAID_TO_BE_TEXT = re.compile(r"'([0-9]+)")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_SHORT_TIME = re.compile(r"([T ])(\d):")


class Cells:
    """The cells of one row. ``errors`` gathers what is wrong; a cell that is wrong gives an empty value or zero."""

    def __init__(self, row: Read, *, zone: str) -> None:
        self.errors: list[Wrong] = []
        self._row, self._zone = row, zone

    def text(self, column: str, *, most: int, needed: bool = False) -> str:
        raw = plain(self._row.cells.get(column, ""))
        value = " ".join(raw.split())
        if kept := _KEPT_AS_TEXT.fullmatch(value):
            value = kept[1].strip()
        elif kept := _SAID_TO_BE_TEXT.fullmatch(value):
            value = kept[1]
        if value.startswith("="):
            return self._note("formula", column)
        if len(value) > most:
            return self._note("long", column, most=most)
        if needed and not value:
            return self._note("missing", column)
        return value

    def number(self, column: str, *, needed: bool = False) -> str:
        """The number or name of something, which must be whole: half a number would make one of many."""
        value = self.text(column, most=64, needed=needed)
        if _SHORTENED.fullmatch(value):
            return self._note("shortened", column, value=value)
        return value

    def choice(self, column: str, choices: Iterable[str]) -> str:
        value = self.text(column, most=64, needed=True).lower()
        if value and value not in choices:
            return self._note("choice", column, value=_short(value), choices=", ".join(choices))
        return value

    def currency(self, column: str) -> str:
        value = self.text(column, most=12, needed=True).upper()
        if value and value not in _currencies():
            return self._note("currency", column, value=value)
        return value

    def moment(self, column: str, *, needed: bool = False) -> str:
        """ISO text in UTC; without an offset the shop's clocks are meant. What was bought was bought by now."""
        value = self.text(column, most=64, needed=needed)
        if not value:
            return ""
        try:
            found = datetime.fromisoformat(_iso(value))
            if found.tzinfo is None:
                found = found.replace(tzinfo=ZoneInfo(self._zone))
            found = found.astimezone(UTC)
        except (ValueError, OverflowError):
            return self._note("time", column, value=_short(value))
        if found.year < 1990:
            return self._note("time", column, value=_short(value))
        if found > clock.now() + CLOCKS_DIFFER:
            return self._note("future", column, value=_short(value))
        return found.isoformat()

    def amount(self, column: str, currency: str, *, needed: bool = False) -> int:
        """Minor units of ``currency``, exactly: nothing is rounded."""
        value = self.text(column, most=64, needed=needed)
        if not value:
            return 0
        parts = _AMOUNT.fullmatch(value)
        if parts is None:
            self._note("amount", column, value=_short(value))
            return 0
        places = get_currency_precision(currency) if currency else 6
        fraction = (parts[3] or "").rstrip("0")
        if parts[1] and (int(parts[2]) or fraction):
            self._note("negative", column, value=_short(value))
        elif len(fraction) > places:
            self._note("places", column, value=_short(value), currency=currency)
        elif (minor := int(parts[2] + fraction.ljust(places, "0"))) > LARGEST:
            self._note("large", column, value=_short(value))
        else:
            return minor
        return 0

    def pieces(self, column: str) -> int:
        value = self.text(column, most=64, needed=True)
        if not value:
            return 0
        if not _WHOLE.fullmatch(value):
            self._note("quantity", column, value=_short(value))
            return 0
        number = int(value.partition(".")[0])
        if number < 0:
            self._note("negative", column, value=_short(value))
        elif number > MOST_PIECES:
            self._note("large", column, value=_short(value))
        return number if 0 <= number <= MOST_PIECES else 0

    def phone(self, column: str) -> str:
        value = self.text(column, most=64)
        if value.isascii() and value.endswith(".0"):  # a spreadsheet took it for a number
            value = value[:-2]
        if value and not (found := as_phone(value)):
            return self._note("phone", column, value=_short(value))
        return found if value else ""

    def email(self, column: str) -> str:
        value = self.text(column, most=255)
        if value and not (found := as_email(value)):
            return self._note("email", column, value=_short(value))
        return found if value else ""

    def _note(self, code: str, column: str, **values: object) -> str:
        self.errors.append(wrong(code, column=column, **values))
        return ""


def _iso(value: str) -> str:
    """2026/1/5 9:30 as spreadsheets write it, in ISO form."""
    value = _SLASHED.sub(lambda found: f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", value)
    return _SHORT_TIME.sub(r"\g<1>0\2:", value)


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"


@lru_cache(1)
def _currencies() -> frozenset[str]:
    """Three letters that are, or were, money somewhere."""
    return frozenset(get_global("all_currencies"))
