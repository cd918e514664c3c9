"""The shape of what staff type about drops."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import ValidationError

from portal.brand import queries as brand
from portal.brand.showing import clock_time, day
from portal.catalog.rules import LONGEST_ADDRESS, choice_of, chosen
from portal.core.forms import Form, VersionedForm, key_field, line, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.money import Money, minor_of
from portal.drops.models import Drop, DropItem
from portal.drops.services.items import ItemWords
from portal.drops.services.making import Words

MOST_PRICE = 100_000_000
LONGEST_REASON = 300


class _SlotForm(Form):
    """One of the house's next slots; ``slot`` is the moment as ISO text."""

    slot = SelectField(_l("When it opens"))

    def offer(self, slots: Iterable[datetime]) -> Any:
        self.slot.choices = [
            (moment.isoformat(), _("%(day)s, %(time)s", day=day(moment), time=clock_time(moment)))
            for moment in slots
        ]
        return self

    @property
    def moment(self) -> datetime:
        """What was chosen, in UTC: the field let nothing pass that was not offered."""
        return datetime.fromisoformat(self.slot.data)


class WordsForm(VersionedForm):
    """``version`` is the one the colleague saw, so that two do not undo each other's words."""

    name_zh = line(_l("Name in Chinese"), most=60, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=100, required=False, lang="en")
    lead_zh = paragraphs(_l("In a sentence, in Chinese"), most=300, required=False, lang="zh-CN")
    lead_en = paragraphs(_l("In a sentence, in English"), most=500, required=False, lang="en")

    def words(self) -> Words:
        return Words(
            name_zh=self.name_zh.data or "",
            name_en=self.name_en.data or "",
            lead_zh=self.lead_zh.data or "",
            lead_en=self.lead_en.data or "",
        )


class NewDropForm(WordsForm, _SlotForm):
    key = key_field()


class MoveForm(_SlotForm):
    pass


class CancelForm(Form):
    reason = paragraphs(
        _l("Why, in a sentence for those who wait for it"), most=LONGEST_REASON, required=False
    )


class ItemForm(VersionedForm):
    """One thing that comes; prices as people write them."""

    what = SelectField(_l("Product, perhaps in one colour"))
    price = line(_l("Full price"), most=12, inputmode="decimal")
    member_price = line(_l("Price for members"), most=12, required=False, inputmode="decimal")
    shop_url = line(
        _l("Address in the shop"), most=LONGEST_ADDRESS, required=False, type="url", inputmode="url"
    )

    def offer(self, things: Iterable[tuple[str, str]]) -> ItemForm:
        self.what.choices = [("", _("Please choose")), *things]
        return self

    def validate_what(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError(_("Please choose one."))

    def validate_price(self, field: StringField) -> None:
        _money(field)

    def validate_member_price(self, field: StringField) -> None:
        _money(field)

    def words(self) -> ItemWords:
        product_id, color_id = chosen(self.what.data)
        return ItemWords(
            product_id=product_id,
            color_id=color_id,
            price=_money(self.price) or 0,
            member_price=_money(self.member_price),
            shop_url=self.shop_url.data or "",
        )

    @classmethod
    def of(cls, item: DropItem, drop: Drop) -> ItemForm:
        member_price = item.member_price
        shown = {
            "version": drop.version,
            "what": choice_of(item.product_id, item.color_id),
            "price": Money(item.price, item.currency).plain(),
            "member_price": "" if member_price is None else Money(member_price, item.currency).plain(),
            "shop_url": item.shop_url,
        }
        return cls(formdata=None, data=shown)


def _money(field: StringField) -> int | None:
    """Minor units of the brand's currency; None for nothing. Raises ValidationError."""
    if not field.data:
        return None
    try:
        minor = minor_of(field.data, brand.current().currency)
    except ValueError:
        raise ValidationError(_("Please write a price like 168 or 168.50.")) from None
    if minor > MOST_PRICE:
        raise ValidationError(_("Please write a price like 168 or 168.50."))
    return minor
