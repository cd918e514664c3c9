"""Rules of deeds, points and badges: what counts, how long it lasts. Nothing here asks the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.core import clock
from portal.core.i18n import lazy as _l

#: points live for so many months, to the end of the last one
MONTHS = 12
#: what a deed brings in points waits so long: an order may come back
WAIT = {"order": timedelta(days=14)}
#: of these only one a week counts
WEEKLY = frozenset({"story_approved"})
#: no badge is given for these alone
SPENDING = frozenset({"order"})
#: what nobody mistakes for something else: letters, digits, hyphens, and room for what shops print
LONGEST_CODE = 64
_SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{1,3}")
HEADINGS = frozenset({"code", "codes", "coupon", "券码", "优惠码"})
MOST_CODES = 10_000
MOST_BY_HAND = 5_000


@dataclass(frozen=True, slots=True)
class Worth:
    """What one deed of a kind brings: stitches on the card, and points."""

    stitches: int
    points: int = 0


#: the house's own weights, until staff decide otherwise; a kind that is not named is worth nothing
WORTH = {
    "order": Worth(3),
    "story_approved": Worth(1),
    "check_in": Worth(2),
    "report_on_time": Worth(3),
    "referral_settled": Worth(3),
}

DEED_NAMES: dict[str, Any] = {
    "order": _l("An order"),
    "story_approved": _l("A story on the wall"),
    "check_in": _l("Being there at an event"),
    "report_on_time": _l("A trial report on time"),
    "referral_settled": _l("A friend who stayed"),
}

#: what points and coupons came from that features above give, by the kind that they name as its source
SOURCE_NAMES: dict[str, Any] = {
    "campaign": _l("A story in a campaign"),
}

#: what can be stitched on a patch
ICONS = (
    "award",
    "book-heart",
    "calendar-check",
    "flower-2",
    "gem",
    "hand-heart",
    "leaf",
    "map",
    "mountain",
    "scissors",
    "ship-wheel",
    "sparkles",
    "spool",
    "sprout",
    "star",
    "sun",
    "ticket-check",
    "train-front",
    "umbrella",
)

#: and what stands beside a reward
REWARD_ICONS = (
    "gift",
    "scissors",
    "spool",
    "truck",
    "wrench",
    "shopping-bag",
    "ticket-percent",
    "tickets",
    "leaf",
    "pen-tool",
    "sparkles",
    "heart",
)


def expiry(available_at: datetime, zone: str) -> datetime:
    """When points expire that are available from then on: at the end of the same month a year later, shop time."""
    day = clock.in_zone(available_at, zone).date()
    months = day.year * 12 + day.month - 1 + MONTHS + 1
    return clock.day_start(date(months // 12, months % 12 + 1, 1), zone)


def week_of(moment: datetime, zone: str) -> date:
    """The Monday of its week, shop time."""
    day = clock.in_zone(moment, zone).date()
    return day - timedelta(days=day.weekday())


def years_together(joined_on: date, today: date) -> int:
    """Whole years as a member; who joined on 29 February has their day on 1 March in other years."""
    return max(0, today.year - joined_on.year - ((today.month, today.day) < (joined_on.month, joined_on.day)))


def day_after_years_ago(today: date, years: int) -> date:
    """The first day on which nobody joined who has been a member for so many years today."""
    if (today.month, today.day) == (2, 29):
        return date(today.year - years, 3, 1)
    return today.replace(year=today.year - years) + timedelta(days=1)


def codes_in(*texts: str) -> list[str]:
    """The codes in pasted texts or files of comma-separated values: the first field of each line, each once.

    A first line that is a heading (``code``, ``coupon`` or 券码) is left out.
    """
    found: dict[str, None] = {}
    for text in texts:
        for number, line in enumerate(text.lstrip("\ufeff").splitlines()):
            code = line.replace(";", ",").replace("\t", ",").split(",")[0].strip()
            code = (code[1:] if code.startswith('="') else code).strip('"').strip()
            if code and not (number == 0 and code.casefold() in HEADINGS):
                found[code] = None
    return list(found)


def is_code(code: str) -> bool:
    """Whether a code can be printed, read out and typed: visible characters without blanks, not too long.

    What a spreadsheet made of a long number (1.23E+11) is none: its last digits are lost.
    """
    plain = code.isascii() and code.isprintable() and " " not in code
    return 0 < len(code) <= LONGEST_CODE and plain and not _SHORTENED.fullmatch(code)
