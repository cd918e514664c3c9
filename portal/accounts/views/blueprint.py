"""The blueprint that all pages of accounts share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from portal.core.media.inspection import MAX_BYTES

bp = Blueprint("accounts", __name__)

UPLOADS = frozenset({"accounts.avatar"})


@bp.url_value_preprocessor
def allow_photos(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """A photo may be larger than any other request. This runs before the form is read to check its token."""
    if endpoint in UPLOADS:
        request.max_content_length = MAX_BYTES + 1024 * 1024
