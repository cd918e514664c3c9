"""What days are called, and what is said of them, in the language in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.core.i18n import _, ngettext
from portal.core.i18n import lazy as _l
from portal.core.words import spoken
from portal.membership.models import RitualKind

NAMES = {
    RitualKind.BIRTHDAY: _l("Birthdays"),
    RitualKind.JOINING_DAY: _l("Joining days"),
    RitualKind.PRODUCT_DAY: _l("Days of products"),
    RitualKind.HOLIDAY: _l("Holidays"),
}
#: whom they greet, for staff
MEANINGS = {
    RitualKind.BIRTHDAY: _l(
        "Who told us their birthday, solar or lunar. Its gift goes to tiers with the perk."
    ),
    RitualKind.JOINING_DAY: _l("Each year on the day somebody joined."),
    RitualKind.PRODUCT_DAY: _l("Each year on the day something of ours first came to somebody."),
}
ICONS = {
    RitualKind.BIRTHDAY: "cake",
    RitualKind.JOINING_DAY: "calendar-heart",
    RitualKind.PRODUCT_DAY: "shopping-bag",
    RitualKind.HOLIDAY: "party-popper",
}


def coming_words(kind: RitualKind, name: str, years: int) -> str:
    """A day that comes, as its member reads it."""
    if kind is RitualKind.BIRTHDAY:
        return _("Your birthday")
    if kind is RitualKind.JOINING_DAY:
        return ngettext("One year together", "%(num)s years together", years)
    if kind is RitualKind.PRODUCT_DAY:
        return ngettext(
            "%(num)s year with %(product)s", "%(num)s years with %(product)s", years, product=name
        )
    return name


def greeted_words(kind: RitualKind, facts: Mapping[str, Any]) -> str:
    """A day that was greeted."""
    if kind is RitualKind.BIRTHDAY:
        return _("We wished you a happy birthday.")
    if kind is RitualKind.HOLIDAY:
        return _(
            "%(name)s: %(words)s",
            name=spoken(facts["name_zh"], facts["name_en"]),
            words=spoken(facts["words_zh"], facts["words_en"]),
        )
    name = ""
    if kind is RitualKind.PRODUCT_DAY:
        name = product_names(facts)
    return coming_words(kind, name, facts["years"])


def product_names(facts: Mapping[str, Any]) -> str:
    """The product that was there first, and how many more."""
    product = spoken(facts["name_zh"], facts["name_en"])
    if not facts["more"]:
        return product
    return ngettext(
        "%(product)s and %(num)s more", "%(product)s and %(num)s more", facts["more"], product=product
    )


def gift_words(gift: Mapping[str, Any]) -> str:
    """E.g. 50 points, or the name of a coupon."""
    if "points" in gift:
        return ngettext("%(num)s point", "%(num)s points", gift["points"])
    return spoken(gift["name_zh"], gift["name_en"])
