"""The shape of what staff type about days, places and sessions."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from wtforms import IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.brand import queries as brand
from portal.brand.fields import day_field, minute_of, time_field
from portal.core import clock
from portal.core.forms import line, number, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.events.forms.fields import SeenForm
from portal.events.models import Entry, EventDay, Venue
from portal.events.rules.making import MOST_SEATS
from portal.events.rules.words import DayWords, SessionWords, VenueWords

ENTRIES = {
    Entry.OPEN: _l("Open to all: whoever is there takes part"),
    Entry.PLACES: _l("Places: taken one by one until none is left"),
    Entry.DRAW: _l("A draw: people wish, and the draw gives the places"),
}


class DayForm(SeenForm):
    """Hours that end before they begin end after midnight."""

    day = day_field(_l("Which day"))
    opens = time_field(_l("Doors open"))
    closes = time_field(_l("Doors close"))
    name_zh = line(_l("Name in Chinese"), most=30, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=60, required=False, lang="en")

    def words(self) -> DayWords:
        starts_at, ends_at = window(self.day.data, self.opens.data, self.closes.data)
        return DayWords(
            day=self.day.data,
            starts_at=starts_at,
            ends_at=ends_at,
            **self.text("name_zh", "name_en"),
        )

    @classmethod
    def of(cls, words: DayWords) -> DayForm:
        return cls.showing(words, **shown_hours("opens", "closes", words.starts_at, words.ends_at))


class VenueForm(SeenForm):
    """A place; :func:`venue_form` adds a field of minutes for each other one."""

    name_zh = line(_l("Name in Chinese"), most=30, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=60, required=False, lang="en")
    note_zh = line(_l("How to find it, in Chinese"), most=60, required=False, lang="zh-CN")
    note_en = line(_l("How to find it, in English"), most=120, required=False, lang="en")
    #: the names of the fields of minutes, by the id of the other place
    ways: dict[str, str] = {}

    def words(self) -> VenueWords:
        return VenueWords(**self.text("name_zh", "name_en", "note_zh", "note_en"))

    def walks(self) -> dict[str, int | None]:
        return {other: self[name].data for other, name in self.ways.items()}

    def way_fields(self) -> list[IntegerField]:
        return [self[name] for name in self.ways.values()]


def venue_form(others: list[Venue]) -> type[VenueForm]:
    """The form of a place with a field of minutes for each other place."""
    ways = {one.id: f"walk_{one.id}" for one in others}
    fields = {
        ways[one.id]: number(_("Minutes to %(place)s", place=one.name), least=0, most=180, required=False)
        for one in others
    }
    return type("VenueFormWithWays", (VenueForm,), {**fields, "ways": ways})


class SessionForm(SeenForm):
    """A session within a day of the event; one that ends before it begins ends after midnight."""

    name_zh = line(_l("Name in Chinese"), most=60, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=100, required=False, lang="en")
    day = SelectField(_l("Which day"))
    starts = time_field(_l("Begins at"))
    ends = time_field(_l("Ends at"))
    venue_id = SelectField(_l("Where"))
    entry = RadioField(
        _l("How one gets in"),
        choices=[SelectChoice(entry.value, label) for entry, label in ENTRIES.items()],
        default=Entry.OPEN.value,
        validators=[InputRequired(_l("Please choose one."))],
    )
    capacity = number(_l("How many places"), least=0, most=MOST_SEATS, required=False)
    text_zh = paragraphs(_l("What happens, in Chinese"), most=2000, required=False, lang="zh-CN")
    text_en = paragraphs(_l("What happens, in English"), most=3000, required=False, lang="en")

    def offer(self, days: list[tuple[str, str]], venues: list[Venue]) -> SessionForm:
        self.day.choices = [SelectChoice(*one) for one in days]
        self.venue_id.choices = [
            SelectChoice("", _("Not decided, or everywhere")),
            *(SelectChoice(one.id, one.name) for one in venues),
        ]
        return self

    def words(self, days: list[EventDay]) -> SessionWords:
        """A time after midnight belongs to the evening whose doors are still open then."""
        day = next(one for one in days if one.id == self.day.data)
        starts_at, ends_at = window(day.day, self.starts.data, self.ends.data)
        if starts_at < day.starts_at and starts_at + clock.days(1) < day.ends_at:
            starts_at, ends_at = starts_at + clock.days(1), ends_at + clock.days(1)
        return SessionWords(
            venue_id=self.venue_id.data or None,
            entry=Entry(self.entry.data),
            starts_at=starts_at,
            ends_at=ends_at,
            capacity=(self.capacity.data or 0) if self.entry.data != Entry.OPEN else 0,
            **self.text("name_zh", "name_en", "text_zh", "text_en"),
        )

    @classmethod
    def of(cls, words: SessionWords, day_id: str) -> SessionForm:
        facts: dict[str, Any] = shown_hours("starts", "ends", words.starts_at, words.ends_at)
        facts |= {"day": day_id, "venue_id": words.venue_id or "", "capacity": words.capacity or None}
        return cls.showing(words, **facts)


def window(day: Any, begins: Any, ends: Any) -> tuple[datetime, datetime]:
    """Two times of one day, in UTC; the second is after midnight when it comes before the first."""
    zone = brand.current().time_zone
    first, last = minute_of(begins), minute_of(ends)
    return clock.wall_time(day, first, zone), clock.wall_time(day, last + 24 * 60 * (last <= first), zone)


def shown_hours(begins: str, ends: str, starts_at: datetime, ends_at: datetime) -> dict[str, time]:
    """Both as the shop's clocks show them."""
    zone = brand.current().time_zone
    return {begins: clock.in_zone(starts_at, zone).time(), ends: clock.in_zone(ends_at, zone).time()}
