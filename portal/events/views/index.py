"""All events: what comes, the next festival first, and what was."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.core.access import public, viewer
from portal.core.web import page
from portal.events.models import EventKind
from portal.events.queries import listing
from portal.events.queries.listing import Listed
from portal.events.views.blueprint import bp

TEMPLATE = "events/index.html"


@bp.get("/events")
@public
def index() -> Response:
    """``after`` pages through what was, ``from`` through what comes. Two queries, one for a later page."""
    me = viewer()
    later, earlier = request.args.get("from"), request.args.get("after")
    ahead = listing.coming(me, cursor=later) if not earlier else None
    behind = listing.past(me, cursor=earlier) if not later else None
    great = _great(ahead.items) if ahead and not later else None
    return page(
        TEMPLATE,
        block="behind" if earlier else "ahead",
        ahead=ahead,
        great=great,
        rest=[one for one in ahead.items if one is not great] if ahead else [],
        behind=behind,
        first=not later and not earlier,
    )


def _great(found: list[Listed]) -> Listed | None:
    """The one on the large card: the next festival, else what comes next."""
    open_ones = [one for one in found if not one.event.cancelled_at]
    festivals = [one for one in open_ones if one.event.kind is EventKind.FESTIVAL]
    return next(iter(festivals or open_ones), None)
