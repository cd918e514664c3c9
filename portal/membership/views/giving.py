"""Giving a membership, unwrapping one, and redeeming a code."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from portal.accounts import queries as accounts
from portal.accounts import services as account_services
from portal.core.access import members, public, the_viewer, viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, TooMany
from portal.core.i18n import _
from portal.core.limits import WRITING, client_address
from portal.core.web import done, page
from portal.membership.forms import GiftForm, RedeemForm
from portal.membership.models import GiftState
from portal.membership.queries.ladders import get_tier, plan_name, sold_plans
from portal.membership.queries.plans import get_plan
from portal.membership.services import checkout, codes, gifts
from portal.membership.views.blueprint import bp, offering, on_to
from portal.membership.words import money_of

GIVE, UNWRAP, REDEEM = "membership/give.html", "membership/gift.html", "membership/redeem.html"


@bp.get("/membership/gift")
@members
def give() -> Response:
    return page(GIVE, block="give", **_give_context(GiftForm(formdata=None)))


@bp.post("/membership/gift")
@members
@WRITING
def buy_gift() -> Response:
    """A gift is written down; from here the payment leads, and back to its link."""
    form, me = GiftForm(), the_viewer()
    context = _give_context(form)
    if not form.validate_on_submit():
        return page(GIVE, block="give", status=422, **context)
    try:
        with transaction():
            gift = gifts.begin_gift(
                get_plan(form.plan_id.data),
                recipient_name=form.recipient_name.data or "",
                message=form.message.data or "",
                by=me,
            )
            payment_id = checkout.pay_gift(
                gift, provider=form.provider.data, by=me, return_path=url_for(".gifts")
            )
    except DomainError as refusal:
        form.say(refusal)
        return page(GIVE, block="give", status=refusal.status, **context)
    return on_to(payment_id)


@bp.get("/gifts/<token>")
@public
def gift(token: str) -> Response:
    """What is in it, from whom, and a button. Looking unwraps nothing."""
    return page(UNWRAP, block="gift", **_gift_context(token))


@bp.post("/gifts/<token>")
@members
@WRITING
def claim(token: str) -> Response:
    """It becomes the claimer's, once."""
    found = gifts.find_gift(token)
    try:
        with transaction():
            gifts.claim(found, by=the_viewer())
    except DomainError as refusal:
        return page(UNWRAP, block="gift", status=refusal.status, **_gift_context(token, refusal.message))
    return done(url_for(".mine"), _("Unwrapped: it is yours now."))


@bp.get("/redeem")
@members
def redeem() -> Response:
    return page(REDEEM, block="redeem", form=RedeemForm(formdata=None))


@bp.post("/redeem")
@members
@WRITING
def use_code() -> Response:
    """Use a code up. Guessing costs growing waits, for the account and for the address."""
    form, me, address = RedeemForm(), the_viewer(), client_address()
    if not form.validate_on_submit():
        return page(REDEEM, block="redeem", status=422, form=form)
    try:
        with transaction():
            account_services.take_turn(account_services.Kind.REDEEM, account=me.id, address=address)
        with transaction():
            codes.redeem(form.code.data or "", by=me)
            account_services.forgive(account_services.Kind.REDEEM, account=me.id, address=address)
    except DomainError as refusal:
        form.say(refusal, beside="code")
        response = page(REDEEM, block="redeem", status=refusal.status, form=form)
        if isinstance(refusal, TooMany):
            response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    return done(url_for(".mine"), _("Your code worked: it is part of your membership now."))


def _give_context(form: GiftForm) -> dict[str, Any]:
    plans = sold_plans()
    form.plan_id.choices = [
        SelectChoice(plan.id, f"{plan_name(tier.name, plan.months)} · {money_of(plan)}")
        for plan, tier in plans
    ]
    return {"form": offering(form, plans[0][0].currency if plans else "CNY"), "plans": plans}


def _gift_context(secret: str, said: str = "") -> dict[str, Any]:
    found, me = gifts.find_gift(secret), viewer()
    plan = get_plan(found.plan_id)
    tier = get_tier(plan.tier_id)
    buyers = accounts.members_named([found.buyer_id])
    ready = gifts.is_ready(found)
    return {
        "gift": found,
        "secret": secret,
        "tier": tier,
        "name": plan_name(tier.name, found.months),
        "buyer": buyers.get(found.buyer_id),
        "ready": ready,
        "theirs": ready or (me is not None and me.id in (found.buyer_id, found.redeemer_id)),
        "said": said or ("" if ready else gifts.what_became(found)),
        "open": found.state is GiftState.READY,
    }
