"""The front page and the search page."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from portal.core.access import public, viewer
from portal.core.errors import NotFound
from portal.core.feature import SearchSource
from portal.core.i18n import _
from portal.core.installation import registry
from portal.core.web import go, page
from portal.drops.queries.listing import next_drop
from portal.events.queries.listing import next_event
from portal.home import queries
from portal.stories.queries import wall_head

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def landing() -> Response:
    """A warm front page for strangers. Members know the house: they are led to the wall, which greets them by name."""
    if viewer() is not None:
        return go(url_for("stories.wall"))
    head = wall_head()
    front = queries.front(without=head.week_story.card.id if head.week_story else None)
    return page(
        "home/landing.html",
        head=head,
        week=head.week_story,
        stories=front.stories,
        products=front.products,
        event=next_event(),
        drop=next_drop(),
    )


@bp.get("/search")
@public
def search() -> Response:
    """One box over everything that features let people find. ``kind`` narrows to one source and has pages."""
    words = " ".join(request.args.get("q", "").split())[: queries.LONGEST_QUERY]
    kind, cursor = request.args.get("kind", ""), request.args.get("after")
    sources = _sources(kind)
    found = (
        queries.find_everywhere(sources, words, viewer=viewer(), cursor=cursor if kind else None)
        if words
        else []
    )
    return page(
        "home/search.html",
        block="more_found" if kind and cursor else "results",
        words=words,
        kind=kind,
        kinds=_everything(),
        found=found,
    )


def _everything() -> list[SearchSource]:
    """All sources; features on top come first, because they hold what people mostly look for."""
    return registry().search_sources[::-1]


def _sources(kind: str) -> list[SearchSource]:
    if not kind:
        return _everything()
    chosen = [source for source in _everything() if source.kind == kind]
    if not chosen:
        raise NotFound(_("There is nothing of this kind to look for."))
    return chosen
