"""The blueprint that the studio's pages of money share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("payments_console", __name__, url_prefix="/console/payments")
