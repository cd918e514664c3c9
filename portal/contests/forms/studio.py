"""The shape of what staff type about contests. Moments are those of the shop's clock."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from portal.brand.fields import MomentField
from portal.catalog.rules import choice_of, chosen
from portal.contests.models import Contest
from portal.contests.queries.results import Ranked
from portal.contests.rules.making import ContestWords
from portal.contests.services.deciding import LONGEST_WORDS
from portal.contests.services.screening import LONGEST_NOTE, LONGEST_REASON
from portal.core.forms import Form, VersionedForm, key_field, line, number, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l

_TEXTS = ("name_zh", "name_en", "brief_zh", "brief_en", "rules_zh", "rules_en", "prize_zh", "prize_en")
_NUMBERS = ("votes", "most_entries", "shortest", "longest")
_MOMENTS = ("opens_at", "submit_until", "vote_from", "vote_until")


class ContestForm(VersionedForm):
    """A contest. ``key`` is made with the page of a new one, ``version`` is what the colleague saw of one that is there."""

    key = key_field(required=False)
    product = SelectField(_l("What looks for a name"), validators=[InputRequired(_l("Please choose one."))])
    name_zh = line(_l("Title in Chinese"), most=60, required=False, lang="zh-CN")
    name_en = line(_l("Title in English"), most=100, required=False, lang="en")
    brief_zh = paragraphs(_l("What the name is for, in Chinese"), most=2000, required=False, lang="zh-CN")
    brief_en = paragraphs(_l("What the name is for, in English"), most=3000, required=False, lang="en")
    rules_zh = paragraphs(_l("Rules in Chinese"), most=3000, required=False, lang="zh-CN")
    rules_en = paragraphs(_l("Rules in English"), most=4000, required=False, lang="en")
    prize_zh = line(_l("Prize in Chinese"), most=60, required=False, lang="zh-CN")
    prize_en = line(_l("Prize in English"), most=100, required=False, lang="en")
    votes = number(_l("Votes of each member"), least=1, most=9, default=3)
    most_entries = number(_l("Names each member may hand in"), least=1, most=9, default=3)
    shortest = number(_l("Shortest name, in characters"), least=1, most=40, default=2)
    longest = number(_l("Longest name, in characters"), least=1, most=40, default=12)
    jury = BooleanField(_l("A jury decides among the first five"))
    badge = SelectField(_l("Badge"), validators=[Optional()])
    opens_at = MomentField(_l("Opens"))
    submit_until = MomentField(_l("Names until"))
    vote_from = MomentField(_l("Votes from"))
    vote_until = MomentField(_l("Votes until"))

    def offer(self, things: list[tuple[str, str]], badges: list[tuple[str, str]]) -> ContestForm:
        self.product.choices = [
            SelectChoice("", _("Please choose one.")),
            *(SelectChoice(*one) for one in things),
        ]
        self.badge.choices = [SelectChoice("", _("None")), *(SelectChoice(*one) for one in badges)]
        return self

    def words(self) -> ContestWords:
        product, color = chosen(self.product.data or "")
        facts: dict[str, Any] = {name: self[name].data or "" for name in _TEXTS}
        facts |= {name: self[name].data for name in _NUMBERS} | {name: self[name].moment for name in _MOMENTS}
        return ContestWords(
            product_id=product,
            color_id=color,
            jury=bool(self.jury.data),
            badge_id=self.badge.data or None,
            **facts,
        )

    @classmethod
    def of(cls, contest: Contest) -> ContestForm:
        """With what stands there."""
        thing = choice_of(contest.product_id, contest.color_id)
        return cls(formdata=None, obj=contest, product=thing, badge=contest.badge_id or "")


class RefuseForm(Form):
    reason = line(_l("What who gave it reads"), most=LONGEST_REASON, required=False)


class NoteForm(Form):
    note = paragraphs(_l("Note about trademarks"), most=LONGEST_NOTE, required=False)


class DecideForm(Form):
    winner = RadioField(_l("Which name wins"), validators=[InputRequired(_l("Please choose one."))])
    words = paragraphs(_l("Why the jury chose it"), most=LONGEST_WORDS, required=False)

    def offer(self, found: list[Ranked]) -> DecideForm:
        self.winner.choices = [SelectChoice(row.entry.id, row.entry.words) for row in found]
        return self
