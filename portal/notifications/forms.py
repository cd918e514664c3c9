"""The shape of what members choose."""

from __future__ import annotations

from datetime import time

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.core.forms import Form, line
from portal.core.i18n import lazy as _l
from portal.notifications.models import Pace

PACES = {
    Pace.AT_ONCE: _l("At once"),
    Pace.DAILY: _l("Once a day, at nine in the morning"),
    Pace.WEEKLY: _l("Once a week, on Monday morning"),
}


class KindsForm(Form):
    """Which kinds, and which of them by mail; ``choices`` are filled in by the page."""

    inbox = SelectMultipleField()
    mail = SelectMultipleField()
    news_by_mail = BooleanField()


class RhythmForm(Form):
    pace = RadioField(
        _l("How often mail may come"),
        choices=[SelectChoice(pace.value, label) for pace, label in PACES.items()],
        validators=[InputRequired(_l("Please choose one."))],
    )
    is_quiet = BooleanField(_l("Keep quiet hours"))
    quiet_from = TimeField(_l("Quiet from"), validators=[InputRequired(_l("Please fill this in."))])
    quiet_until = TimeField(_l("Quiet until"), validators=[InputRequired(_l("Please fill this in."))])
    time_zone = SelectField(_l("Time zone"))


class ProofForm(Form):
    code = line(_l("Six-digit code"), most=20)


def minute_of(shown: time) -> int:
    """Minutes after midnight."""
    return shown.hour * 60 + shown.minute


def time_of(minute: int) -> time:
    return time(minute // 60, minute % 60)
