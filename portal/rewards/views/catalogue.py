"""What points are good for, and taking it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import members, public, the_viewer, viewer
from portal.core.db import new_id, transaction
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.rewards import queries, services
from portal.rewards.forms import RedeemForm
from portal.rewards.queries import Standing
from portal.rewards.views.blueprint import bp


@bp.get("/rewards")
@public
def rewards() -> Response:
    """Everyone may look; members see what their points reach."""
    me, cursor = viewer(), request.args.get("after")
    return page(
        "rewards/rewards.html",
        block="offer_page" if cursor else None,
        offers=queries.shown_offers(me.id if me else "", cursor=cursor),
        standing=queries.standing_of(me.id) if me else None,
    )


@bp.get("/rewards/<reward_id>")
@public
def reward(reward_id: str) -> Response:
    """One of them: what it is, what it costs, what will be left."""
    return page("rewards/reward.html", block="taking", **_context(reward_id))


@bp.post("/rewards/<reward_id>")
@members
@WRITING
def redeem(reward_id: str) -> Response:
    """Take it: the answer is the coupon. The form sent twice leads to the same coupon."""
    form = RedeemForm()
    context = _context(reward_id, form)
    if not form.validate_on_submit():
        return page("rewards/reward.html", block="taking", status=422, **context)
    try:
        with transaction():
            taken = services.redeem(reward_id, by=the_viewer(), key=form.key.data, cost=form.cost.data)
            coupon_id = taken.coupon_id
    except Conflict as refusal:
        fresh = _context(reward_id)
        fresh["form"].say(refusal)
        return page("rewards/reward.html", block="taking", status=refusal.status, **fresh)
    return done(url_for("rewards.coupon", coupon_id=coupon_id), _("It is yours. Here is your code."))


def _context(reward_id: str, form: RedeemForm | None = None) -> dict[str, Any]:
    me = viewer()
    offer = queries.get_offer(reward_id, me.id if me else "")
    standing = queries.standing_of(me.id) if me else Standing()
    if form is None:
        form = RedeemForm(formdata=None, key=new_id(), cost=offer.reward.cost)
    return {"offer": offer, "standing": standing, "form": form, "left": standing.balance - offer.reward.cost}
