"""The list that is printed before the doors open, one ticket type at a time."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff
from portal.core.web import page
from portal.events.console.blueprint import bp
from portal.events.console.door import event_with_door
from portal.events.queries.hands import hand_list, ticket_types
from portal.events.rules.codes import shown_code


@bp.get("/<slug>/hands")
@staff(Permission.RUN_DOOR)
def hands(slug: str) -> Response:
    """Everybody with one ticket type, by surname, with boxes to tick."""
    event = event_with_door(slug)
    kinds = ticket_types(event.id)
    chosen = next((kind for kind, _number in kinds if kind.id == request.args.get("type")), None)
    kind = chosen or (kinds[0][0] if kinds else None)
    return page(
        "events/console/hands.html",
        event=event,
        kinds=kinds,
        kind=kind,
        letters=hand_list(event, kind.id) if kind else [],
        shown_code=shown_code,
    )
