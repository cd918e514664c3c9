"""Where the pages of trials for staff hang."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("trials_console", __name__, url_prefix="/console/trials")
