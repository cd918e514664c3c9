"""Fields that the forms of the studio share: moments and days of the shop's clock, and what their writer saw."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time
from typing import Any, Self

from wtforms import DateField, DateTimeLocalField, StringField, TimeField
from wtforms.validators import InputRequired, Optional, Regexp, ValidationError
from wtforms.widgets import HiddenInput

from portal.brand import queries as brand
from portal.core import clock
from portal.core.forms import Form
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.events.rules.words import Words

FIRST_YEAR, LAST_YEAR = 2000, 2100
_KEY = r"^[0-9a-hjkmnp-tv-z]{26}\Z"
_FILL_IN = _l("Please fill this in.")


class MomentField(DateTimeLocalField):
    """A day and a time as the shop's clocks show them; :attr:`moment` is the same in UTC."""

    def __init__(self, label: Any, *, required: bool = True, **kwargs: Any) -> None:
        presence = InputRequired(_FILL_IN) if required else Optional()
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        super().__init__(label, validators=[presence, in_our_time], format=formats, **kwargs)

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


def in_our_time(form: Form, field: Any) -> None:
    """Years that the calendars of all databases and zones know."""
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(
            _("Please choose a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
        )


def day_field(label: Any, *, required: bool = True) -> DateField:
    presence = InputRequired(_l("Please choose a day.")) if required else Optional()
    return DateField(label, validators=[presence, in_our_time])


def time_field(label: Any, **field: Any) -> TimeField:
    return TimeField(label, validators=[InputRequired(_FILL_IN)], format=["%H:%M", "%H:%M:%S"], **field)


def key_field() -> StringField:
    """Made with the page, so that a form sent twice is recognised."""
    old = Regexp(_KEY, message=_l("This page is old. Please open it anew."))
    return StringField(widget=HiddenInput(), validators=[old])


def minute_of(shown: time) -> int:
    """Minutes after midnight."""
    return shown.hour * 60 + shown.minute


class SeenForm(Form):
    """``seen`` is the fingerprint of what its writer saw."""

    seen = StringField(widget=HiddenInput())

    @classmethod
    def showing(cls, words: Words, **shown: Any) -> Self:
        """The form with what stands there; ``shown`` is what reads otherwise than it is stored."""
        form = cls(formdata=None, data=asdict(words) | shown)
        form.remember(words)
        return form

    def remember(self, words: Words) -> None:
        """The next try knows what it replaces."""
        self.seen.raw_data, self.seen.data = None, words.fingerprint()

    def text(self, *names: str) -> dict[str, str]:
        """What was typed into these fields; nothing is the empty text."""
        return {name: self[name].data or "" for name in names}
