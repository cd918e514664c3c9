"""Answers to the browser: the same page in two dresses, whole without JavaScript, its block with htmx."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Response as FlaskResponse
from flask import current_app, flash, make_response, redirect, request
from flask_htmx import HTMX
from markupsafe import Markup
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from portal.core.access import viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
from portal.core.forms import Form
from portal.core.i18n import language
from portal.core.ui import chosen_theme

htmx = HTMX()

#: no page of ours has a longer address; one that waits in a cookie until somebody signed in must fit into it
LONGEST_PATH = 1000

VARY = "HX-Request, HX-Boosted, HX-History-Restore-Request, Cookie, Accept-Language"


def wants_fragment() -> bool:
    """Whether htmx asks for a piece (a boosted or restored page is a whole page)."""
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(template: str, *, block: str | None = None, status: int = 200, **context: Any) -> Response:
    """The whole template, or only its ``block`` when a fragment is wanted. One template, one context function."""
    if block is None or not wants_fragment():
        return whole(render(template, **context), status)
    response = whole(render_block(template, block, **context), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def whole(body: str | bytes, status: int = 200) -> Response:
    """The answer with this body, which depends on everything that pages depend on."""
    response = make_response(body, status)
    response.headers["Vary"] = VARY
    return response


def download(content: bytes, kind: str, name: str) -> FlaskResponse:
    """A file to keep under this name; ``kind`` is its content type. It is made anew each time."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return current_app.response_class(content, content_type=kind, headers=headers)


def done(
    url: str, message: str, *, fragment: Callable[[], Response] | None = None, undo_url: str = ""
) -> Response:
    """A write that worked: 303 and a flashed sentence without htmx; the fragment and a toast with it.

    Under htmx without ``fragment`` the browser is led to ``url`` as well. ``undo_url`` offers to take it back (POST).
    """
    if wants_fragment() and fragment is not None:
        response = fragment()
        response.set_data(response.get_data(as_text=True) + toast(message, undo_url=undo_url))
        return response
    flash(message, f"undo:{undo_url}" if undo_url else "done")
    return go(url)


def refused(form: Form, write: Callable[[], object], renew: Callable[[], object] | None = None) -> int:
    """Write what the form says, in a transaction: 0 when that is done, else the status of the page that shows what was wrong.

    Where somebody else may have written meanwhile, ``renew`` lets the form know what stands there now: the next try replaces it.
    """
    if not form.validate_on_submit():
        return 422
    try:
        with transaction():
            write()
    except (Invalid, Conflict) as refusal:
        form.say(refusal)
        if renew is not None and isinstance(refusal, Conflict):
            renew()
        return refusal.status
    return 0


def go(url: str) -> Response:
    """Lead the browser elsewhere, with or without htmx, without a sentence."""
    if not wants_fragment():
        return redirect(url, 303)
    response = make_response("", 204)
    response.headers["HX-Redirect"] = iri_to_uri(url)  # a header holds no Chinese
    return response


def toast(message: str, *, kind: str = "done", undo_url: str = "") -> str:
    """An out-of-band piece that shows ``message`` in the toast region."""
    ui = current_app.jinja_env.globals["ui"]
    body = ui.toast(message, kind=kind, undo_url=undo_url)  # type: ignore[attr-defined]
    # plain text: a Markup would escape the fragment that it is added to
    return str(Markup('<div id="toasts" hx-swap-oob="beforeend">{}</div>').format(body))


def render(template: str, **context: Any) -> str:
    return current_app.jinja_env.get_template(template).render(_asked_once() | context)


def render_block(template: str, block: str, **context: Any) -> str:
    """Only one block of a template. What stands around it (an ``if``, an import) does not apply."""
    loaded = current_app.jinja_env.get_template(template)
    return "".join(loaded.blocks[block](loaded.new_context(_asked_once() | context)))


def _asked_once() -> dict[str, Any]:
    """What templates read often, as plain values: the globals of these names find them anew each time."""
    return {"viewer": viewer(), "lang": language(), "theme": chosen_theme()}


def safe_path(address: str | None, default: str = "/") -> str:
    """A path on this site, whatever the visitor sent: never an address elsewhere, never a second header."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return default
    if len(address) > LONGEST_PATH:
        return default
    if any(ord(char) < 32 for char in address):  # browsers leave these out before they read an address
        return default
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc and "\\" not in address else default


def here() -> str:
    """Path and query of this request, to come back to."""
    return request.full_path.rstrip("?")
