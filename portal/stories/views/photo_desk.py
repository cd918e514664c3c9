"""For staff: asking for photos, seeing what may be used, and taking it along."""

from __future__ import annotations

from typing import Any

from flask import Response as Streamed
from flask import request, stream_with_context, url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.catalog.queries import products_for_choice
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.archive import stream_archive
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import TAPPING, WRITING
from portal.core.media.models import PhotoUse
from portal.core.web import done, page
from portal.stories import queries
from portal.stories.photo_words import USES, day_of
from portal.stories.queries.photo_rights import RightsFilter, live_rights
from portal.stories.services import photo_rights as services
from portal.stories.views.blueprint import bp

TEMPLATE = "stories/console/photo_rights.html"


@bp.get("/console/photo-rights")
@staff(Permission.FEATURE_STORIES)
def photo_desk() -> Response:
    """What members allow today, the latest first."""
    chosen = _chosen(request.args)
    found = live_rights(_filter(chosen), on=_today(), cursor=request.args.get("after"))
    return page(
        TEMPLATE,
        block="more_photos" if request.args.get("after") else "photo_list",
        rows=found.items,
        chosen=chosen,
        uses=USES,
        day_of=day_of,
        products=products_for_choice(),
        more_url=found.next_cursor and url_for(".photo_desk", after=found.next_cursor, **chosen),
    )


@bp.post("/console/photo-rights/photos.zip")
@staff(Permission.FEATURE_STORIES)
@WRITING
def take_photos() -> Response:
    """The photos that fit and may be used at this moment, with a table of who allowed what. Audited first."""
    chosen = _chosen(request.form)
    with transaction():
        services.note_photos_taken(by=the_viewer(), **chosen)
    head = [
        _("File"),
        _("Who told the story"),
        _("Allowed for"),
        _("Since"),
        _("Until"),
        _("Story"),
        _("Product"),
    ]
    uses = {use.value: str(label) for use, label in USES.items()}
    entries = services.photos_to_take_along(_filter(chosen), head, uses)
    answer = Streamed(stream_with_context(stream_archive(entries)), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="photos-{_today().isoformat()}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/console/stories/<story_id>/ask-for-photos")
@staff(Permission.FEATURE_STORIES)
@TAPPING
def ask_for_photos(story_id: str) -> Response:
    me = the_viewer()
    story = queries.get_story_for(me, story_id)
    with transaction():
        services.ask_for_photos(story, by=me)
    return done(url_for(".story", story_id=story_id), _("Asked. The author decides, in their own time."))


def _chosen(fields: Any) -> dict[str, Any]:
    """The filters as an address carries them; what makes no sense is left out."""
    use, product, ending = (fields.get(name, "") for name in ("use", "product", "ending"))
    given = {
        "use": use if use in list(PhotoUse) else "",
        "product": product if len(product) <= 26 and product.isalnum() and product.isascii() else "",
        "ending": "1" if ending == "1" else "",
    }
    return {name: value for name, value in given.items() if value}


def _filter(chosen: dict[str, Any]) -> RightsFilter:
    return RightsFilter(
        use=PhotoUse(chosen["use"]) if "use" in chosen else None,
        product_id=chosen.get("product"),
        ending="ending" in chosen,
    )


def _today() -> Any:
    return brand.shop_day(clock.now())
