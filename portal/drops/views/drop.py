"""The page of a drop, and the way to the shop once it is open for whoever asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from portal.brand.showing import clock_time, day
from portal.core import clock
from portal.core.access import Permission, Viewer, public, viewer
from portal.core.errors import NotAllowed, NotFound
from portal.core.i18n import _
from portal.core.links import absolute
from portal.core.media import photo_url
from portal.core.web import page
from portal.drops.queries import listing
from portal.drops.queries.items import get_item, shop_address
from portal.drops.queries.listing import Shown
from portal.drops.rules import may_shop, opens_for
from portal.drops.views.blueprint import bp

TEMPLATE = "drops/drop.html"
#: the width of the picture that other places show
SHARED_WIDTH = 800


@bp.get("/drops/<slug>")
@public
def drop(slug: str) -> Response:
    """Everybody reads it; a draft only who looks after products. Four queries."""
    me = viewer()
    return page(TEMPLATE, **page_context(listing.get_shown(slug, me), me))


@bp.get("/drops/<slug>/shop/<item_id>")
@public
def shop(slug: str, item_id: str) -> Response:
    """To the shop. Raises NotAllowed before it opens for them: the address stands nowhere until then."""
    me = viewer()
    found = listing.get_drop(slug, me)
    item = get_item(found, item_id)
    opens_at = opens_for(found.starts_at, listing.early_hours_of(me))
    if not may_shop(found, opens_at, clock.now()):
        raise NotAllowed(_closed(found.cancelled_at is not None, opens_at))
    address = shop_address(item)
    if not address:
        raise NotFound(_("This can be had in our shops, not online."))
    answer = redirect(address, 303)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def page_context(shown: Shown, me: Viewer | None) -> dict[str, Any]:
    """All that the template needs, as it is at this moment."""
    return {
        "one": shown,
        "drop": shown.drop,
        "may_edit": me is not None and me.can(Permission.MANAGE_PRODUCTS),
        "share": _share(shown),
    }


def _closed(cancelled: bool, opens_at: datetime) -> str:
    if cancelled:
        return _("This drop does not come.")
    return _(
        "It opens for you on %(day)s, %(time)s. Until then the way to the shop is closed.",
        day=day(opens_at),
        time=clock_time(opens_at),
    )


def _share(shown: Shown) -> dict[str, Any]:
    """What other places show when the address is passed on."""
    found = shown.drop
    picture = next((item.picture for item in shown.items if item.picture), None)
    return {
        "kind": "website",
        "title": found.name,
        "description": found.lead.text,
        "url": absolute(url_for(".drop", slug=found.slug)),
        "image": absolute(photo_url(picture.id, SHARED_WIDTH)) if picture and found.is_public else "",
        "published": None,
        "hidden": not found.is_public,
    }
