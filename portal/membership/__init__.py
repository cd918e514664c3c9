"""Membership: two ladders, one that is earned by deeds and one that is paid for; the best of both counts.

What a member has is told by spans and by their standing, never by the state of a payment. A paid period is one payment,
nothing is charged by itself, and a checkout that fails locks nobody out. Other features ask one question:
``perks_of(member, at=…)``.
"""

from portal.core.access import Permission
from portal.core.feature import ConsoleGroup, ConsoleItem, Feature, NavItem
from portal.core.i18n import lazy as _l
from portal.membership import console, demo, jobs, proofs, receivers, views
from portal.membership.day_words import ICONS as DAY_ICONS
from portal.membership.day_words import MEANINGS, NAMES, coming_words, greeted_words
from portal.membership.notices import KINDS
from portal.membership.personal import PERSONAL
from portal.membership.queries.calendar import comes_on
from portal.membership.queries.life import LIFE
from portal.membership.words import (
    GIFTS,
    ICONS,
    STATES,
    money_of,
    months_words,
    perk_sentence,
)
from portal.membership.words import (
    KINDS as SPAN_KINDS,
)

# importing these two is what registers them
assert jobs
assert receivers

FEATURE = Feature(
    name="membership",
    blueprints=(views.bp, console.bp),
    navigation=(NavItem("membership.ladders_page", _l("Membership"), "ribbon", order=45),),
    console=(
        ConsoleItem(
            "membership_console.tiers",
            _l("Tiers"),
            "ribbon",
            order=56,
            group=ConsoleGroup.MEMBERS,
            permission=Permission.MANAGE_MEMBERSHIP,
            text=_l("Tiers, what is sold, what is given, codes, who stands where"),
        ),
        ConsoleItem(
            "membership_console.card",
            _l("Scan a card"),
            "scan-line",
            order=57,
            group=ConsoleGroup.MEMBERS,
            permission=Permission.VIEW_MEMBERS,
            text=_l("Scan or type a member’s card"),
        ),
    ),
    notification_kinds=KINDS,
    proofs=proofs.PROOFS,
    personal=PERSONAL,
    timeline=LIFE,
    template_globals={
        "perk_sentence": perk_sentence,
        "perk_icons": ICONS,
        "months_words": months_words,
        "money_of": money_of,
        "membership_states": STATES,
        "span_kinds": SPAN_KINDS,
        "gift_states": GIFTS,
        "day_names": NAMES,
        "day_meanings": MEANINGS,
        "day_icons": DAY_ICONS,
        "comes_on": comes_on,
        "coming_words": coming_words,
        "greeted_words": greeted_words,
    },
    load_demo=demo.load,
)
