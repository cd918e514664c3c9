"""Both ladders side by side, for everybody."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.core.access import public, viewer
from portal.core.web import page
from portal.membership.models import TierKind
from portal.membership.queries.ladders import ladders
from portal.membership.queries.standings import held_spans, place_of
from portal.membership.queries.subscriptions import live_subscription
from portal.membership.views.blueprint import bp


@bp.get("/membership")
@public
def ladders_page() -> Response:
    """What is earned, what can be bought, what each gives; and where one stands oneself."""
    me, both = viewer(), ladders()
    return page(
        "membership/ladders.html",
        earned=both[TierKind.EARNED],
        paid=both[TierKind.PAID],
        place=place_of(me.id) if me else None,
        held={tier.id for _span, tier in held_spans(me.id)} if me else set(),
        running=live_subscription(me.id) if me else None,
    )
