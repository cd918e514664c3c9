"""Entries of calendars, written the way all calendar programs read them (iCalendar, RFC 5545).

An entry keeps its ``uid`` for ever; each change of it has a greater ``sequence``, and what is cancelled stays with that word, so
that calendars learn it. Times stand in the brand's zone, which is described in the file itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from portal.core import clock
from portal.core.i18n import language
from portal.core.links import absolute
from portal.core.mail.transport import sender

if TYPE_CHECKING:
    import icalendar

PUBLISH, CANCEL = "PUBLISH", "CANCEL"
TYPE = "text/calendar"
#: calendars that follow a feed ask again after this time
FRESH = timedelta(hours=1)
_UTC = ("UTC", "Etc/UTC")


class House(Protocol):
    """Whose calendar it is: its name in the language in force, and the zone (an IANA name) of its clocks."""

    @property
    def name(self) -> str: ...

    @property
    def time_zone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a calendar. ``uid`` is ours, without the portal's name; ``path`` leads to its page; ``alarms`` before it."""

    uid: str
    name: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    place: str = ""
    text: str = ""
    path: str = ""
    cancelled: bool = False
    alarms: tuple[timedelta, ...] = ()


def written(entries: Sequence[Entry], *, house: House, name: str = "", method: str = PUBLISH) -> str:
    """The file. ``name`` is that of a calendar that is followed; ``method`` says whether its entries are told or called off."""
    import icalendar  # ten megabytes, which only who asks for a calendar needs

    made = icalendar.Calendar()
    made.add("prodid", f"-//{house.name}//Portal//{language()[:2].upper()}")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    if name:
        made.add("x-wr-calname", name)
        made.add("x-wr-timezone", house.time_zone)
        made.add("refresh-interval", FRESH, parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", icalendar.vDuration(FRESH).to_ical().decode())
    if entries and house.time_zone not in _UTC:
        made.add_component(_zone(house.time_zone, entries))
    for entry in entries:
        made.add_component(_event(entry, house, called_off=method == CANCEL))
    return made.to_ical().decode()


def fingerprint(entries: Sequence[Entry], *, house: House, name: str = "") -> str:
    """The same for the same entries in the same language: the file itself also says when it was written."""
    told = f"{name}|{language()}|{house.time_zone}|{list(entries)!r}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _event(entry: Entry, house: House, *, called_off: bool) -> icalendar.Event:
    import icalendar

    zone = house.time_zone
    cancelled = entry.cancelled or called_off
    made = icalendar.Event()
    made.add("uid", f"{entry.uid}@{urlsplit(absolute('')).hostname}")
    made.add("dtstamp", clock.now().replace(microsecond=0))
    made.add("sequence", entry.sequence)
    made.add("organizer", _organizer(house))
    made.add("summary", entry.name)
    for what, moment in (("dtstart", entry.starts_at), ("dtend", entry.ends_at)):
        made.add(what, moment.astimezone(UTC if zone in _UTC else ZoneInfo(zone)).replace(microsecond=0))
    made.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    for what, text in (("location", entry.place), ("description", entry.text)):
        if text:
            made.add(what, text)
    if entry.path:
        made.add("url", absolute(entry.path))
    for before in () if cancelled else entry.alarms:
        made.add_component(_alarm(entry, before))
    return made


def _alarm(entry: Entry, before: timedelta) -> icalendar.Alarm:
    import icalendar

    made = icalendar.Alarm()
    made.add("action", "DISPLAY")
    made.add("trigger", -before)
    made.add("description", entry.name)
    return made


def _organizer(house: House) -> icalendar.vCalAddress:
    """Who invites: the house, under the address that its letters come from."""
    import icalendar

    made = icalendar.vCalAddress(f"mailto:{sender()[1]}")
    made.params["CN"] = icalendar.vText(house.name)
    return made


def _zone(name: str, entries: Sequence[Entry]) -> icalendar.Timezone:
    """The zone with its changes of the clock in all years that the entries touch."""
    import icalendar

    first = min(entry.starts_at for entry in entries).year
    last = max(entry.ends_at for entry in entries).year
    made = icalendar.Timezone.from_tzinfo(
        ZoneInfo(name), name, first_date=date(first, 1, 1), last_date=date(last + 1, 12, 31)
    )
    made.pop("COMMENT", None)
    return made
