"""Orders that two members call their own."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page
from portal.orders import queries, services
from portal.orders.console.blueprint import bp
from portal.orders.forms import DecisionForm

TEMPLATE = "orders/console/claims.html"


@bp.get("/claims")
@staff(Permission.MANAGE_ORDERS)
def claims() -> Response:
    """What waits for a decision, oldest first."""
    return page(TEMPLATE, block="claims", **_context())


@bp.post("/claims/<claim_id>/<any(grant, decline):verb>")
@staff(Permission.MANAGE_ORDERS)
@TAPPING
def decide_claim(claim_id: str, verb: str) -> Response:
    claim, form = queries.get_claim(claim_id), DecisionForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="claims", status=422, **_context())
    with transaction():
        services.decide_claim(claim, grant=verb == "grant", note=form.note.data or "", by=the_viewer())
    said = _("The order is theirs now.") if verb == "grant" else _("The order stays where it is.")
    return done(url_for(".claims"), said, fragment=lambda: page(TEMPLATE, block="claims", **_context()))


def _context() -> dict[str, Any]:
    cursor = request.args.get("after") if request.method == "GET" else None
    found = queries.disputes(cursor=cursor)
    return {"claims": found.items, "next_cursor": found.next_cursor}
