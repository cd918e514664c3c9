"""The blueprint that all pages of accounts share."""

from __future__ import annotations

from flask import Blueprint

from portal.core.media.uploads import may_carry_photos

bp = Blueprint("accounts", __name__)
may_carry_photos(bp, avatar=1)
