"""The blueprint that the owner's pages share."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, current_app, request

from portal.core.forms import Form
from portal.core.media.inspection import MAX_BYTES

bp = Blueprint("brand_console", __name__, url_prefix="/console/settings")


@bp.url_value_preprocessor
def allow_photos(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """A photo may be larger than any other request. This runs before the form is read to check its token."""
    if endpoint == "brand_console.logo":
        request.max_content_length = MAX_BYTES + 1024 * 1024


def fill_kept(form: Form, path: str) -> Form:
    """Offer again what this browser typed for ``path`` when its session was gone."""
    for name, value in (current_app.extensions["take_kept"](path) or {}).items():
        if name in form:
            with suppress(ValueError):  # what was typed there was no number, or no time
                form[name].process_formdata([value])
    return form
