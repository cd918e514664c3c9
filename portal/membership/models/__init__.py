"""The tables of membership."""

from portal.membership.models.access import (
    Gift,
    GiftState,
    RedeemBatch,
    RedeemCode,
    ShownTier,
    Span,
    SpanKind,
)
from portal.membership.models.ladders import Perk, Standing, Tier, TierKind, TierPerk
from portal.membership.models.paid import Charge, ChargeKind, ChargeState, Plan, State, Subscription
from portal.membership.models.rituals import Comes, Greeting, Ritual, RitualKind
from portal.membership.models.road import Happened, MembershipEvent

__all__ = [
    "Charge",
    "ChargeKind",
    "ChargeState",
    "Comes",
    "Gift",
    "GiftState",
    "Greeting",
    "Happened",
    "MembershipEvent",
    "Perk",
    "Plan",
    "RedeemBatch",
    "RedeemCode",
    "Ritual",
    "RitualKind",
    "ShownTier",
    "Span",
    "SpanKind",
    "Standing",
    "State",
    "Subscription",
    "Tier",
    "TierKind",
    "TierPerk",
]
