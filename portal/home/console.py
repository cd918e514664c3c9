"""The front of the studio: what waits, and today in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, Viewer, staff, the_viewer
from portal.core.feature import ConsoleItem
from portal.core.installation import registry
from portal.core.web import page
from portal.home import queries
from portal.home.views import bp


@dataclass(frozen=True)
class Desk:
    """A page of work, and how much waits there (None where nothing can wait)."""

    item: ConsoleItem
    url: str
    waiting: int | None


@bp.get("/console")
@staff(*Permission)
def console() -> Response:
    """Every member of staff may open it; each sees only their own pages."""
    return page("home/console.html", desks=desks_of(the_viewer()), today=queries.today())


def desks_of(me: Viewer) -> list[Desk]:
    """The pages that this member of staff may open, those where somebody waits first."""
    items = [item for item in registry().console if item.open_to(me)]
    waiting = queries.numbers({item.endpoint: item.count() for item in items if item.count})
    desks = [Desk(item, url_for(item.endpoint), waiting.get(item.endpoint)) for item in items]
    return sorted(desks, key=lambda desk: not desk.waiting)
