"""The shape of what is typed about rewards."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from portal.core import clock
from portal.core.forms import Form, VersionedForm, key_field, line, number, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.slugs import LONGEST_SLUG
from portal.rewards import rules
from portal.rewards.models import Badge, BadgeRule, CouponPool, Reward

LONGEST_TERMS = 2000
LONGEST_PASTE = 1_000_000


class _KeyForm(Form):
    """``key`` is made with the page, so that a form sent twice is recognised."""

    key = key_field()


class RedeemForm(_KeyForm):
    """``cost`` is what the member saw."""

    cost = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class _NamedForm(VersionedForm):
    """Something with a name in two languages, of which one is enough; ``version`` is the one the colleague saw."""

    name_zh = line(_l("Name in Chinese"), most=40, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=40, required=False, lang="en")

    def validate(self, extra_validators: Any = None) -> bool:
        fits = super().validate(extra_validators)
        if not self.name_zh.data and not self.name_en.data:
            self.refuse("name_zh", _("Please give it a name in at least one language."))
            return False
        return fits

    def words(self) -> dict[str, Any]:
        """What the services take."""
        return {
            name: field.data for name, field in self._fields.items() if name not in ("version", "csrf_token")
        }


class PoolForm(_NamedForm):
    """A pool; ``last_day`` is the last day on which its codes are good, shop time."""

    worth_zh = line(_l("What it is worth, in Chinese"), most=60, required=False, lang="zh-CN")
    worth_en = line(_l("What it is worth, in English"), most=60, required=False, lang="en")
    terms_zh = paragraphs(_l("Terms in Chinese"), most=LONGEST_TERMS, required=False, lang="zh-CN")
    terms_en = paragraphs(_l("Terms in English"), most=LONGEST_TERMS, required=False, lang="en")
    last_day = DateField(_l("Good until"), validators=[Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        fits = super().validate(extra_validators)
        if not self.worth_zh.data and not self.worth_en.data:
            self.refuse("worth_zh", _("Please say what it is worth in at least one language."))
            return False
        if self.last_day.data and not 2000 <= self.last_day.data.year <= 2100:
            self.refuse("last_day", _("Please give a day between 2000 and 2100."))
            return False
        return fits

    def pool_words(self, zone: str) -> dict[str, Any]:
        words = {name: value or "" for name, value in self.words().items() if name != "last_day"}
        last = self.last_day.data
        return words | {"valid_until": clock.day_start(last + clock.days(1), zone) if last else None}

    @classmethod
    def of(cls, pool: CouponPool, zone: str) -> PoolForm:
        last = pool.last_moment
        return cls(formdata=None, obj=pool, last_day=clock.in_zone(last, zone).date() if last else None)


class CodesForm(Form):
    """Codes pasted, or a file of them, or both."""

    codes = paragraphs(_l("Codes"), most=LONGEST_PASTE, required=False, spellcheck="false")
    file = FileField(_l("Or a file (CSV or text)"), render_kw={"accept": ".csv,.txt,text/csv,text/plain"})

    def validate(self, extra_validators: Any = None) -> bool:
        """A file is read whole or not at all: half a file ends in half a code."""
        fits = super().validate(extra_validators)
        self._sent = self.file.data.read(LONGEST_PASTE + 1) if self.file.data else b""
        if len(self._sent) > LONGEST_PASTE:
            self.refuse("file", _("The file is larger than 1 MB. Send it in parts."))
            return False
        return fits

    def texts(self) -> list[str]:
        """What was pasted and what was in the file, once it is valid. A file that is no text says so by its codes."""
        return [self.codes.data or "", _decoded(self._sent)]


class RewardForm(_NamedForm):
    pool_id = SelectField(_l("Coupon that members get"))
    text_zh = paragraphs(_l("About it, in Chinese"), most=LONGEST_TERMS, required=False, lang="zh-CN")
    text_en = paragraphs(_l("About it, in English"), most=LONGEST_TERMS, required=False, lang="en")
    icon = RadioField(
        _l("Sign"),
        choices=[SelectChoice(name, name) for name in rules.REWARD_ICONS],
        default=rules.REWARD_ICONS[0],
    )
    cost = number(_l("Points"), least=1, most=100_000)
    most = number(_l("How often each member may take it (0: without end)"), least=0, most=100)
    position = number(_l("Place"), least=0, most=999)

    def offer(self, pools: list[tuple[str, str]]) -> RewardForm:
        self.pool_id.choices = [SelectChoice(*pool) for pool in pools]
        return self

    def reward_words(self) -> dict[str, Any]:
        return {name: "" if value is None else value for name, value in self.words().items()}

    @classmethod
    def of(cls, reward: Reward) -> RewardForm:
        return cls(formdata=None, obj=reward)


class BadgeForm(_NamedForm):
    text_zh = line(_l("What it is for, in Chinese"), most=100, required=False, lang="zh-CN")
    text_en = line(_l("What it is for, in English"), most=100, required=False, lang="en")
    icon = RadioField(
        _l("Sign"), choices=[SelectChoice(name, name) for name in rules.ICONS], default=rules.ICONS[0]
    )
    hue = number(_l("Colour (0 to 359)"), least=0, most=359)
    rule = RadioField(
        _l("How it is earned"),
        choices=[
            SelectChoice(BadgeRule.HAND, _l("A person decides")),
            SelectChoice(BadgeRule.DEEDS, _l("By deeds")),
            SelectChoice(BadgeRule.YEARS, _l("By years together")),
        ],
        default=BadgeRule.HAND,
    )
    rule_deed = SelectField(
        _l("Which deed"),
        choices=[SelectChoice("", "—")]
        + [SelectChoice(kind, name) for kind, name in rules.DEED_NAMES.items() if kind not in rules.SPENDING],
        default="",
    )
    rule_value = number(_l("How many"), least=0, most=1000, required=False)
    position = number(_l("Place"), least=0, most=999)
    shown = BooleanField(_l("Members see it"), default=True)

    def badge_words(self) -> dict[str, Any]:
        words = {name: value for name, value in self.words().items() if name != "slug"}
        words["rule"] = BadgeRule(words["rule"])
        words["rule_value"] = words["rule_value"] or 0
        return words | {
            name: words[name] or "" for name in ("name_zh", "name_en", "text_zh", "text_en", "rule_deed")
        }

    @classmethod
    def of(cls, badge: Badge) -> BadgeForm:
        return cls(formdata=None, obj=badge)


class NewBadgeForm(BadgeForm):
    slug = line(_l("Address"), most=LONGEST_SLUG, spellcheck="false", autocapitalize="none")


class AwardForm(Form):
    """``who``: the number on the card, or the e-mail address."""

    who = line(_l("Member: number or e-mail"), most=255, spellcheck="false", autocapitalize="none")
    why = line(_l("Why? The member reads it."), most=200)


class TakeBackForm(Form):
    why = line(_l("Why?"), most=200)


class PointsForm(_KeyForm):
    who = line(_l("Member: number or e-mail"), most=255, spellcheck="false", autocapitalize="none")
    amount = number(_l("Points (below zero takes some)"), least=-rules.MOST_BY_HAND, most=rules.MOST_BY_HAND)
    reason = line(_l("Why? The member reads it."), most=200)


class WorthForm(Form):
    """What one kind of deed is worth; several of these stand on one page, so each gets a prefix."""

    stitches = number(_l("Stitches"), least=0, most=10)
    points = number(_l("Points"), least=0, most=1000)


def _decoded(data: bytes) -> str:
    """As spreadsheets write it: UTF-8, or what Chinese systems use."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
