"""Providers report here that something happened to a payment."""

from __future__ import annotations

from flask import Response as Answer
from flask import request
from werkzeug.wrappers import Response

from portal.core.access import public
from portal.payments import desk
from portal.payments.providers import Forged, ProviderDown
from portal.payments.views.blueprint import bp

MOST_BYTES = 256 * 1024


@bp.post("/hooks/payments/<provider>")
@public
def hook(provider: str) -> Response:
    """A signed notification. While its provider cannot be asked it is sent back, to come again."""
    request.max_content_length = MOST_BYTES
    body = request.get_data(cache=False)
    try:
        text, status = desk.notice(provider, dict(request.headers), body)
    except Forged:
        text, status = "not signed", 403
    except ProviderDown:
        text, status = "please again", 503
    return Answer(text, status, mimetype="text/plain")
