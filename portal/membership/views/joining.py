"""Joining, renewing and changing: what it is, what it costs, how it is paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError, NotFound
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.money import Money
from portal.core.web import done, page
from portal.membership.forms import PayForm
from portal.membership.models import Charge, ChargeKind, Plan, Subscription, Tier
from portal.membership.queries.ladders import get_tier, plan_name, sold_plans
from portal.membership.queries.plans import get_plan
from portal.membership.queries.subscriptions import last_subscription, live_subscription
from portal.membership.rules import terms
from portal.membership.services import checkout, subscriptions
from portal.membership.services.places import start_of
from portal.membership.views.blueprint import bp, offering, on_to

PAY, CHANGE = "membership/pay.html", "membership/change.html"


@bp.get("/membership/<plan_id>/join")
@members
def join(plan_id: str) -> Response:
    """The terms and the ways to pay. Who is a paying member already is told so."""
    plan = _sold(plan_id)
    return page(PAY, block="pay", **_join_context(plan))


@bp.post("/membership/<plan_id>/join")
@members
@WRITING
def begin(plan_id: str) -> Response:
    """A first period is asked for; from here the payment leads."""
    plan = _sold(plan_id)
    return _ask(_join_context(plan), lambda: subscriptions.join(plan, by=the_viewer()))


@bp.get("/me/membership/renew")
@members
def renewal() -> Response:
    """One more period, joined on to what is paid."""
    return page(PAY, block="pay", **_renew_context(_own()))


@bp.post("/me/membership/renew")
@members
@WRITING
def renew() -> Response:
    subscription = _own()
    return _ask(_renew_context(subscription), lambda: subscriptions.renew(subscription, by=the_viewer()))


@bp.get("/me/membership/change")
@members
def changes() -> Response:
    """What one may change to: upwards now, anything else with the next period."""
    subscription = _running()
    current = get_plan(subscription.plan_id)
    return page(
        CHANGE,
        subscription=subscription,
        plans=sold_plans(),
        current=current,
        tier=get_tier(current.tier_id),
    )


@bp.get("/me/membership/change/<plan_id>")
@members
def change(plan_id: str) -> Response:
    """What the change costs now, to the minor unit; or that it comes with the next period."""
    return page(PAY, block="pay", **_change_context(_running(), _sold(plan_id)))


@bp.post("/me/membership/change/<plan_id>")
@members
@WRITING
def upgrade(plan_id: str) -> Response:
    """Change now. The sum must still be the one that was shown: time makes the credit smaller."""
    subscription, plan = _running(), _sold(plan_id)
    context = _change_context(subscription, plan)

    def ask() -> Charge:
        charge = subscriptions.upgrade(subscription, plan, by=the_viewer())
        if charge.amount != context["form"].due.data:
            raise Conflict(_("The sum has changed a little with time. Please look at it once more."))
        return charge

    return _ask(context, ask)


@bp.post("/me/membership/next/<plan_id>")
@members
@WRITING
def choose_next(plan_id: str) -> Response:
    """From the next period on; nothing is paid now."""
    subscription, plan = _running(), get_plan(plan_id)
    if plan.id not in (subscription.plan_id, subscription.next_plan_id):
        _sold(plan_id)
    with transaction():
        subscriptions.choose_next(subscription, plan, by=the_viewer())
    return done(url_for(".mine"), _("Noted: it begins with the next period."))


def _ask(context: dict[str, Any], ask: Callable[[], Charge]) -> Response:
    """Open the payment behind a charge, or show why not."""
    form: PayForm = context["form"]
    if not form.validate_on_submit():
        return page(PAY, block="pay", status=422, **context)
    try:
        with transaction():
            payment_id = checkout.pay_charge(
                ask(), provider=form.provider.data, by=the_viewer(), return_path=url_for(".mine")
            )
    except DomainError as refusal:
        if context["preview"]:
            context = _change_context(_running(), context["plan"], fresh=True)
        context["form"].say(refusal)
        return page(PAY, block="pay", status=refusal.status, **context)
    return on_to(payment_id)


def _join_context(plan: Plan) -> dict[str, Any]:
    return _context(
        plan,
        title=_("Become a member"),
        action=url_for(".begin", plan_id=plan.id),
        standing_in_the_way=live_subscription(the_viewer().id) is not None,
    ) | _period(ChargeKind.JOIN, plan, None)


def _renew_context(subscription: Subscription) -> dict[str, Any]:
    plan = get_plan(subscription.next_plan_id or subscription.plan_id)
    context = _context(plan, title=_("Renew your membership"), action=url_for(".renew"))
    return context | _period(ChargeKind.RENEW, plan, subscription)


def _period(kind: ChargeKind, plan: Plan, subscription: Subscription | None) -> dict[str, Any]:
    """From when to when it will be, and whether it waits for something that the member was given."""
    now = clock.now()
    start = start_of(kind, the_viewer().id, plan.tier_id, subscription, now)
    joined_on = subscription is not None and subscription.state in subscriptions.MAY_CHOOSE
    at_best = subscription.period_end if joined_on and subscription else None
    end = terms.months_later(start, plan.months, brand.current().time_zone)
    return {"start": start, "end": end, "waits": start > max(now, at_best or now)}


def _change_context(subscription: Subscription, plan: Plan, *, fresh: bool = False) -> dict[str, Any]:
    action = url_for(".upgrade", plan_id=plan.id)
    try:
        preview = subscriptions.preview_upgrade(subscription, plan)
    except DomainError as refusal:
        context = _context(plan, title=_("Change your membership"), action=action)
        return context | {"not_now": refusal.message, "may_choose": _may_choose(subscription, plan)}
    context = _context(
        plan,
        title=_("Change your membership"),
        action=action,
        start=preview.starts_at,
        end=preview.ends_at,
        preview=preview,
    )
    form: PayForm = context["form"]
    if form.due.data is None or fresh:
        form.due.raw_data, form.due.data = None, preview.due
    if preview.due == 0:
        form.offer([("", "")])
        form.provider.validators = ()
    return context | {
        "due": Money(preview.due, plan.currency),
        "credit": Money(preview.credit, plan.currency),
        "waits": preview.starts_at > clock.now(),
    }


def _may_choose(subscription: Subscription, plan: Plan) -> bool:
    """Whether it can be the plan of the next period, and is not yet."""
    present = get_plan(subscription.plan_id)
    new = plan.id != (subscription.next_plan_id or present.id)
    return new and subscription.state in subscriptions.MAY_CHOOSE and plan.currency == present.currency


def _context(plan: Plan, *, title: str, action: str, **more: Any) -> dict[str, Any]:
    tier: Tier = get_tier(plan.tier_id)
    price = Money(plan.price, plan.currency)
    return {
        "plan": plan,
        "tier": tier,
        "name": plan_name(tier.name, plan.months),
        "title": title,
        "action": action,
        "form": offering(PayForm(), plan.currency),
        "price": price,
        "due": price,
        "credit": None,
        "preview": None,
        "not_now": "",
        "start": None,
        "end": None,
        "may_choose": False,
        "waits": False,
        "standing_in_the_way": False,
    } | more


def _sold(plan_id: str) -> Plan:
    plan = get_plan(plan_id)
    if not plan.shown:
        raise NotFound(_("There is no such membership."))
    return plan


def _own() -> Subscription:
    subscription = last_subscription(the_viewer().id)
    if subscription is None:
        raise NotFound(_("You have no paid membership yet."))
    return subscription


def _running() -> Subscription:
    subscription = live_subscription(the_viewer().id)
    if subscription is None:
        raise NotFound(_("You have no paid membership that runs."))
    return subscription
