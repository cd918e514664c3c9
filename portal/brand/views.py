"""What the brand shows to everyone: its colour as a style sheet (the policy allows no inline style), and its texts."""

from __future__ import annotations

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from portal.brand import palette, queries
from portal.brand.markup import blocks
from portal.brand.models import LegalKind
from portal.brand.showing import LEGAL_NAMES
from portal.core.access import public
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.web import page

bp = Blueprint("brand", __name__)


@bp.get("/brand.css")
@public
def stylesheet() -> Response:
    """One rule; its address carries the settings' version, so it may be kept for ever.

    With ``hue`` it colours only ``.hue-preview``: the owner looks at a hue before choosing it.
    """
    looked_at = request.args.get("hue", type=int)
    if looked_at is not None and looked_at in palette.HUES:
        rule = f".hue-preview{{--brand-hue:{looked_at}}}"
    else:
        rule = f":root{{--brand-hue:{queries.current().hue}}}"
    response = make_response(rule)
    response.content_type = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@bp.get("/<any(terms, privacy, rules):kind>", defaults={"version": None})
@bp.get("/<any(terms, privacy, rules):kind>/<int:version>")
@public
def legal(kind: str, version: int | None) -> Response:
    """A text of the house as it holds now, or as it held in an older version."""
    chosen = LegalKind(kind)
    every = queries.editions(chosen)
    shown = next((one.version for one in every if version in (None, one.version)), None)
    text = queries.legal_text(chosen, shown) if shown else None
    if text is None:
        raise NotFound(_("This text is not published."))
    return page(
        "brand/legal.html",
        kind=chosen,
        name=LEGAL_NAMES[chosen],
        text=text,
        blocks=blocks(text.body),
        editions=every,
        newest=every[0].version,
    )
