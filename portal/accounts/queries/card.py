"""The membership card: a number for ever, and how long the road together is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from portal.accounts.rules import greeting, shown_number
from portal.brand import queries as brand
from portal.core import clock
from portal.core.i18n import _, ngettext

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Card:
    """What is stitched on the card. The track has a stitch for each month of this year together."""

    label: str
    greeting: str
    name: str
    number: str
    facts: list[tuple[str, str]]
    track_on: int
    track_len: int
    track_text: str


class Holder(Protocol):
    """Whom a card belongs to: a member, or the few columns of one."""

    @property
    def number(self) -> int: ...
    @property
    def display_name(self) -> str: ...
    @property
    def joined_at(self) -> datetime: ...


def card_of(member: Holder) -> Card:
    """The card of one member, in the language in force."""
    house = brand.current()
    months = months_between(brand.shop_day(member.joined_at), brand.shop_day(clock.now()))
    return Card(
        label=f"{house.name} · {house.fan_title}",
        greeting=greeting(member.display_name, clock.now(), house.time_zone),
        name=member.display_name,
        number=shown_number(member.number),
        facts=[(_("Together"), _together(member, months))],
        track_on=months % MONTHS + 1,
        track_len=MONTHS,
        track_text=_(
            "Year %(year)s together · month %(month)s", year=months // MONTHS + 1, month=months % MONTHS + 1
        ),
    )


def months_between(start: date, end: date) -> int:
    """Whole months from one day to another (never negative)."""
    months = (end.year - start.year) * MONTHS + end.month - start.month - (end.day < start.day)
    return max(0, months)


def _together(member: Holder, months: int) -> str:
    if months >= MONTHS:
        return ngettext("%(num)s year", "%(num)s years", months // MONTHS)
    days = (brand.shop_day(clock.now()) - brand.shop_day(member.joined_at)).days + 1
    return ngettext("Day %(num)s", "Day %(num)s", days)
