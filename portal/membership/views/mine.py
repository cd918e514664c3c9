"""My membership: where I stand, what I hold until when, what I may do, and the road so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Viewer, members, the_viewer
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.links import absolute
from portal.core.web import done, page
from portal.membership.forms import CancelForm
from portal.membership.models import Gift, GiftState, Subscription
from portal.membership.queries.ladders import names_of
from portal.membership.queries.plans import get_plan
from portal.membership.queries.standings import gifts_of, held_spans, place_of, road_of
from portal.membership.queries.subscriptions import last_subscription
from portal.membership.rules.lifecycle import Event, may_happen
from portal.membership.services import subscriptions
from portal.membership.services.gifts import link_secret
from portal.membership.views.blueprint import bp
from portal.payments.queries import payment_path

TEMPLATE = "membership/mine.html"


@bp.get("/me/membership")
@members
def mine() -> Response:
    """All of it; later lines of the road come without the rest."""
    if cursor := request.args.get("after"):
        return page(TEMPLATE, block="road", **_context(cursor))
    return page(TEMPLATE, block="membership", **_context())


@bp.get("/me/membership/gifts")
@members
def gifts() -> Response:
    """What I gave, with the links that unwrap it."""
    cursor = request.args.get("after")
    found = gifts_of(the_viewer().id, cursor)
    return page(
        "membership/gifts.html",
        block="gift_page" if cursor else None,
        gifts=found,
        names=names_of(),
        links={gift.id: _link(gift) for gift in found.items if gift.state is GiftState.READY},
        unpaid={
            gift.id: payment_path(gift.payment_id)
            for gift in found.items
            if gift.state is GiftState.PENDING and gift.payment_id
        },
    )


@bp.post("/me/membership/cancel")
@members
@WRITING
def cancel() -> Response:
    """It runs to the end of what is paid."""
    form = CancelForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="membership", status=422, **_context(form=form))
    reason = form.reason.data or ""

    def act(subscription: Subscription, by: Viewer) -> None:
        subscriptions.cancel(subscription, by=by, reason=reason)

    return _move(act, _("Cancelled. What is paid stays yours."))


@bp.post("/me/membership/keep")
@members
@WRITING
def keep() -> Response:
    return _move(_by(subscriptions.keep), _("Good to have you. The cancellation is taken back."))


@bp.post("/me/membership/pause")
@members
@WRITING
def pause() -> Response:
    return _move(_by(subscriptions.pause), _("It rests now. What is left is kept for you."))


@bp.post("/me/membership/resume")
@members
@WRITING
def resume() -> Response:
    return _move(_by(subscriptions.resume), _("It goes on from today."))


def _by(verb: Callable[..., None]) -> Callable[[Subscription, Viewer], None]:
    def act(subscription: Subscription, by: Viewer) -> None:
        verb(subscription, by=by)

    return act


def _move(act: Callable[[Subscription, Viewer], None], said: str) -> Response:
    me = the_viewer()
    subscription = last_subscription(me.id)
    if subscription is None:
        raise NotFound(_("You have no paid membership yet."))
    with transaction():
        act(subscription, me)
    return done(url_for(".mine"), said, fragment=lambda: page(TEMPLATE, block="membership", **_context()))


def _context(cursor: str | None = None, *, form: CancelForm | None = None) -> dict[str, Any]:
    me = the_viewer()
    subscription = last_subscription(me.id)
    names = names_of()
    may = {event.value for event in Event if subscription and may_happen(subscription.state, event)}
    return {
        "place": place_of(me.id),
        "held": held_spans(me.id),
        "subscription": subscription,
        "names": names,
        "may": may,
        "may_change": subscription is not None and subscription.state in subscriptions.MAY_CHOOSE,
        "may_return": subscription is not None and get_plan(subscription.plan_id).shown,
        "form": form or CancelForm(formdata=None),
        "road": road_of(me.id, names, cursor),
        "later": bool(cursor),
        "now": clock.now(),
    }


def _link(gift: Gift) -> str:
    return absolute(url_for(".gift", token=link_secret(gift)))
