"""Staff look after both ladders and what can be bought."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import db, new_id, transaction
from portal.core.errors import Conflict, DomainError
from portal.core.i18n import _
from portal.core.web import done, page
from portal.membership.console.blueprint import bp
from portal.membership.forms import NewTierForm, PlanForm, TierForm
from portal.membership.models import Plan, Tier, TierKind, TierPerk
from portal.membership.queries.ladders import get_tier, ladders
from portal.membership.queries.plans import get_plan
from portal.membership.services import tiers as services

LADDERS, TIER, NEW = (
    "membership/console/ladders.html",
    "membership/console/tier.html",
    "membership/console/tier_new.html",
)


@bp.get("/membership")
@staff(Permission.MANAGE_MEMBERSHIP)
def tiers() -> Response:
    """Both ladders, with everything that is or was sold."""
    both = ladders(hidden=True)
    return page(LADDERS, earned=both[TierKind.EARNED], paid=both[TierKind.PAID])


@bp.get("/membership/tiers/new")
@staff(Permission.MANAGE_MEMBERSHIP)
def new_tier() -> Response:
    return page(NEW, form=NewTierForm(formdata=None, key=new_id()), paid=True)


@bp.post("/membership/tiers/new")
@staff(Permission.MANAGE_MEMBERSHIP)
def create_tier() -> Response:
    """A paid tier on top of the others."""
    form = NewTierForm()
    if not form.validate_on_submit():
        return page(NEW, block="tier_form", status=422, form=form, paid=True)
    with transaction():
        tier_id = services.add_tier(perks=form.perks(), by=the_viewer(), key=form.key.data, **form.words()).id
    return done(url_for(".tier", tier_id=tier_id), _("Saved. Now say what it costs."))


@bp.get("/membership/tiers/<tier_id>")
@staff(Permission.MANAGE_MEMBERSHIP)
def tier(tier_id: str) -> Response:
    return page(TIER, **_context(get_tier(tier_id)))


@bp.post("/membership/tiers/<tier_id>")
@staff(Permission.MANAGE_MEMBERSHIP)
def change_tier(tier_id: str) -> Response:
    found, form = get_tier(tier_id), TierForm()
    if not form.validate_on_submit():
        return page(TIER, block="tier_form", status=422, **_context(found, form=form))
    try:
        with transaction():
            services.change_tier(
                found,
                perks=form.perks(),
                version=form.version.data or 0,
                by=the_viewer(),
                **form.words(),
            )
    except DomainError as refusal:
        form.say(refusal)
        if isinstance(refusal, Conflict):
            form.renew_version(found.version)
        return page(TIER, block="tier_form", status=refusal.status, **_context(found, form=form))
    return _answer(found, _("Saved."), "tier_form")


@bp.post("/membership/tiers/<tier_id>/plans")
@staff(Permission.MANAGE_MEMBERSHIP)
def add_plan(tier_id: str) -> Response:
    found, form = get_tier(tier_id), PlanForm()
    currency = brand.current().currency
    price = form.minor(currency) if form.validate_on_submit() else None
    if price is None:
        return page(TIER, block="plans", status=422, **_context(found, plan_form=form))
    try:
        with transaction():
            services.add_plan(
                found, months=form.months.data or 0, price=price, currency=currency, by=the_viewer()
            )
    except DomainError as refusal:
        form.say(refusal)
        return page(TIER, block="plans", status=refusal.status, **_context(found, plan_form=form))
    return _answer(found, _("It can be bought now."), "plans")


@bp.post("/membership/plans/<plan_id>/<any(show, hide):deed>")
@staff(Permission.MANAGE_MEMBERSHIP)
def show_plan(plan_id: str, deed: str) -> Response:
    plan = get_plan(plan_id)
    with transaction():
        services.show_plan(plan, deed == "show", by=the_viewer())
    said = (
        _("It can be bought again.")
        if deed == "show"
        else _("It is not offered any more. Who has it may renew it.")
    )
    return _answer(get_tier(plan.tier_id), said, "plans")


def _answer(found: Tier, said: str, block: str) -> Response:
    return done(
        url_for(".tier", tier_id=found.id), said, fragment=lambda: page(TIER, block=block, **_context(found))
    )


def _context(
    found: Tier, *, form: TierForm | None = None, plan_form: PlanForm | None = None
) -> dict[str, Any]:
    perks = list(db.session.scalars(sa.select(TierPerk).where(TierPerk.tier_id == found.id)))
    plans = sa.select(Plan).where(Plan.tier_id == found.id).order_by(Plan.months, Plan.price, Plan.id)
    return {
        "tier": found,
        "paid": found.kind is TierKind.PAID,
        "plans": list(db.session.scalars(plans)),
        "form": form or TierForm.of(found, perks),
        "plan_form": plan_form or PlanForm(formdata=None),
        "currency": brand.current().currency,
    }
