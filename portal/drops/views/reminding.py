"""Remind me: on and off again, from the calendar and from the page of a drop."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page
from portal.drops.queries import listing
from portal.drops.services import reminding
from portal.drops.views.blueprint import bp
from portal.drops.views.drop import TEMPLATE, page_context


@bp.post("/drops/<slug>/remind")
@members
@TAPPING
def remind(slug: str) -> Response:
    """``on`` is 1 or 0; the same twice changes nothing. Raises Conflict for what is open or does not come."""
    me = the_viewer()
    found = listing.get_drop(slug, me)
    wanted = request.form.get("on", "1") != "0"
    with transaction():
        if wanted:
            reminding.ask(found, by=me)
        else:
            reminding.forget(found, by=me)
    said = (
        _("We will remind you an hour before it opens for you.")
        if wanted
        else _("We will not remind you of this one.")
    )
    return done(url_for(".drop", slug=slug), said, fragment=lambda: _button(slug))


def _button(slug: str) -> Response:
    me = the_viewer()
    return page(TEMPLATE, block="remind", **page_context(listing.get_shown(slug, me), me))
