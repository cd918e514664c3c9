"""The shape of what is typed about membership."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from portal.core import clock
from portal.core.forms import Form, VersionedForm, key_field, line, number, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.money import minor_of
from portal.membership.models import Perk, Tier, TierPerk
from portal.membership.rules.threads import THREADS
from portal.membership.words import PERKS, PLAIN

MOST_MONTHS, MOST_CODES = 60, 10_000


class PayForm(Form):
    """The way to pay. ``due`` is the sum that its reader saw, in minor units."""

    provider = RadioField(
        _l("How you pay"), validators=[InputRequired(_l("Please choose one of the ways to pay."))]
    )
    due = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, ways: list[tuple[str, Any]]) -> PayForm:
        """The only way is chosen already."""
        self.provider.choices = [SelectChoice(*way) for way in ways]
        if len(ways) == 1 and self.provider.data is None:
            self.provider.data = ways[0][0]
        return self


class GiftForm(PayForm):
    plan_id = RadioField(_l("Which membership"), validators=[InputRequired(_l("Please choose one."))])
    recipient_name = line(_l("For whom"), most=40)
    message = paragraphs(_l("A few words"), most=200, required=False)


class CancelForm(Form):
    reason = line(_l("Why? It helps us, and you need not say."), most=200, required=False)


class RedeemForm(Form):
    code = line(
        _l("Your code"),
        most=60,
        spellcheck="false",
        autocapitalize="characters",
        autocomplete="off",
    )


class CardForm(Form):
    code = line(_l("Card or member number"), most=120, spellcheck="false", autocomplete="off")


class KeyForm(Form):
    """``key`` is made with the page, so that a form sent twice is recognised."""

    key = key_field()


class _NamedForm(Form):
    name_zh = line(_l("Name in Chinese"), most=40, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=40, required=False, lang="en")
    text_zh = line(_l("For whom it is, in Chinese"), most=120, required=False, lang="zh-CN")
    text_en = line(_l("For whom it is, in English"), most=120, required=False, lang="en")
    thread = SelectField(_l("Thread"), choices=[SelectChoice(name, label) for name, label in THREADS.items()])

    def validate(self, extra_validators: Any = None) -> bool:
        fits = super().validate(extra_validators)
        if not self.name_zh.data and not self.name_en.data:
            self.refuse("name_zh", _("Please give it a name in at least one language."))
            return False
        return fits


class TierForm(_NamedForm, VersionedForm):
    """A tier with its perks; ``version`` is the one that its writer saw. 0 is no such perk."""

    stitches = number(_l("Stitches in twelve months"), least=0, most=1000, required=False)
    early_access_hours = number(PERKS[Perk.EARLY_ACCESS_HOURS], least=0, most=720, required=False)
    reserved_seats = number(PERKS[Perk.RESERVED_SEATS], least=0, most=100, required=False)
    trial_applications = number(PERKS[Perk.TRIAL_APPLICATIONS], least=0, most=100, required=False)
    ticket_discount = number(PERKS[Perk.TICKET_DISCOUNT], least=0, most=100, required=False)
    birthday_gift = BooleanField(PERKS[Perk.BIRTHDAY_GIFT])
    members_content = BooleanField(PERKS[Perk.MEMBERS_CONTENT])
    reply_priority = BooleanField(PERKS[Perk.REPLY_PRIORITY])

    def words(self) -> dict[str, Any]:
        """What the services take, but for the perks."""
        named = ("name_zh", "name_en", "text_zh", "text_en", "thread")
        return {name: self[name].data or "" for name in named} | {"stitches": self.stitches.data or 0}

    def perks(self) -> dict[Perk, int]:
        return {kind: int(self[kind.value].data) for kind in Perk if self[kind.value].data}

    @classmethod
    def of(cls, tier: Tier, perks: list[TierPerk]) -> TierForm:
        given = {perk.kind.value: perk.value for perk in perks}
        switches = {kind.value: bool(given.get(kind.value)) for kind in PLAIN}
        return cls(formdata=None, obj=tier, data={}, **given | switches)


class NewTierForm(TierForm, KeyForm):
    """A tier that is not there yet."""


class PlanForm(Form):
    """``price`` as people write it: 168 or 168.00."""

    months = number(_l("Months"), least=1, most=MOST_MONTHS)
    price = line(_l("Price"), most=12, inputmode="decimal")

    def minor(self, currency: str) -> int | None:
        """In minor units; None (and a sentence beside the field) when it is no price."""
        try:
            minor = minor_of(self.price.data or "", currency)
        except ValueError:
            minor = 0
        if not 0 < minor <= 100_000_000:
            self.refuse("price", _("Please give a price such as 168 or 168.50."))
            return None
        return minor


class GrantForm(KeyForm):
    who = line(_l("Member: number or e-mail"), most=255, spellcheck="false", autocapitalize="none")
    tier = SelectField(_l("Tier"), validators=[InputRequired(_l("Please choose one."))])
    ends_on = DateField(_l("Until the end of"), validators=[InputRequired(_l("Please fill this in."))])
    reason = line(_l("Why"), most=200)

    def end(self, zone: str) -> datetime:
        assert self.ends_on.data is not None
        return clock.day_start(self.ends_on.data, zone) + clock.days(1)


class EndForm(Form):
    reason = line(_l("Why"), most=200)


class BatchForm(KeyForm):
    name = line(_l("What for"), most=100)
    tier = SelectField(_l("Tier"), validators=[InputRequired(_l("Please choose one."))])
    months = number(_l("Months"), least=1, most=MOST_MONTHS)
    size = number(_l("How many"), least=1, most=MOST_CODES)
    last_day = DateField(_l("Last day"), validators=[Optional()])

    def end(self, zone: str) -> datetime | None:
        last = self.last_day.data
        return clock.day_start(last, zone) + clock.days(1) if last else None
