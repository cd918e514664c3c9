"""What members tell about themselves, and whom they tell it."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.accounts import interests
from portal.accounts.birthdays import LUNAR_DAYS, MONTHS, SOLAR_DAYS, Birthday, check_birthday
from portal.accounts.forms.fields import a_name
from portal.accounts.models import Calendar, Gender, Member
from portal.accounts.rules import LONGEST_NAME, only_digits
from portal.accounts.services.profiles import Changes, seen_profile
from portal.accounts.showing import AUDIENCE_LABELS, FIELDS, GENDER_LABELS, Audience, audience_of
from portal.brand.queries import shop_day
from portal.core import clock
from portal.core.errors import Invalid
from portal.core.forms import Filled, Form, line, paragraphs, tidy_line
from portal.core.i18n import LANGUAGES, _, language
from portal.core.i18n import lazy as _l

_SEES = "sees_"


class Ticks(SelectMultipleField):
    """Several boxes to tick; any word may come back, because what is offered changes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _audience(label: Any) -> SelectField:
    choices = [SelectChoice(audience.value, text) for audience, text in AUDIENCE_LABELS.items()]
    return SelectField(label, choices=choices)


def _numbers(label: Any, most: int) -> SelectField:
    numbers = [SelectChoice("", "–"), *(SelectChoice(str(n), str(n)) for n in range(1, most + 1))]
    return SelectField(label, choices=numbers, validators=[Optional()])


class ProfileForm(Form):
    """Everything on a member's page, each with its audience. A field that was not sent stays as it is."""

    display_name = StringField(
        _l("Name"),
        filters=[tidy_line],
        validators=[Filled(_l("Please tell us what to call you.")), a_name],
        render_kw={"maxlength": LONGEST_NAME * 2},
    )
    bio = paragraphs(_l("About you"), most=300, required=False)
    region = line(_l("City or region"), most=24, required=False)
    picked = Ticks(_l("What you like"), choices=[], validate_choice=False)
    interests = line(_l("In your own words"), most=200, required=False)
    birth_calendar = SelectField(
        _l("Calendar"),
        choices=[SelectChoice("solar", _l("Solar calendar")), SelectChoice("lunar", _l("Lunar calendar"))],
    )
    birth_month = _numbers(_l("Month"), MONTHS)
    birth_day = _numbers(_l("Day"), max(SOLAR_DAYS, LUNAR_DAYS))
    birth_year = line(_l("Year"), most=8, required=False)
    birth_leap = BooleanField(_l("It was a leap month (lunar calendar only)"))
    gender = SelectField(
        _l("Gender"),
        choices=[
            SelectChoice("", _l("I’d rather not say")),
            *(SelectChoice(gender.value, label) for gender, label in GENDER_LABELS.items()),
        ],
        validators=[Optional()],
    )
    sees_avatar = _audience(_l("Who sees your photo"))
    sees_bio = _audience(_l("Who sees what you say about you"))
    sees_region = _audience(_l("Who sees your region"))
    sees_interests = _audience(_l("Who sees what you like"))
    sees_birthday = _audience(_l("Who sees month and day of your birthday"))
    sees_gender = _audience(_l("Who sees your gender"))
    language = SelectField(
        _l("Language of our letters"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )
    greets_newcomers = BooleanField(_l("Ask me now and then to greet a newcomer’s first story"))
    seen = HiddenField(validators=[Length(max=64)])

    @classmethod
    def of(cls, member: Member, offered: list[str], *, fresh: bool = False) -> ProfileForm:
        """What is stored, and over it what was sent (unless ``fresh``). ``offered``: words that others like."""
        liked = member.interests
        own = [word for word in liked if word not in offered]
        stored = {
            "display_name": member.display_name,
            "bio": member.bio,
            "region": member.region,
            "picked": [word for word in liked if word in offered],
            "interests": ("、" if language() == "zh_CN" else ", ").join(own),
            "birth_calendar": member.birth_calendar.value,
            "birth_month": str(member.birth_month or ""),
            "birth_day": str(member.birth_day or ""),
            "birth_year": str(member.birth_year or ""),
            "birth_leap": member.birth_leap,
            "gender": member.gender.value if member.gender else "",
            "language": member.language or language(),
            "greets_newcomers": member.greets_newcomers,
            "seen": seen_profile(member),
        } | {_SEES + name: audience_of(member, name).value for name in FIELDS}
        form = cls(formdata=None, data=stored) if fresh else cls(data=stored)
        form.offer(offered)
        return form

    def offer(self, words: list[str]) -> None:
        """Words to tick: those of others, and any that are ticked already."""
        ticked = [word for word in self.picked.data or [] if word not in words]
        self.picked.choices = [SelectChoice(word, word) for word in [*words, *ticked]]

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then what several of them say together: everything wrong is told at once."""
        fine: bool = super().validate(extra_validators)
        for check in (self._words, self._birthday):
            try:
                check()
            except Invalid as refusal:
                if refusal.field and not self[refusal.field].errors:
                    self.say(refusal)
                fine = False
        return fine

    def changes(self) -> Changes:
        """What was typed, as the house takes it, once it is valid."""
        return Changes(
            display_name=self.display_name.data or "",
            bio=self.bio.data or "",
            region=self.region.data or "",
            interests=self._words(),
            birthday=self._birthday(),
            gender=Gender(self.gender.data) if self.gender.data else None,
            visibility={name: Audience(self[_SEES + name].data) for name in FIELDS},
            language=self.language.data,
            greets_newcomers=bool(self.greets_newcomers.data),
        )

    def _words(self) -> list[str]:
        typed = interests.split(self.interests.data or "")
        return interests.clean_interests([*(self.picked.data or []), *typed])

    def _birthday(self) -> Birthday | None:
        month, day, year = self.birth_month.data, self.birth_day.data, self.birth_year.data
        if not (month or day or year):
            return None
        if not month:
            raise Invalid(_("Please choose a month."), field="birth_month")
        if not day:
            raise Invalid(_("Please choose a day."), field="birth_day")
        digits = only_digits(year or "")
        if year and (len(digits) != 4 or len(year) > 5):  # "1988年" is fine
            raise Invalid(_("Please check the year, or leave it empty."), field="birth_year")
        calendar = Calendar.LUNAR if self.birth_calendar.data == Calendar.LUNAR else Calendar.SOLAR
        leap = bool(self.birth_leap.data) and calendar is Calendar.LUNAR
        if not (month.isascii() and month.isdigit() and day.isascii() and day.isdigit()):
            return None  # made by hand: the fields say so themselves
        birthday = Birthday(int(month), int(day), int(digits) if digits else None, calendar, leap)
        check_birthday(birthday, today=shop_day(clock.now()))
        return birthday


class AvatarForm(Form):
    photo = FileField(_l("Photo"))
