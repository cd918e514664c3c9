"""My card: on the page, as a picture, and the code that staff scan."""

from __future__ import annotations

import io

import segno
from flask import make_response, url_for
from werkzeug.wrappers import Response

from portal.core import lettering
from portal.core.access import members, the_viewer
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.links import absolute
from portal.core.web import page
from portal.membership import picture
from portal.membership.queries.cards import card_for
from portal.membership.rules.cards import code_of
from portal.membership.views.blueprint import bp


@bp.get("/me/card")
@members
def card() -> Response:
    """The stitched card, whole."""
    me = the_viewer()
    return page(
        "membership/card.html",
        card=card_for(me.id),
        code=code_of(me.number),
        can_be_saved=lettering.lettering() is not None,
    )


@bp.get("/me/card/code.svg")
@members
def card_code() -> Response:
    """What staff scan: the page of the studio that knows this card. Black on white with the rim scanners need."""
    drawn = io.BytesIO()
    code = segno.make_qr(_scanned(), error="m")
    code.save(drawn, kind="svg", scale=8, border=4, light="white")
    return _file(drawn.getvalue(), "image/svg+xml")


@bp.get("/me/card.png")
@members
def card_picture() -> Response:
    """The card as a picture to keep. Without a font that knows Chinese there is none."""
    font = lettering.lettering()
    if font is None:
        raise NotFound(_("The card cannot be drawn here: no font with Chinese characters was found."))
    response = _file(picture.drawn(card_for(the_viewer().id), _scanned(), font), "image/png")
    response.headers["Content-Disposition"] = 'inline; filename="card.png"'
    return response


def _scanned() -> str:
    return absolute(url_for("membership_console.card", code=code_of(the_viewer().number)))


def _file(body: bytes, kind: str) -> Response:
    response = make_response(body)
    response.content_type = kind
    response.headers["Cache-Control"] = "private, no-store"
    return response
