"""The blueprint that the pages of staff share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("drops_console", __name__, url_prefix="/console/drops")
