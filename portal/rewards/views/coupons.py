"""My coupons."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal.core.access import members, the_viewer
from portal.core.web import page
from portal.rewards import queries
from portal.rewards.rules import SOURCE_NAMES
from portal.rewards.views.blueprint import bp


@bp.get("/me/coupons")
@members
def coupons() -> Response:
    """All of mine, the newest first, those that are over among them."""
    cursor = request.args.get("after")
    held = queries.coupons_of(the_viewer().id, cursor=cursor)
    return page(
        "rewards/coupons.html", block="coupon_page" if cursor else None, held=held, source_names=SOURCE_NAMES
    )


@bp.get("/me/coupons/<coupon_id>")
@members
def coupon(coupon_id: str) -> Response:
    """One of mine: the code, what it is worth, its terms."""
    return page(
        "rewards/coupon.html",
        coupon=queries.get_coupon(coupon_id, the_viewer().id),
        source_names=SOURCE_NAMES,
    )
