"""Both ladders side by side, with what each rung gives and what can be bought; and the names of it all."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.membership.models import Perk, Plan, Tier, TierKind, TierPerk
from portal.membership.words import Names, months_words


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier with its perks, in their fixed order, and its plans, the shortest first."""

    tier: Tier
    perks: list[tuple[Perk, int]]
    plans: list[Plan]


def ladders(*, hidden: bool = False) -> dict[TierKind, list[Rung]]:
    """All tiers from the lowest to the highest, with what can be bought (``hidden``: also what is not sold any more).

    Two queries.
    """
    tiers = (
        sa.select(Tier, TierPerk)
        .outerjoin(TierPerk, TierPerk.tier_id == Tier.id)
        .order_by(Tier.kind, Tier.position)
    )
    plans = sa.select(Plan).order_by(Plan.currency, Plan.months, Plan.price, Plan.id)
    if not hidden:
        tiers, plans = tiers.where(Tier.shown), plans.where(Plan.shown)
    given: dict[str, dict[Perk, int]] = {}
    found_tiers: dict[str, Tier] = {}
    for tier, perk in db.session.execute(tiers):
        found_tiers[tier.id] = tier
        if perk is not None:
            given.setdefault(tier.id, {})[perk.kind] = perk.value
    sold: dict[str, list[Plan]] = {}
    for plan in db.session.scalars(plans):
        sold.setdefault(plan.tier_id, []).append(plan)
    found: dict[TierKind, list[Rung]] = {kind: [] for kind in TierKind}
    for tier in found_tiers.values():
        mine = given.get(tier.id, {})
        perks = [(kind, mine[kind]) for kind in Perk if kind in mine]
        found[tier.kind].append(Rung(tier, perks, sold.get(tier.id, [])))
    return found


def sold_plans() -> list[tuple[Plan, Tier]]:
    """What can be bought, by tier and length. One query."""
    statement = (
        sa.select(Plan, Tier)
        .join(Tier, Tier.id == Plan.tier_id)
        .where(Plan.shown, Tier.shown)
        .order_by(Tier.position, Plan.currency, Plan.months, Plan.price, Plan.id)
    )
    return [(plan, tier) for plan, tier in db.session.execute(statement)]


def paid_tiers() -> list[Tier]:
    """What the house can give, from the lowest to the highest."""
    statement = sa.select(Tier).where(Tier.kind == TierKind.PAID).order_by(Tier.position)
    return list(db.session.scalars(statement))


def tiers_to_choose() -> list[tuple[str, str]]:
    """All tiers, earned ones first, by id and name, for a list to choose from. One query."""
    every = sa.select(Tier).order_by(Tier.kind, Tier.position, Tier.id)
    return [(tier.id, tier.name) for tier in db.session.scalars(every)]


def get_tier(tier_id: str) -> Tier:
    """The tier, or NotFound."""
    tier = db.session.get(Tier, tier_id)
    if tier is None:
        raise NotFound(_("There is no such tier."))
    return tier


def names_of() -> Names:
    """What all tiers and plans are called. One query."""
    tiers: dict[str, str] = {}
    plans: dict[str, str] = {}
    statement = sa.select(Tier, Plan.id, Plan.months).outerjoin(Plan, Plan.tier_id == Tier.id)
    for tier, plan_id, months in db.session.execute(statement):
        tiers[tier.id] = tier.name
        if plan_id is not None:
            plans[plan_id] = plan_name(tier.name, months)
    return Names(tiers, plans)


def plan_name(tier_name: str, months: int) -> str:
    return _("%(tier)s, %(length)s", tier=tier_name, length=months_words(months))
