"""What an owner may choose from: time zones and currencies of the world, weekdays. Pure, named in the reader's language."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_day_names, get_timezone_location
from babel.numbers import get_currency_name

#: names that stand for a clock rather than for a place
_NO_PLACES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")


@cache
def zones(locale: Locale) -> list[tuple[str, str]]:
    """(IANA name, where it is) of every time zone that is not merely another name of one, by name."""
    aliases = get_global("zone_aliases")
    names = sorted(
        zone
        for zone in available_timezones()
        if "/" in zone and zone not in aliases and not zone.startswith(_NO_PLACES)
    )
    return [(zone, get_timezone_location(zone, locale=locale)) for zone in names]


def is_zone(name: str) -> bool:
    """Whether there is such a time zone, other names included."""
    return name in available_timezones()


@cache
def currencies(locale: Locale) -> list[tuple[str, str]]:
    """(ISO 4217 code, code and name) of every currency that somebody pays with today."""
    return [(code, f"{code} · {get_currency_name(code, locale=locale)}") for code in _paid_with()]


@cache
def _paid_with() -> list[str]:
    territories = get_global("territory_currencies").values()
    return sorted(
        {code for used in territories for code, _since, until, tender in used if until is None and tender}
    )


@cache
def weekdays(locale: Locale) -> list[tuple[int, str]]:
    """(0 for Monday … 6, its name)."""
    return sorted(get_day_names("wide", context="stand-alone", locale=locale).items())
