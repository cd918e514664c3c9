"""What a member does with paid membership: join, renew, change, cancel, keep, rest, wake.

Each holds the member first and brings the membership to the present, so that two browsers, a payment and the clock
never move it at once (a payment holds itself before that). What is to be paid becomes a charge; :mod:`settling` hears of the money.
"""

from __future__ import annotations

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, new_id
from portal.core.errors import Conflict
from portal.core.i18n import _
from portal.membership.models import Charge, ChargeKind, Happened, Plan, State, Subscription, Tier
from portal.membership.queries.plans import get_plan
from portal.membership.queries.subscriptions import live_subscription
from portal.membership.rules import terms
from portal.membership.rules.lifecycle import Event, after
from portal.membership.rules.terms import Preview
from portal.membership.services import charges, spans
from portal.membership.services.holding import hold
from portal.membership.services.passing import catch_up, wake
from portal.membership.services.places import start_of
from portal.membership.services.road import note
from portal.membership.services.timing import set_due

#: in which states the plan of the next period may be chosen
MAY_CHOOSE = (State.ACTIVE, State.ENDING, State.GRACE)


def join(plan: Plan, *, by: Viewer) -> Charge:
    """Ask for the first period. Only a live membership stands in the way (Conflict); checkouts that failed never do."""
    hold(by.id)
    _check_free(by.id)
    _check_sold(plan)
    subscription = Subscription(
        id=new_id(), member_id=by.id, plan_id=plan.id, state=State.PENDING, created_at=clock.now()
    )
    db.session.add(subscription)
    db.session.flush()
    return charges.open_charge(subscription, plan, ChargeKind.JOIN)


def renew(subscription: Subscription, *, by: Viewer) -> Charge:
    """Ask for one more period, of the plan that was chosen for it. Raises Conflict when it cannot be renewed: once it has
    ended, only what is still sold can be had again."""
    catch_up(subscription)
    after(subscription.state, Event.RENEWED)
    plan = get_plan(subscription.next_plan_id or subscription.plan_id)
    if subscription.state is State.LAPSED:
        _check_free(by.id)
        _check_sold(plan)
    return charges.open_charge(subscription, plan, ChargeKind.RENEW)


def preview_upgrade(subscription: Subscription, plan: Plan) -> Preview:
    """What changing now would cost, to the minor unit. Raises Conflict when it is no change upwards."""
    after(subscription.state, Event.UPGRADED)
    _check_sold(plan)
    _check_upwards(subscription.plan_id, plan)
    now = clock.now()
    credit = charges.credit_of(subscription, now)
    start = start_of(ChargeKind.UPGRADE, subscription.member_id, plan.tier_id, subscription, now)
    return terms.upgrade_preview(plan.price, plan.months, credit, start, brand.current().time_zone)


def upgrade(subscription: Subscription, plan: Plan, *, by: Viewer) -> Charge:
    """Ask for another plan now, as :func:`preview_upgrade` tells. When nothing is due the caller settles at once."""
    catch_up(subscription)
    preview = preview_upgrade(subscription, plan)
    return charges.open_charge(subscription, plan, ChargeKind.UPGRADE, credit=preview.credit)


def choose_next(subscription: Subscription, plan: Plan, *, by: Viewer) -> None:
    """From the next period on this plan holds; choosing the present one takes that back. Nothing is paid now."""
    catch_up(subscription)
    if subscription.state not in MAY_CHOOSE:
        raise Conflict(_("Only a running membership can be changed for another one."))
    chosen = None if plan.id == subscription.plan_id else plan.id
    if chosen == subscription.next_plan_id:
        return
    if chosen is not None:
        _check_sold(plan)
    if plan.currency != get_plan(subscription.plan_id).currency:
        raise Conflict(
            _("This membership is paid in another currency. Choose it once the present one has ended.")
        )
    subscription.next_plan_id = chosen
    charges.drop_open(subscription)
    note(by.id, Happened.DOWNGRADE_CHOSEN, plan=plan.id)


def cancel(subscription: Subscription, *, by: Viewer, reason: str = "") -> None:
    """It runs to the end of what is paid, then ends without grace. Raises Conflict when there is nothing to cancel."""
    catch_up(subscription)
    following = after(subscription.state, Event.CANCELLED)
    if subscription.state is State.PAUSED:
        wake(subscription, following)
    subscription.state, subscription.reason, subscription.next_plan_id = following, reason, None
    charges.drop_open(subscription)
    for span in charges.all_spans(subscription):
        span.grace_until = None
    set_due(subscription)
    assert subscription.period_end is not None
    note(by.id, Happened.CANCELLED, until=max(clock.now(), subscription.period_end).isoformat())


def keep(subscription: Subscription, *, by: Viewer) -> None:
    """Take a cancellation back."""
    catch_up(subscription)
    subscription.state = after(subscription.state, Event.KEPT)
    last = charges.spans_ahead(subscription, clock.now())[-1]
    last.grace_until = last.ends_at + terms.GRACE
    set_due(subscription)
    note(by.id, Happened.KEPT_ON)


def pause(subscription: Subscription, *, by: Viewer) -> None:
    """It rests: nothing is given, what is left is kept. It wakes by itself after ninety days.

    Raises Conflict when it does not run, or a further period is paid already: that one could not be moved.
    """
    catch_up(subscription)
    following, now = after(subscription.state, Event.PAUSED), clock.now()
    ahead = charges.spans_ahead(subscription, now)
    if len(ahead) != 1 or ahead[0].starts_at > now:
        raise Conflict(_("It can rest only while its last paid period runs."))
    subscription.seconds_left = int(spans.rest_of(ahead, now).total_seconds())
    subscription.state, subscription.paused_at = following, now
    spans.end(ahead[0], now)
    charges.drop_open(subscription)
    set_due(subscription)
    note(by.id, Happened.PAUSED, days=subscription.seconds_left // 86400)


def resume(subscription: Subscription, *, by: Viewer) -> None:
    """It goes on from now with what was left."""
    catch_up(subscription)
    wake(subscription, after(subscription.state, Event.RESUMED))
    set_due(subscription)


def _check_free(member_id: str) -> None:
    if live_subscription(member_id) is not None:
        raise Conflict(_("You are a paying member already. You can renew or change your membership."))


def _check_sold(plan: Plan) -> None:
    if not plan.shown:
        raise Conflict(_("This membership is not offered any more."))


def _check_upwards(present_id: str, plan: Plan) -> None:
    """A higher tier, or the same for longer. Other currencies cannot be set off against each other. One query."""
    both = sa.select(Plan.id, Tier.position, Plan.months, Plan.currency).join(Tier, Tier.id == Plan.tier_id)
    rows = {row.id: row for row in db.session.execute(both.where(Plan.id.in_((present_id, plan.id))))}
    present = rows[present_id]
    before, then = (present.position, present.months), (rows[plan.id].position, plan.months)
    if plan.id == present_id:
        raise Conflict(_("This is the membership you have."))
    if plan.currency != present.currency or then <= before or then[0] < before[0]:
        raise Conflict(
            _("Only a higher membership begins right away. Any other begins with your next period.")
        )
