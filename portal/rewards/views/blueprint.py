"""The blueprint that the member's pages share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("rewards", __name__)
