"""My points: what is there, what comes, what goes, and every line of it."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.core.access import members, the_viewer
from portal.core.web import page
from portal.rewards import queries
from portal.rewards.rules import DEED_NAMES, SOURCE_NAMES
from portal.rewards.views.blueprint import bp


@bp.get("/me/points")
@members
def points() -> Response:
    """The account and the first lines; the next lines come without the rest."""
    me = the_viewer()
    cursor = request.args.get("after")
    lines = queries.ledger(me.id, cursor=cursor)
    return page(
        "rewards/points.html",
        block="lines" if cursor else None,
        lines=lines,
        later=bool(cursor),
        standing=queries.standing_of(me.id),
        expiring=queries.expiring(me.id),
        waiting=queries.waiting(me.id),
        worth={kind: worth for kind, worth in queries.all_worth().items() if worth.points},
        deed_names=DEED_NAMES,
        source_names=SOURCE_NAMES,
    )
