"""The proof of an event's draws: what was published when, the list, and the script that draws again."""

from __future__ import annotations

from pathlib import Path

from werkzeug.wrappers import Response

from portal.core.access import public, viewer
from portal.core.draw import queries as draw_queries
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.programs import Program
from portal.core.web import download, page
from portal.events import words
from portal.events.queries.bells import draws_of, get_draw
from portal.events.queries.programme import get_public_event
from portal.events.views.blueprint import bp
from portal.events.views.choosing import opened_here

TEMPLATE = "events/proof.html"
PROGRAM = Program(Path(draw_queries.__file__).with_name("check.py"), "draw.py")


@bp.get("/events/<slug>/proof")
@public
def proof(slug: str) -> Response:
    """All draws of this event, with what is known of each by now."""
    event, me = get_public_event(slug, viewer()), viewer()
    draws = draws_of(event, me, opened_here(event.id))
    return page(TEMPLATE, event=event, draws=draws, moment=words.moment, lines=PROGRAM.lines)


@bp.get("/events/<slug>/proof/draw.py")
@public
def proof_script(slug: str) -> Response:
    """The program that draws again."""
    get_public_event(slug, viewer())
    return PROGRAM.sent()


@bp.get("/events/<slug>/proof/<draw_id>.json")
@public
def proof_list(slug: str, draw_id: str) -> Response:
    """The frozen list; 404 while the draw is open."""
    content = draw_queries.proof_file(get_draw(get_public_event(slug, viewer()), draw_id))
    if content is None:
        raise NotFound(_("The list is still open: it can be downloaded once it is frozen."))
    return download(content, "application/json", "list.json")
