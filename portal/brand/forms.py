"""What the owner types: one form for each section of the settings, each named after it. Shape only.

A field is named after its column and its ``data`` is what the column holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import NumberInput, TextArea

from portal.brand import choices
from portal.brand.rules import LONGEST_CHANGE, LONGEST_TEXT, fingerprint
from portal.core.forms import Filled, Form, line, tidy
from portal.core.i18n import lazy as _l
from portal.core.i18n import locale

_CLOCK = re.compile(r"([01]?\d|2[0-4])[:：.]?([0-5]\d)(?::[0-5]\d)?")
MIDNIGHT = 24 * 60


class ClockField(StringField):
    """A clock time; ``data`` are minutes after midnight. ``end_of_day``: 00:00 is the end of the day, not its start."""

    def __init__(self, label: Any, *, end_of_day: bool = False, **kwargs: Any) -> None:
        presence = InputRequired(_l("Please fill this in."))
        super().__init__(label, validators=[presence], render_kw={"type": "time"}, **kwargs)
        self._end_of_day = end_of_day
        self._typed = ""

    def _value(self) -> str:
        if not isinstance(self.data, int):
            return self._typed
        hours, minutes = divmod(self.data % MIDNIGHT, 60)
        return f"{hours:02}:{minutes:02}"

    def process_formdata(self, valuelist: list[str]) -> None:
        self._typed = valuelist[0].strip() if valuelist else ""
        found = _CLOCK.fullmatch(self._typed)
        total = int(found[1]) * 60 + int(found[2]) if found else -1
        if not 0 <= total <= MIDNIGHT:
            self.data = None
            if self._typed:
                raise ValidationError(str(_l("Please give a time like 09:30.")))
            return
        self.data = total % MIDNIGHT or (MIDNIGHT if self._end_of_day else 0)


def _number(label: Any, least: int, most: int, **render_kw: Any) -> IntegerField:
    message = _l("Please give a number from %(least)s to %(most)s.", least=least, most=most)
    return IntegerField(
        label,
        validators=[InputRequired(message), NumberRange(least, most, message)],
        widget=NumberInput(min=least, max=most),
        render_kw=render_kw,
    )


def _words(label: Any, most: int, *, long: bool = False, **render_kw: Any) -> StringField:
    """One line that says something; a ``long`` one breaks on the page, not in what is stored."""
    return StringField(
        label,
        filters=[_one_line],
        validators=[Filled(_l("Please fill this in.")), _at_most(most)],
        widget=TextArea() if long else None,
        render_kw=render_kw,
    )


def _paragraphs(label: Any, most: int) -> TextAreaField:
    return TextAreaField(
        label, filters=[tidy], validators=[Filled(_l("Please fill this in.")), _at_most(most)]
    )


def _at_most(most: int) -> Length:
    return Length(max=most, message=_l("Please use at most %(most)s characters.", most=most))


def _one_line(text: str | None) -> str | None:
    return " ".join((tidy(text) or "").split()) if text is not None else None


class Section(Form):
    """A part of the settings with a button of its own. ``seen`` says what its values were when it was shown."""

    name: ClassVar[str]
    seen = HiddenField()

    @classmethod
    def showing(cls, values: Mapping[str, Any]) -> Section:
        """The section with what is stored, whatever was sent."""
        form = cls(formdata=None, data=dict(values))
        form.remember(values)
        return form

    def remember(self, values: Mapping[str, Any]) -> None:
        """From now on its writer has seen these."""
        self.seen.data = fingerprint({name: values[name] for name in self.fields()})

    def fields(self) -> list[str]:
        return [field.name for field in self if field.name not in ("csrf_token", "seen")]

    def changes(self) -> dict[str, Any]:
        """Every column of this section with what was typed."""
        return {name: self[name].data for name in self.fields()}


class WordsForm(Section):
    name = "words"

    name_zh = _words(_l("Name in Chinese"), 64)
    name_en = _words(_l("Name in English"), 64)
    belief_zh = _words(_l("Belief in Chinese"), 255, long=True)
    belief_en = _words(_l("Belief in English"), 255, long=True)
    headline_zh = _words(_l("Headline of the wall in Chinese"), 120, long=True)
    headline_en = _words(_l("Headline of the wall in English"), 120, long=True)
    fan_title_zh = _words(_l("What members are called, in Chinese"), 64)
    fan_title_en = _words(_l("What members are called, in English"), 64)
    ambassador_title_zh = _words(_l("What ambassadors are called, in Chinese"), 64)
    ambassador_title_en = _words(_l("What ambassadors are called, in English"), 64)


class ColourForm(Section):
    name = "colour"

    hue = _number(_l("Hue"), 0, 359, inputmode="numeric")


class TimeForm(Section):
    name = "time"

    time_zone = _words(_l("Time zone"), 64, list="zones", autocomplete="off")
    currency = SelectField(_l("Currency"))
    opens_at = ClockField(_l("Opens at"))
    closes_at = ClockField(_l("Closes at"), end_of_day=True)
    drop_weekday = SelectField(_l("New products come on"), coerce=int)
    drop_at = ClockField(_l("New products come at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(choices.currencies(locale()))
        if self.currency.raw_data is None and self.currency.data:
            names.setdefault(self.currency.data, self.currency.data)  # stored before it went out of use
        self.currency.choices = [SelectChoice(code, name) for code, name in names.items()]
        self.drop_weekday.choices = [SelectChoice(day, name) for day, name in choices.weekdays(locale())]

    def validate_time_zone(self, field: StringField) -> None:
        if not choices.is_zone(field.data or ""):
            raise ValidationError(
                str(_l("There is no such time zone. Choose one of the list, like Asia/Shanghai."))
            )

    def validate_closes_at(self, field: ClockField) -> None:
        if (
            isinstance(self.opens_at.data, int)
            and field.data is not None
            and field.data <= self.opens_at.data
        ):
            raise ValidationError(str(_l("The house closes after it opens; 00:00 is midnight.")))


class CareForm(Section):
    name = "care"

    reply_target_minutes = _number(_l("Minutes until a story is answered"), 1, 1440)
    newcomer_stories = _number(_l("Stories of a newcomer that a person reads first"), 0, 20)
    contact_budget = _number(_l("Messages from the house in a week, at most"), 0, 21)
    quiet_from = ClockField(_l("Quiet from"))
    quiet_until = ClockField(_l("Quiet until"))

    def validate_quiet_until(self, field: ClockField) -> None:
        if field.data is not None and field.data == self.quiet_from.data:
            raise ValidationError(str(_l("Leave some quiet between the two.")))


class LawForm(Section):
    name = "law"

    minimum_age = _number(_l("Age from which people may join"), 14, 99)
    filing_number = line(_l("Filing number"), most=64, required=False)


SECTIONS: dict[str, type[Section]] = {
    form.name: form for form in (WordsForm, ColourForm, TimeForm, CareForm, LawForm)
}


class LogoForm(Form):
    photo = FileField(_l("Logo"))


class LegalForm(Form):
    """A new version of a text. ``after`` is the version that its writer saw."""

    after = HiddenField()
    body_zh = _paragraphs(_l("Text in Chinese"), LONGEST_TEXT)
    body_en = _paragraphs(_l("Text in English"), LONGEST_TEXT)
    change_zh = _words(_l("What changed, in Chinese"), LONGEST_CHANGE)
    change_en = _words(_l("What changed, in English"), LONGEST_CHANGE)

    @property
    def version_seen(self) -> int:
        typed = tidy(self.after.data) or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
