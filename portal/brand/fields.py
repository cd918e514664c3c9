"""Moments and days of the shop's clock, as the forms of all rooms ask for them."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from wtforms import DateField, DateTimeLocalField, Form, TimeField
from wtforms.validators import InputRequired, Optional, ValidationError

from portal.brand import queries as brand
from portal.core import clock
from portal.core.i18n import _
from portal.core.i18n import lazy as _l

FIRST_YEAR, LAST_YEAR = 2000, 2100
_FILL_IN = _l("Please fill this in.")


class OptionalMomentField(DateTimeLocalField):
    """A day and a time as the shop's clocks show them; :attr:`moment` is the same in UTC, None where nothing is written."""

    presence: Any = Optional()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        super().__init__(label, validators=[self.presence, in_our_time], format=formats, **kwargs)

    def process_data(self, value: datetime | None) -> None:
        if value is not None and value.tzinfo is not None:
            value = clock.in_zone(value, brand.current().time_zone).replace(tzinfo=None)
        super().process_data(value)

    @property
    def moment(self) -> datetime | None:
        if self.data is None:
            return None
        shown: datetime = self.data
        return clock.wall_time(shown.date(), minute_of(shown.time()), brand.current().time_zone)


class MomentField(OptionalMomentField):
    """One that has to be filled in: where the form is right there is a :attr:`moment`."""

    presence = InputRequired(_FILL_IN)

    @property
    def moment(self) -> datetime:
        found = super().moment
        assert found is not None, "the form was checked"
        return found


def in_our_time(form: Form, field: Any) -> None:
    """Years that the calendars of all databases and zones know. What is no day at all was said already."""
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(
            _("Please choose a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
        )


def day_field(label: Any, *, required: bool = True) -> DateField:
    presence = InputRequired(_l("Please choose a day.")) if required else Optional()
    return DateField(label, validators=[presence, in_our_time])


def time_field(label: Any, **field: Any) -> TimeField:
    return TimeField(label, validators=[InputRequired(_FILL_IN)], format=["%H:%M", "%H:%M:%S"], **field)


def minute_of(shown: time) -> int:
    """Minutes after midnight."""
    return shown.hour * 60 + shown.minute
