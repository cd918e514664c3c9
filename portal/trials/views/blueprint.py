"""Where the pages of trials for members hang."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("trials", __name__)
