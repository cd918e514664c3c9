"""The tables of membership."""

from portal.membership.models.access import Gift, GiftState, RedeemBatch, RedeemCode, Span, SpanKind
from portal.membership.models.ladders import Perk, Standing, Tier, TierKind, TierPerk
from portal.membership.models.paid import Charge, ChargeKind, ChargeState, Plan, State, Subscription
from portal.membership.models.road import Greeting, Happened, MembershipEvent

__all__ = [
    "Charge",
    "ChargeKind",
    "ChargeState",
    "Gift",
    "GiftState",
    "Greeting",
    "Happened",
    "MembershipEvent",
    "Perk",
    "Plan",
    "RedeemBatch",
    "RedeemCode",
    "Span",
    "SpanKind",
    "Standing",
    "State",
    "Subscription",
    "Tier",
    "TierKind",
    "TierPerk",
]
