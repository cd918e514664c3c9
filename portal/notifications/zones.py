"""The time zones that people live in, by the names of their places."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.dates import get_timezone_location

from portal.core.i18n import LOCALES

#: parts of the world that are no place
_NOWHERE = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def zones(language: str) -> tuple[tuple[str, str], ...]:
    """(IANA name, place in this language) of every zone with a place, by its place."""
    locale = LOCALES[language]
    names = (name for name in available_timezones() if "/" in name and not name.startswith(_NOWHERE))
    return tuple(sorted(((name, _place(name, locale)) for name in names), key=lambda pair: pair[1]))


def _place(name: str, locale: Locale) -> str:
    return f"{get_timezone_location(name, locale=locale)} · {name}"
