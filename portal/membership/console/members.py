"""Staff see who stands where."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff
from portal.core.web import page
from portal.membership.console.blueprint import bp
from portal.membership.models import State, Tier
from portal.membership.queries.desk import members_of
from portal.membership.queries.ladders import ladders
from portal.membership.words import STATES

TEMPLATE = "membership/console/members.html"
#: states that were begun
SHOWN = (State.ACTIVE, State.ENDING, State.GRACE, State.PAUSED, State.LAPSED, State.REFUNDED)


@bp.get("/membership/members")
@staff(Permission.MANAGE_MEMBERSHIP)
def holders() -> Response:
    """Members by tier and by the state of what they pay for."""
    tiers: list[Tier] = [rung.tier for rungs in ladders(hidden=True).values() for rung in rungs]
    tier = next((tier for tier in tiers if tier.id == request.args.get("tier")), None)
    state = next((state for state in SHOWN if state.value == request.args.get("state")), None)
    cursor = request.args.get("after")
    return page(
        TEMPLATE,
        block="holder_page" if cursor else None,
        tiers=tiers,
        tier=tier,
        state=state,
        states=STATES,
        shown=SHOWN,
        found=members_of(tier, state, cursor),
    )
