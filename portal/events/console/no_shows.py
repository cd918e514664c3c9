"""Who did not come to an event: staff read what they say, and forgive or leave it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.events.console.blueprint import bp
from portal.events.models import Event
from portal.events.queries import no_shows as queries
from portal.events.queries.programme import get_event
from portal.events.services import no_shows as services

TEMPLATE = "events/console/no_shows.html"


@bp.get("/<slug>/no-shows")
@staff(Permission.MANAGE_EVENTS)
def no_shows(slug: str) -> Response:
    """First those who say why."""
    cursor = request.args.get("after")
    return page(TEMPLATE, block="no_show_page" if cursor else None, **_context(get_event(slug), cursor))


@bp.post("/<slug>/no-shows/<no_show_id>/<any(forgive, keep):way>")
@staff(Permission.MANAGE_EVENTS)
@WRITING
def decide_no_show(slug: str, no_show_id: str, way: str) -> Response:
    event = get_event(slug)
    found = queries.get_of_event(event, no_show_id)
    with transaction():
        services.decide(found, forgive=way == "forgive", by=the_viewer())
    said = _("Forgiven. It counts for nothing.") if way == "forgive" else _("It stays as it is.")
    return done(
        url_for(".no_shows", slug=slug),
        said,
        fragment=lambda: page(TEMPLATE, block="no_show_list", **_context(event)),
    )


def _context(event: Event, cursor: str | None = None) -> dict[str, Any]:
    return {"event": event, "found": queries.of_event(event, cursor)}
