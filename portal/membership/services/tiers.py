"""Staff look after the ladders: words, stitches and perks of tiers, and what can be bought."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, hold_name, lock_row, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.membership.models import Perk, Plan, Tier, TierKind, TierPerk


def add_tier(*, perks: Mapping[Perk, int], by: Viewer, key: str | None = None, **words: Any) -> Tier:
    """A new paid tier on top of the others. ``key`` is made with the form: sent twice, it is one tier."""
    hold_name("paid tiers")
    made = db.session.get(Tier, key) if key else None
    if made is not None:
        return made
    highest = sa.select(sa.func.max(Tier.position)).where(Tier.kind == TierKind.PAID)
    place = db.session.scalar(highest)
    tier = Tier(
        id=key or new_id(),
        slug="",
        kind=TierKind.PAID,
        position=0 if place is None else place + 1,
        **words | {"stitches": 0},
    )
    tier.slug = tier.id
    db.session.add(tier)
    db.session.flush()
    _give(tier, perks)
    audit.record("membership.add_tier", by=by, target_kind="tier", target_id=tier.id)
    return tier


def change_tier(tier: Tier, *, perks: Mapping[Perk, int], version: int, by: Viewer, **words: Any) -> None:
    """New words, stitches and perks at once. Raises Conflict when a colleague was faster, Invalid beside ``stitches``
    when the rungs would not go upwards any more. Who reaches more now climbs soon; who reaches less keeps the tier for the
    time that was promised, with notice and grace, as ever."""
    lock_row(Tier, tier.id, whole=False)
    db.session.refresh(tier)
    if tier.version != version:
        raise Conflict(_("A colleague has changed this meanwhile. Please look at it and save once more."))
    if tier.kind is TierKind.EARNED:
        _check_rungs(tier, int(words["stitches"]))
    for name, value in words.items():
        setattr(tier, name, value if name != "stitches" or tier.kind is TierKind.EARNED else 0)
    tier.version += 1
    _give(tier, perks)
    if tier.kind is TierKind.EARNED:
        _look_soon()
    audit.record(
        "membership.change_tier", by=by, target_kind="tier", target_id=tier.id, stitches=tier.stitches
    )


def add_plan(tier: Tier, *, months: int, price: int, currency: str, by: Viewer) -> Plan:
    """Something more to buy. What was sold before keeps its terms. Raises Conflict for what is sold already."""
    if tier.kind is not TierKind.PAID:
        raise Invalid(_("An earned tier is not for sale: it is earned."))
    lock_row(Tier, tier.id)
    terms = (Plan.tier_id == tier.id, Plan.months == months, Plan.price == price, Plan.currency == currency)
    if db.session.scalar(sa.select(sa.exists().where(Plan.shown, *terms))):
        raise Conflict(_("This very plan is sold already."))
    plan = Plan(
        id=new_id(), tier_id=tier.id, months=months, price=price, currency=currency, created_at=clock.now()
    )
    db.session.add(plan)
    db.session.flush()
    audit.record("membership.add_plan", by=by, target_kind="plan", target_id=plan.id, price=price)
    return plan


def show_plan(plan: Plan, shown: bool, *, by: Viewer) -> None:
    """Sell it, or sell it no more: who has it may renew it all the same."""
    plan.shown = shown
    db.session.flush()
    audit.record(
        "membership.show_plan" if shown else "membership.hide_plan",
        by=by,
        target_kind="plan",
        target_id=plan.id,
    )


def _look_soon() -> None:
    """If the hint gets lost, the sweep finds them."""
    from portal.membership.jobs import look_for_climbers  # jobs stand above this file

    look_for_climbers.later()


def _give(tier: Tier, perks: Mapping[Perk, int]) -> None:
    changed_rows(sa.delete(TierPerk).where(TierPerk.tier_id == tier.id))
    db.session.expire_all()
    db.session.add_all(TierPerk(tier_id=tier.id, kind=kind, value=value) for kind, value in perks.items())
    db.session.flush()


def _check_rungs(tier: Tier, stitches: int) -> None:
    rungs = sa.select(Tier.id, Tier.stitches).where(Tier.kind == TierKind.EARNED).order_by(Tier.position)
    ladder = [stitches if row.id == tier.id else row.stitches for row in db.session.execute(rungs)]
    if ladder[0] != 0 or any(lower >= upper for lower, upper in pairwise(ladder)):
        raise Invalid(
            _("The first rung asks for none, and each further one for more than the one before."),
            field="stitches",
        )
