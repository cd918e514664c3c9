"""How the house's slot reads on a page."""

from __future__ import annotations

from datetime import datetime

from babel.dates import get_day_names

from portal.brand import queries as brand
from portal.brand.showing import clock_minutes
from portal.core.i18n import locale
from portal.drops.queries import listing
from portal.drops.rules import is_slot


def slot_weekday() -> str:
    """The day of the week on which drops happen, in the visitor's language."""
    names = get_day_names("wide", locale=locale())
    return str(names[brand.current().drop_weekday])


def slot_time() -> str:
    """The hour on that day, on the house's clocks."""
    return clock_minutes(brand.current().drop_at)


def in_slot(moment: datetime) -> bool:
    """Whether the house's slot of today names this moment: what was announced keeps its time when the slot changes."""
    house = brand.current()
    return is_slot(moment, house.drop_weekday, house.drop_at, house.time_zone)


def drops_announced() -> int:
    """How many announced drops come. One light query."""
    return len(listing.announced())


def all_in_slot() -> bool:
    """Whether none of them comes at another time than the slot's. One light query."""
    return all(map(in_slot, listing.announced()))


#: what templates of drops say
GLOBALS = {
    "all_in_slot": all_in_slot,
    "drops_announced": drops_announced,
    "in_slot": in_slot,
    "slot_time": slot_time,
    "slot_weekday": slot_weekday,
}
