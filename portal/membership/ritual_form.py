"""The shape of what staff type about rituals."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.core.forms import VersionedForm, line, number, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.membership.models import Comes, Ritual, Tier
from portal.rewards.rules import MOST_BY_HAND

LONGEST_WORDS = 160
NOTHING, POINTS, COUPON = "nothing", "points", "coupon"


def _numbers(label: Any, most: int) -> SelectField:
    choices = [SelectChoice(one, str(one)) for one in range(1, most + 1)]
    return SelectField(
        label, choices=choices, coerce=int, validators=[InputRequired(_l("Please choose one."))]
    )


class PresentForm(VersionedForm):
    """What is given with a greeting; ``version`` is the one that its writer saw."""

    gift = RadioField(
        _l("What goes with it"),
        choices=[
            SelectChoice(NOTHING, _l("Only words")),
            SelectChoice(POINTS, _l("Points")),
            SelectChoice(COUPON, _l("A coupon")),
        ],
        default=NOTHING,
    )
    points = number(_l("How many points"), least=1, most=MOST_BY_HAND, required=False)
    pool_id = SelectField(_l("From which pool"), validate_choice=True)

    def offer(self, pools: list[tuple[str, str]]) -> None:
        self.pool_id.choices = [SelectChoice("", "–"), *(SelectChoice(*pool) for pool in pools)]

    def validate(self, extra_validators: Any = None) -> bool:
        fits = super().validate(extra_validators)
        if fits and self.gift.data == POINTS and not self.points.data:
            self.refuse("points", _("Please say how many."))
            return False
        if fits and self.gift.data == COUPON and not self.pool_id.data:
            self.refuse("pool_id", _("Please choose a pool."))
            return False
        return fits

    def present(self) -> dict[str, Any]:
        """What the services take: only the gift that was chosen."""
        return {
            "points": (self.points.data or 0) if self.gift.data == POINTS else 0,
            "pool_id": (self.pool_id.data or None) if self.gift.data == COUPON else None,
        }

    @classmethod
    def of(cls, ritual: Ritual) -> PresentForm:
        chosen = POINTS if ritual.points else COUPON if ritual.pool_id else NOTHING
        form = cls(formdata=None, obj=ritual, gift=chosen)
        form.points.data = ritual.points or None
        return form


class HolidayForm(PresentForm):
    name_zh = line(_l("Name in Chinese"), most=40, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=40, required=False, lang="en")
    words_zh = paragraphs(_l("What we say, in Chinese"), most=LONGEST_WORDS, required=False, lang="zh-CN")
    words_en = paragraphs(_l("What we say, in English"), most=LONGEST_WORDS, required=False, lang="en")
    comes = RadioField(
        _l("When it comes"),
        choices=[
            SelectChoice(Comes.SOLAR.value, _l("Each year, solar calendar")),
            SelectChoice(Comes.LUNAR.value, _l("Each year, lunar calendar")),
            SelectChoice(Comes.ONCE.value, _l("Only once")),
        ],
        default=Comes.SOLAR.value,
    )
    month = _numbers(_l("Month"), 12)
    day = _numbers(_l("Day"), 31)
    year = number(_l("Year"), least=2000, most=2100, required=False)
    tier_id = SelectField(_l("Whom it greets"))

    def offer_tiers(self, tiers: list[Tier]) -> None:
        self.tier_id.choices = [
            SelectChoice("", _("Everybody")),
            *(SelectChoice(tier.id, _("Only %(tier)s", tier=tier.name)) for tier in tiers),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        fits = super().validate(extra_validators)
        for what in ("name", "words"):
            if not self[f"{what}_zh"].data and not self[f"{what}_en"].data:
                self.refuse(f"{what}_zh", _("Please write it in at least one language."))
                fits = False
        if self.comes.data == Comes.ONCE and not self.year.data and not self.year.errors:
            self.refuse("year", _("Please say in which year."))
            fits = False
        return fits

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        named = ("name_zh", "name_en", "words_zh", "words_en")
        comes = Comes(self.comes.data)
        return {
            **self.present(),
            **{name: self[name].data or "" for name in named},
            "comes": comes,
            "month": self.month.data,
            "day": self.day.data,
            "year": self.year.data if comes is Comes.ONCE else None,
            "tier_id": self.tier_id.data or None,
        }
