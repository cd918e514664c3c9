"""The shape of what staff type about an event as a whole."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal.brand.fields import OptionalMomentField, day_field, minute_of, time_field
from portal.core.forms import Form, key_field, line, number, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.media.models import LONGEST_ALT
from portal.core.slugs import LONGEST_SLUG
from portal.events.forms.fields import SeenForm
from portal.events.models import EventKind
from portal.events.rules.making import MOST_SEATS
from portal.events.rules.words import EventWords
from portal.events.services.making import Start

KINDS = {
    EventKind.FESTIVAL: _l("Fan festival"),
    EventKind.SALON: _l("Salon"),
    EventKind.HOLIDAY: _l("Holiday gathering"),
    EventKind.ONLINE: _l("Online"),
}
MOST_HOURS = 24 * 60
#: a new badge is a choice among the badges: the sign it gets
NEW_BADGE = "new:"
#: the rules of an event that are whole numbers
HOURS = (
    "refund_hours",
    "refund_percent",
    "pass_on_hours",
    "release_hours",
    "offer_hours",
    "walk_minutes",
)


def kind_field() -> RadioField:
    return RadioField(
        _l("Which kind"),
        choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()],
        default=EventKind.SALON.value,
        validators=[InputRequired(_l("Please choose one."))],
    )


class NewEventForm(Form):
    key = key_field()
    kind = kind_field()
    name_zh = line(_l("Name in Chinese"), most=60, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=100, required=False, lang="en")
    first = day_field(_l("Which day"))
    last = day_field(_l("Last day"), required=False)
    opens = time_field(_l("Doors open"), default=time(19))
    closes = time_field(_l("Doors close"), default=time(21, 30))
    people = number(_l("How many people fit in"), least=1, most=MOST_SEATS, default=30)

    def start(self) -> Start:
        return Start(
            kind=EventKind(self.kind.data),
            name_zh=self.name_zh.data or "",
            name_en=self.name_en.data or "",
            first=self.first.data,
            last=self.last.data or self.first.data,
            opens=minute_of(self.opens.data),
            closes=minute_of(self.closes.data),
            people=self.people.data or 0,
        )


class CopyForm(Form):
    key = key_field()
    first = day_field(_l("First day of the new one"))


class TextsForm(SeenForm):
    """Everything about the event as a whole but its days, its picture and its seats."""

    slug = line(_l("Address"), most=LONGEST_SLUG, spellcheck="false", autocapitalize="none")
    kind = kind_field()
    edition = number(_l("Which time it is"), least=1, most=500, required=False)
    name_zh = line(_l("Name in Chinese"), most=60, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=100, required=False, lang="en")
    lead_zh = paragraphs(_l("In a sentence, in Chinese"), most=200, required=False, lang="zh-CN")
    lead_en = paragraphs(_l("In a sentence, in English"), most=300, required=False, lang="en")
    text_zh = paragraphs(_l("More, in Chinese"), most=6000, required=False, lang="zh-CN")
    text_en = paragraphs(_l("More, in English"), most=8000, required=False, lang="en")
    region = line(_l("City or region"), most=24, required=False)
    place_zh = line(_l("Place in Chinese"), most=80, required=False, lang="zh-CN")
    place_en = line(_l("Place in English"), most=120, required=False, lang="en")
    way_zh = paragraphs(_l("How to get there, in Chinese"), most=600, required=False, lang="zh-CN")
    way_en = paragraphs(_l("How to get there, in English"), most=800, required=False, lang="en")
    online_url = line(_l("Address online"), most=500, required=False, type="url", inputmode="url")
    refund_hours = number(_l("All money back until … hours before"), least=0, most=MOST_HOURS)
    refund_percent = number(_l("Later, per cent of it"), least=0, most=100)
    pass_on_hours = number(_l("Tickets can be passed on until … hours before"), least=0, most=MOST_HOURS)
    release_hours = number(_l("“I won’t make it” until … hours before"), least=0, most=MOST_HOURS)
    offer_hours = number(_l("An offer of the waiting list holds for … hours"), least=1, most=14 * 24)
    walk_minutes = number(_l("Minutes between two places"), least=0, most=180)
    wishes_until = OptionalMomentField(_l("Wishes for drawn sessions until"))
    hashtag = line(_l("Hashtag"), most=48, required=False, autocapitalize="none", autocomplete="off")
    badge = SelectField(_l("Badge"))

    def offer(self, badges: list[tuple[str, str]], icons: tuple[str, ...]) -> TextsForm:
        """Badges there are, and one to be made."""
        made = [
            SelectChoice(f"{NEW_BADGE}{icon}", _("Make a new one (%(sign)s)", sign=icon)) for icon in icons
        ]
        self.badge.choices = [SelectChoice("", _("None")), *(SelectChoice(*one) for one in badges), *made]
        return self

    def validate_online_url(self, field: StringField) -> None:
        """A link that only leads somewhere."""
        if not re.fullmatch(r"https?://[^\s/]+\.\S+", field.data or ""):
            raise ValidationError(_("Please give a whole address, beginning with https://"))

    def words(self) -> EventWords:
        named = ("name", "lead", "text", "place", "way")
        texts = [f"{name}_{tongue}" for name in named for tongue in ("zh", "en")]
        facts: dict[str, Any] = {name: self[name].data for name in HOURS}
        facts |= self.text("slug", "region", "online_url", "hashtag", *texts)
        badge = self.badge.data or ""
        return EventWords(
            kind=EventKind(self.kind.data),
            edition=self.edition.data,
            wishes_until=self.wishes_until.moment,
            badge_id=badge if badge and not badge.startswith(NEW_BADGE) else None,
            **facts,
        )

    def new_badge(self) -> str:
        """The sign of the badge that is to be made, or nothing."""
        badge = self.badge.data or ""
        return badge.removeprefix(NEW_BADGE) if badge.startswith(NEW_BADGE) else ""

    @classmethod
    def of(cls, words: EventWords) -> TextsForm:
        shown = f"#{words.hashtag}" if words.hashtag else ""
        return cls.showing(words, hashtag=shown, badge=words.badge_id or "")


class AltForm(Form):
    alt = line(_l("What it shows, in words"), most=LONGEST_ALT, required=False)


class PictureForm(Form):
    picture = FileField(_l("Choose a picture"), render_kw={"accept": "image/*"})
    words = line(_l("What it shows, in words"), most=LONGEST_ALT, required=False)
