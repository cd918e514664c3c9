"""The shape of what staff type about trials. Moments are those of the shop's clock."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from portal.brand.fields import MomentField
from portal.catalog.rules import choice_of, chosen
from portal.core.forms import Form, VersionedForm, key_field, number, paragraphs
from portal.core.forms import line as words
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.trials.models import Aspect, Question, Trial
from portal.trials.rules.making import MOST_ASPECTS, MOST_QUESTIONS, Pair, TrialWords
from portal.trials.rules.scores import GRADES

_TEXTS = ("name_zh", "name_en", "brief_zh", "brief_en", "label_zh", "label_en")
_NUMBERS = ("seats", "newcomer_percent", "least_points", "accept_hours", "report_days", "extra_days")


class TrialForm(VersionedForm):
    """A trial. ``key`` is made with the page of a new one."""

    key = key_field(required=False)
    product = SelectField(_l("What is tried"), validators=[InputRequired(_l("Please choose one."))])
    name_zh = words(_l("Title in Chinese"), most=60, required=False, lang="zh-CN")
    name_en = words(_l("Title in English"), most=100, required=False, lang="en")
    brief_zh = paragraphs(_l("What it is about, in Chinese"), most=3000, required=False, lang="zh-CN")
    brief_en = paragraphs(_l("What it is about, in English"), most=4000, required=False, lang="en")
    seats = number(_l("Seats"), least=1, most=500, default=12)
    newcomer_percent = number(_l("Of these for first-timers, in percent"), least=20, most=100, default=20)
    region_most = number(_l("At most so many from one region"), least=1, most=500, required=False)
    least_points = number(
        _l("The line: the draw takes who has so many points"), least=0, most=100, default=40
    )
    needs_purchase = BooleanField(_l("Only those who bought something of ours"), default=True)
    tier = SelectField(_l("Members of this tier or above"), validators=[Optional()])
    category = SelectField(_l("Only those who own something of this shelf"), validators=[Optional()])
    regions = paragraphs(_l("Only these regions"), most=1200, required=False)
    opens_at = MomentField(_l("Applications from"))
    closes_at = MomentField(_l("Applications until"))
    accept_hours = number(_l("Hours to say yes"), least=1, most=240, default=48)
    report_days = number(_l("Days for the report"), least=3, most=120, default=14)
    extra_days = number(_l("Days more, once, for who asks"), least=0, most=60, default=7)
    label_zh = words(_l("Label on every report, in Chinese"), most=120, lang="zh-CN")
    label_en = words(_l("Label on every report, in English"), most=200, lang="en")

    def offer(
        self, things: list[tuple[str, str]], tiers: list[tuple[str, str]], shelves: list[tuple[str, str]]
    ) -> TrialForm:
        nobody, all_of_them = SelectChoice("", _("Please choose one.")), SelectChoice("", _("Everybody"))
        self.product.choices = [nobody, *(SelectChoice(*one) for one in things)]
        self.tier.choices = [all_of_them, *(SelectChoice(*one) for one in tiers)]
        self.category.choices = [all_of_them, *(SelectChoice(*one) for one in shelves)]
        return self

    def said(self) -> TrialWords:
        product, version = chosen(self.product.data or "")
        facts: dict[str, Any] = {name: self[name].data or "" for name in _TEXTS}
        facts |= {name: self[name].data for name in _NUMBERS}
        lines = (" ".join(one.split()) for one in (self.regions.data or "").splitlines())
        return TrialWords(
            product_id=product,
            version_id=version,
            region_most=self.region_most.data,
            needs_purchase=bool(self.needs_purchase.data),
            tier_id=self.tier.data or None,
            category_id=self.category.data or None,
            regions=tuple(dict.fromkeys(one for one in lines if one)),
            opens_at=self.opens_at.moment,
            closes_at=self.closes_at.moment,
            **facts,
        )

    @classmethod
    def of(cls, trial: Trial) -> TrialForm:
        """With what stands there."""
        same = (*_TEXTS, *_NUMBERS, "region_most", "needs_purchase", "opens_at", "closes_at", "version")
        return cls(
            formdata=None,
            product=choice_of(trial.product_id, trial.version_id),
            tier=trial.tier_id or "",
            category=trial.category_id or "",
            regions="\n".join(trial.regions),
            **{name: getattr(trial, name) for name in same},
        )


class LaterForm(Form):
    closes_at = MomentField(_l("Applications until"))


class GradeForm(Form):
    points = RadioField(
        _l("Your grade"),
        choices=[SelectChoice(str(points), str(points)) for points in GRADES],
        validators=[InputRequired(_l("Please choose one."))],
    )


def _pairs_form(name: str, most: int, label_zh: Any, label_en: Any, longest: int) -> type[_PairsForm]:
    fields: dict[str, Any] = {"most": most}
    for row in range(1, most + 1):
        fields[f"zh_{row}"] = words(label_zh(row), most=longest, required=False, lang="zh-CN")
        fields[f"en_{row}"] = words(label_en(row), most=longest, required=False, lang="en")
    return type(name, (_PairsForm,), fields)


class _PairsForm(VersionedForm):
    """Some rows in both languages; empty ones mean nothing."""

    most = 0

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"zh_{row}"], self[f"en_{row}"]) for row in range(1, self.most + 1)]

    def pairs(self) -> list[Pair]:
        return [Pair(zh.data or "", en.data or "") for zh, en in self.rows]

    @classmethod
    def of(cls, version: int, stands: list[Pair]) -> _PairsForm:
        shown = {f"zh_{row}": one.zh for row, one in enumerate(stands, 1)}
        shown |= {f"en_{row}": one.en for row, one in enumerate(stands, 1)}
        return cls(formdata=None, version=version, **shown)


QuestionsForm = _pairs_form(
    "QuestionsForm",
    MOST_QUESTIONS,
    lambda row: _l("Question %(number)s in Chinese", number=row),
    lambda row: _l("Question %(number)s in English", number=row),
    200,
)
AspectsForm = _pairs_form(
    "AspectsForm",
    MOST_ASPECTS,
    lambda row: _l("Aspect %(number)s in Chinese", number=row),
    lambda row: _l("Aspect %(number)s in English", number=row),
    40,
)


def question_pairs(questions: list[Question]) -> list[Pair]:
    return [Pair(one.text_zh, one.text_en) for one in questions]


def aspect_pairs(aspects: list[Aspect]) -> list[Pair]:
    return [Pair(one.name_zh, one.name_en) for one in aspects]
