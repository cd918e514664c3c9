"""What membership is called, in the language in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.brand.showing import day, money
from portal.core.i18n import _, ngettext
from portal.core.i18n import lazy as _l
from portal.core.money import Money
from portal.membership.models import GiftState, Happened, Perk, Plan, SpanKind, State
from portal.rewards.rules import DEED_NAMES, Worth

STATES = {
    State.PENDING: _l("Not paid yet"),
    State.ACTIVE: _l("Running"),
    State.ENDING: _l("Ends"),
    State.GRACE: _l("Period over"),
    State.PAUSED: _l("Resting"),
    State.LAPSED: _l("Ended"),
    State.REFUNDED: _l("Paid back"),
    State.DROPPED: _l("Never paid"),
}
KINDS = {
    SpanKind.PAID: _l("paid"),
    SpanKind.COMPLIMENTARY: _l("from the house"),
    SpanKind.GIFT: _l("a gift"),
    SpanKind.CODE: _l("a code"),
}
GIFTS = {
    GiftState.PENDING: _l("Not paid yet"),
    GiftState.READY: _l("Waits to be unwrapped"),
    GiftState.CLAIMED: _l("Unwrapped"),
    GiftState.REFUNDED: _l("Paid back"),
    GiftState.EXPIRED: _l("Time is over"),
    GiftState.DROPPED: _l("Never paid"),
}
PERKS = {
    Perk.EARLY_ACCESS_HOURS: _l("Early access, in hours"),
    Perk.RESERVED_SEATS: _l("Seats kept back at each event"),
    Perk.TRIAL_APPLICATIONS: _l("Trials to apply for, each year"),
    Perk.TICKET_DISCOUNT: _l("Tickets cost less, in percent"),
    Perk.BIRTHDAY_GIFT: _l("A gift on the birthday"),
    Perk.MEMBERS_CONTENT: _l("Stories for members"),
    Perk.REPLY_PRIORITY: _l("Answers before others"),
}
#: a line of the timeline; tiers, plans and days are put in
SENTENCES = {
    Happened.TIER_REACHED: _l("You reached %(tier)s."),
    Happened.TIER_KEPT: _l("You stay %(tier)s until %(until)s."),
    Happened.TIER_NOTICE: _l("You are %(tier)s until %(until)s; a few stitches keep it."),
    Happened.TIER_GRACE: _l("Your year as %(tier)s is over; it stays until %(until)s."),
    Happened.TIER_LEFT: _l("You are %(tier)s now."),
    Happened.JOINED: _l("You joined: %(plan)s, until %(until)s."),
    Happened.RENEWED: _l("Renewed: %(plan)s, until %(until)s."),
    Happened.UPGRADED: _l("Changed to %(plan)s, until %(until)s."),
    Happened.DOWNGRADE_CHOSEN: _l("From the next period on: %(plan)s."),
    Happened.DOWNGRADED: _l("With this period it is %(plan)s."),
    Happened.CANCELLED: _l("You cancelled. It runs until %(until)s."),
    Happened.KEPT_ON: _l("You took the cancellation back."),
    Happened.RESUMED: _l("It goes on, until %(until)s."),
    Happened.GRACE_BEGAN: _l("The period was over; everything stayed until %(until)s."),
    Happened.LAPSED: _l("Your paid membership ended."),
    Happened.RETURNED: _l("You came back: %(plan)s, until %(until)s."),
    Happened.REFUNDED: _l("Paid back: %(plan)s."),
    Happened.GRANTED: _l("The house gave you %(tier)s until %(until)s."),
    Happened.GRANT_ENDED: _l("What the house gave you ended: %(tier)s."),
    Happened.GIFT_GIVEN: _l("You bought a gift: %(plan)s."),
    Happened.GIFT_CLAIMED: _l("You unwrapped a gift: %(tier)s until %(until)s."),
    Happened.GIFT_TAKEN_BACK: _l("A gift was paid back and ended: %(plan)s."),
    Happened.CODE_REDEEMED: _l("You redeemed a code: %(tier)s until %(until)s."),
}
#: perks that are there or not
PLAIN = (Perk.BIRTHDAY_GIFT, Perk.MEMBERS_CONTENT, Perk.REPLY_PRIORITY)
ICONS = {
    Perk.EARLY_ACCESS_HOURS: "alarm-clock",
    Perk.RESERVED_SEATS: "armchair",
    Perk.TRIAL_APPLICATIONS: "package-open",
    Perk.TICKET_DISCOUNT: "ticket-percent",
    Perk.BIRTHDAY_GIFT: "cake",
    Perk.MEMBERS_CONTENT: "book-lock",
    Perk.REPLY_PRIORITY: "message-circle-heart",
}


@dataclass(frozen=True, slots=True)
class Names:
    """What tiers and plans are called, by id: read once for a page."""

    tiers: Mapping[str, str]
    plans: Mapping[str, str]


def perk_sentence(kind: Perk, value: int) -> str:
    """What a perk gives, e.g. “48 hours before everyone”."""
    if kind is Perk.EARLY_ACCESS_HOURS:
        return ngettext(
            "First in: %(num)s hour before everyone else",
            "First in: %(num)s hours before everyone else",
            value,
        )
    if kind is Perk.RESERVED_SEATS:
        return ngettext(
            "%(num)s seat kept back at each event", "%(num)s seats kept back at each event", value
        )
    if kind is Perk.TRIAL_APPLICATIONS:
        return ngettext("Apply for %(num)s trial each year", "Apply for %(num)s trials each year", value)
    if kind is Perk.TICKET_DISCOUNT:
        return _("%(num)s%% off tickets", num=value)
    return {
        Perk.BIRTHDAY_GIFT: _("A gift on your birthday"),
        Perk.MEMBERS_CONTENT: _("Stories that only members read"),
        Perk.REPLY_PRIORITY: _("Your questions are answered first"),
    }[kind]


def money_of(plan: Plan) -> str:
    """Its price, as visitors write it."""
    return money(Money(plan.price, plan.currency))


def months_words(months: int) -> str:
    """12 → one year."""
    if months % 12 == 0:
        return ngettext("%(num)s year", "%(num)s years", months // 12)
    return ngettext("%(num)s month", "%(num)s months", months)


def worth_words(worth: Mapping[str, Worth]) -> str:
    """What is done here becomes so many stitches, as staff have set it."""
    parts = [
        ngettext(
            "%(deed)s: %(num)s stitch",
            "%(deed)s: %(num)s stitches",
            worth[kind].stitches,
            deed=DEED_NAMES[kind],
        )
        for kind in ("order", "story_approved", "check_in")
        if worth[kind].stitches
    ]
    return " · ".join(parts)


def happened(what: Happened, facts: dict[str, Any], names: Names) -> str:
    """A line of the timeline in a plain sentence."""
    words = {
        "tier": names.tiers.get(facts.get("tier", ""), ""),
        "plan": names.plans.get(facts.get("plan", ""), ""),
        "until": day(datetime.fromisoformat(facts["until"])) if facts.get("until") else "",
    }
    if what is Happened.PAUSED:
        return ngettext(
            "It rests; %(num)s day is kept.", "It rests; %(num)s days are kept.", int(facts.get("days", 0))
        )
    return str(SENTENCES[what]) % words
