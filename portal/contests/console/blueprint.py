"""Where the pages of contests for staff hang."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("contests_console", __name__, url_prefix="/console/contests")
