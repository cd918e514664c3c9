"""The blueprint that the pages of members share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("drops", __name__)
