"""The demo's mailbox and phone: what the portal would send, readable by everyone who tries the demo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, make_response, request
from werkzeug.wrappers import Response

from portal.core.access import public
from portal.core.mail import queries
from portal.core.sms.queries import newest_texts
from portal.core.web import page, safe_path

bp = Blueprint("demo_mail", __name__, url_prefix="/demo/mail")

MOST_BESIDE_LETTERS = 3

_PIECES = re.compile(r"(?P<url>https?://[^\s<>\"']+)|(?P<code>^[ \t]*\d{6}[ \t]*$)", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """A run of a letter's text: plain words, a link, or a code."""

    kind: str
    text: str
    href: str = ""


def install(app: Flask) -> None:
    """Only the demo has this mailbox; elsewhere the address does not exist."""
    if app.config["PORTAL"].demo:
        app.register_blueprint(bp)


@bp.get("")
@public
def letters() -> Response:
    """Letters, and above them the newest text messages."""
    after = request.args.get("after")
    return page(
        "notifications/demo_mail.html",
        block="letters" if after else None,
        letters=queries.newest_letters(cursor=after),
        texts=[] if after else newest_texts(cursor=None).items[:MOST_BESIDE_LETTERS],
    )


@bp.get("/texts")
@public
def texts() -> Response:
    """All text messages."""
    after = request.args.get("after")
    block = "texts" if after else None
    return page("notifications/demo_texts.html", block=block, texts=newest_texts(cursor=after))


#: a letter brings its own styles, which no page of ours may; so it stands alone, and nothing in it can do anything
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox allow-top-navigation-by-user-activation"
)


@bp.get("/<letter_id>/html")
@public
def letter_html(letter_id: str) -> Response:
    """The HTML part, as a mail program shows it."""
    response = make_response(queries.get_letter(letter_id).html_body)
    response.headers["Content-Security-Policy"] = _LETTER_POLICY
    return response


@bp.get("/<letter_id>")
@public
def letter(letter_id: str) -> Response:
    """The plain part, with its links."""
    found = queries.get_letter(letter_id)
    base = current_app.config["PORTAL"].base_url
    return page("notifications/demo_letter.html", letter=found, pieces=list(pieces_of(found.text_body, base)))


def pieces_of(text: str, base_url: str) -> Iterator[Piece]:
    """The text cut into words, links and codes. Our own links become paths: the demo may run under any address."""
    at = 0
    for match in _PIECES.finditer(text):
        if match.start() > at:
            yield Piece("words", text[at : match.start()])
        at = match.end()
        if match["code"]:
            yield Piece("code", match["code"].strip())
            continue
        address = match["url"].rstrip(".,;:!?)。，；：！？）")
        at -= len(match["url"]) - len(address)
        ours = address.startswith(f"{base_url}/")
        yield Piece("link", address, safe_path(address.removeprefix(base_url)) if ours else address)
    if at < len(text):
        yield Piece("words", text[at:])
