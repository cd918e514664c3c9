"""All trials: what can be applied for, and what is being chosen, tried or over."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.core.access import public
from portal.core.web import page
from portal.trials.queries import listing
from portal.trials.views.blueprint import bp

TEMPLATE = "trials/index.html"


@bp.get("/trials")
@public
def index() -> Response:
    """``after`` pages through what is closed, ``from`` through what runs and comes. Two queries, one for a later page."""
    later, earlier = request.args.get("from"), request.args.get("after")
    return page(
        TEMPLATE,
        block="closed" if earlier else "running",
        running=listing.running(cursor=later) if not earlier else None,
        closed=listing.closed(cursor=earlier) if not later else None,
    )
