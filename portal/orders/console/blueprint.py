"""The blueprint that the pages of the studio share, and how large a file may be."""

from __future__ import annotations

from flask import Blueprint, request

bp = Blueprint("orders_console", __name__, url_prefix="/console/orders")

MEGABYTE = 1024 * 1024
#: a file that staff send; the command line takes larger ones
LARGEST_FILE = 64 * MEGABYTE
#: a file that is too large still gets a sentence of its own
_LARGEST_REQUEST = 200 * MEGABYTE


@bp.url_value_preprocessor
def raise_limit(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Before anything reads the form: the token check does."""
    if endpoint == f"{bp.name}.send_file":
        request.max_content_length = _LARGEST_REQUEST
