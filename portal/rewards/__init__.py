"""Rewards: what members really did, and what the house gives for it.

Deeds are one ledger that tiers, the card's thread and badges read. Points come in lots that wait, grow old and are spent
oldest first. Coupons are codes of the brand's shop in pools, each given once. Badges are patches for deeds, given by a
rule or by hand. Nothing here depends on praise, on how much was spent, or on how often somebody comes by.
"""

from portal.core.access import Permission
from portal.core.feature import ConsoleGroup, ConsoleItem, Feature
from portal.core.i18n import lazy as _l
from portal.rewards import console, demo, jobs, notices, proofs, views
from portal.rewards.personal import PERSONAL
from portal.rewards.queries.life import LIFE

assert jobs, "importing them is what registers them"

FEATURE = Feature(
    name="rewards",
    blueprints=(views.bp, console.bp),
    console=(
        ConsoleItem(
            "rewards_console.rewards",
            _l("Rewards"),
            "spool",
            order=55,
            group=ConsoleGroup.MEMBERS,
            permission=Permission.MANAGE_REWARDS,
            text=_l("Points, coupons, badges, and what deeds are worth"),
        ),
    ),
    notification_kinds=notices.KINDS,
    proofs=proofs.PROOFS,
    personal=PERSONAL,
    timeline=LIFE,
    load_demo=demo.load,
)
