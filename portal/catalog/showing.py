"""How templates speak of products."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from portal.core.i18n import locale
from portal.core.words import told


def on_day(day: date) -> str:
    """A day of the calendar: May 6, 2026."""
    return format_date(day, "long", locale=locale())


GLOBALS = {"told": told}
FILTERS = {"on_day": on_day}
