"""A letter of staff, whole, as its readers open it from the inbox."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.core.access import members, the_viewer
from portal.core.web import page
from portal.events.queries.letters import get_letter_for
from portal.events.queries.programme import get_public_event
from portal.events.views.blueprint import bp


@bp.get("/events/<slug>/letters/<letter_id>")
@members
def letter(slug: str, letter_id: str) -> Response:
    me = the_viewer()
    event = get_public_event(slug, me)
    return page("events/letter.html", event=event, letter=get_letter_for(me, event, letter_id))
