"""Where the pages of contests for members hang."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("contests", __name__)
