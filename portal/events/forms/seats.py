"""The shape of what staff type about seats, tickets, access codes and questions."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.brand import queries as brand
from portal.brand.fields import MomentField, OptionalMomentField
from portal.core.forms import Form, key_field, line, number, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.money import Money, minor_of
from portal.events.forms.fields import SeenForm
from portal.events.models import EventDay, Pool, QuestionKind, TicketType
from portal.events.rules.making import MOST_SEATS
from portal.events.rules.words import PoolWords, QuestionWords, TicketWords
from portal.events.services.codes import MOST_AT_ONCE

MOST_PRICE = 100_000_000
QUESTION_KINDS = {
    QuestionKind.LINE: _l("A line of text"),
    QuestionKind.TEXT: _l("A longer text"),
    QuestionKind.CHOICE: _l("One of several"),
    QuestionKind.TICK: _l("A tick"),
}


class CapacityForm(SeenForm):
    people = number(_l("How many people fit in"), least=0, most=MOST_SEATS)


class PoolForm(SeenForm):
    name_zh = line(_l("Name in Chinese"), most=30, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=60, required=False, lang="en")
    capacity = number(_l("Seats"), least=0, most=MOST_SEATS)
    reserved = number(_l("Kept back for tiers with that perk"), least=0, most=MOST_SEATS, required=False)
    reserved_until = OptionalMomentField(_l("Kept back until"))

    def words(self) -> PoolWords:
        return PoolWords(
            capacity=self.capacity.data or 0,
            reserved=self.reserved.data or 0,
            reserved_until=self.reserved_until.moment,
            **self.text("name_zh", "name_en"),
        )

    @classmethod
    def of(cls, words: PoolWords) -> PoolForm:
        return cls.showing(words)


class TypeForm(SeenForm):
    """A kind of ticket; ``price`` as people write it, for one ticket."""

    pool_id = SelectField(_l("Pool"))
    name_zh = line(_l("Name in Chinese"), most=30, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=60, required=False, lang="en")
    note_zh = line(_l("What is in it, in Chinese"), most=60, required=False, lang="zh-CN")
    note_en = line(_l("What is in it, in English"), most=120, required=False, lang="en")
    price = line(_l("Price of a ticket"), most=12, inputmode="decimal", required=False)
    capacity = number(_l("Seats"), least=0, most=MOST_SEATS)
    admits = number(_l("One ticket is for … people"), least=1, most=5, default=1)
    most_people = number(_l("At most so many people at once"), least=1, most=10, default=5)
    most_children = number(_l("Children that may come along"), least=0, most=5, default=0)
    children_count = BooleanField(_l("Children take seats"))
    sale_starts_at = MomentField(_l("On sale from"))
    sale_ends_at = MomentField(_l("On sale until"))
    tier_id = SelectField(_l("Only for the tier"))
    day_id = SelectField(_l("Only for the day"))
    early_minutes = number(_l("Lets in … minutes before the doors"), least=0, most=600, default=0)
    bell_opens_at = OptionalMomentField(_l("Opening bell: people gather from"))
    bell_closes_at = OptionalMomentField(_l("… until, then it is drawn"))
    hidden = BooleanField(_l("Hidden: shown to who has an access code"))

    def offer(self, pools: list[Pool], days: list[tuple[str, str]], tiers: list[tuple[str, str]]) -> TypeForm:
        everyone = SelectChoice("", _("Everybody"))
        self.pool_id.choices = [SelectChoice(one.id, one.name) for one in pools]
        self.day_id.choices = [SelectChoice("", _("All days")), *(SelectChoice(*one) for one in days)]
        self.tier_id.choices = [everyone, *(SelectChoice(*one) for one in tiers)]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        fits = super().validate(extra_validators)
        try:
            fits = fits and 0 <= self.minor() <= MOST_PRICE
        except ValueError:
            fits = False
            self.refuse("price", _("Please give a price such as 168 or 168.50."))
        return fits

    def minor(self) -> int:
        """In minor units; nothing is free of charge. Raises ValueError when it is no price."""
        return minor_of(self.price.data or "0", brand.current().currency)

    def words(self) -> TicketWords:
        numbers = ("capacity", "admits", "most_people", "most_children", "early_minutes")
        moments = ("sale_starts_at", "sale_ends_at", "bell_opens_at", "bell_closes_at")
        facts: dict[str, Any] = {name: self[name].data or 0 for name in numbers}
        facts |= {name: self[name].moment for name in moments}
        facts |= self.text("name_zh", "name_en", "note_zh", "note_en")
        return TicketWords(
            pool_id=self.pool_id.data,
            day_id=self.day_id.data or None,
            tier_id=self.tier_id.data or None,
            price=self.minor(),
            children_count=bool(self.children_count.data),
            hidden=bool(self.hidden.data),
            **facts,
        )

    @classmethod
    def of(cls, words: TicketWords, currency: str) -> TypeForm:
        chosen = {"day_id": words.day_id or "", "tier_id": words.tier_id or ""}
        return cls.showing(words, price=Money(words.price, currency).plain(), **chosen)


class CodesForm(Form):
    """``word``: one code that staff thought of; else ``how_many`` of them are made up."""

    key = key_field()
    ticket_type_id = SelectField(_l("Which ticket it opens"))
    label = line(_l("Who gets it"), most=60)
    how_many = number(_l("How many codes"), least=1, most=MOST_AT_ONCE, default=1)
    most_uses = number(_l("Sign-ups with each"), least=1, most=10_000, default=1)
    word = line(_l("A word of your own"), most=40, required=False, autocapitalize="none", autocomplete="off")
    ends_at = OptionalMomentField(_l("Good until"))

    def offer(self, types: list[TicketType]) -> CodesForm:
        self.ticket_type_id.choices = [SelectChoice(one.id, one.name) for one in types]
        return self


class QuestionForm(SeenForm):
    """Choices stand one a line, the same number in both languages."""

    label_zh = line(_l("Question in Chinese"), most=60, required=False, lang="zh-CN")
    label_en = line(_l("Question in English"), most=120, required=False, lang="en")
    kind = RadioField(
        _l("What is answered"),
        choices=[SelectChoice(kind.value, label) for kind, label in QUESTION_KINDS.items()],
        default=QuestionKind.LINE.value,
        validators=[InputRequired(_l("Please choose one."))],
    )
    choices_zh = paragraphs(_l("Choices in Chinese, one a line"), most=1000, required=False, lang="zh-CN")
    choices_en = paragraphs(_l("Choices in English, one a line"), most=1500, required=False, lang="en")
    ticket_type_id = SelectField(_l("Who is asked"))
    required = BooleanField(_l("It has to be answered"))
    helps_access = BooleanField(_l("It asks what somebody needs: staff see the answer first"))

    def offer(self, types: list[TicketType]) -> QuestionForm:
        everybody = SelectChoice("", _("Everybody who signs up"))
        self.ticket_type_id.choices = [everybody, *(SelectChoice(one.id, one.name) for one in types)]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        fits = super().validate(extra_validators)
        zh, en = self._lines("choices_zh"), self._lines("choices_en")
        if self.kind.data == QuestionKind.CHOICE and zh and en and len(zh) != len(en):
            self.refuse("choices_en", _("Please give the same number of choices in both languages."))
            return False
        return fits

    def words(self) -> QuestionWords:
        kind = QuestionKind(self.kind.data)
        zh, en = self._lines("choices_zh"), self._lines("choices_en")
        pairs = [
            {"zh": zh[place] if zh else "", "en": en[place] if en else ""}
            for place in range(max(len(zh), len(en)))
        ]
        return QuestionWords(
            ticket_type_id=self.ticket_type_id.data or None,
            kind=kind,
            choices={"all": pairs} if kind is QuestionKind.CHOICE else {},
            required=bool(self.required.data),
            helps_access=bool(self.helps_access.data),
            **self.text("label_zh", "label_en"),
        )

    @classmethod
    def of(cls, words: QuestionWords) -> QuestionForm:
        pairs = words.choices.get("all", [])
        texts = {f"choices_{tongue}": "\n".join(one[tongue] for one in pairs) for tongue in ("zh", "en")}
        chosen = words.ticket_type_id or ""
        return cls.showing(words, ticket_type_id=chosen, **texts)

    def _lines(self, name: str) -> list[str]:
        return [one.strip()[:120] for one in (self[name].data or "").splitlines() if one.strip()]


def days_to_choose(days: list[EventDay], shown: Any) -> list[tuple[str, str]]:
    """Days by id, as ``shown`` writes a moment, with their own name."""
    return [
        (one.id, f"{shown(one.starts_at)} · {one.name}" if one.name else shown(one.starts_at)) for one in days
    ]
