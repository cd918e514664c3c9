"""The brand's colour as a style sheet (the policy allows no inline style)."""

from __future__ import annotations

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from portal.brand import queries
from portal.core.access import public

bp = Blueprint("brand", __name__)


@bp.get("/brand.css")
@public
def stylesheet() -> Response:
    """One rule; its address carries the settings' version, so it may be kept for ever."""
    response = make_response(f":root{{--brand-hue:{queries.current().hue}}}")
    response.content_type = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
