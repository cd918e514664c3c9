"""The blueprint that the pages of payers share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("payments", __name__)
