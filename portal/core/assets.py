"""Built styles, scripts and fonts: names that carry a hash, served for ever; and the icons."""

from __future__ import annotations

import json
import mimetypes
import os
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app, request, send_from_directory
from werkzeug.wrappers import Response

from portal.core.access import public

BUILD = Path(__file__).resolve().parents[2] / "static" / "build"

bp = Blueprint("assets", __name__)


class AssetsMissing(RuntimeError):
    """The build output is not there; the message says which command makes it."""


def manifest() -> dict[str, str]:
    """Plain name → hashed name, as ``make assets`` wrote it."""
    path = BUILD / "manifest.json"
    if not path.exists():
        raise AssetsMissing("The styles are not built yet: run `make assets` (or `make run`, which does it).")
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names


@bp.get("/assets/<path:name>")
@public
def file(name: str) -> Response:
    """A built file, for ever; the compressed twin that the build made, when the browser takes it."""
    packed = request.accept_encodings.quality("gzip") > 0 and os.path.isfile(BUILD / f"{name}.gz")
    kind = mimetypes.guess_type(name)[0]
    response = send_from_directory(BUILD, f"{name}.gz" if packed else name, mimetype=kind, max_age=31536000)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@bp.get("/worker.js")
@public
def worker() -> Response:
    """The service worker, at the address that its scope begins with; browsers ask anew whether it is another one."""
    response = send_from_directory(BUILD, manifest()["worker.js"], mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/favicon.ico")
@public
def favicon() -> Response:
    return send_from_directory(BUILD.parent / "img", "mark.svg", mimetype="image/svg+xml", max_age=86400)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    names: dict[str, str] = {}

    def asset(name: str) -> str:
        """The address of a built file. Read again in debug, once otherwise."""
        if current_app.debug or not names:
            names.update(manifest())
        return f"/assets/{names[name]}"

    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["lucide"] = _icon


_ICONS: dict[tuple[Any, ...], str] = {}


def _icon(name: str, *, size: int = 20, **attributes: Any) -> str:
    """An inline SVG icon, drawn once per process. Decorative: the text beside it speaks."""
    from lucide.jinja import lucide

    key = (name, size, *sorted(attributes.items()))
    if key not in _ICONS:
        _ICONS[key] = lucide(name, size=size, aria_hidden="true", focusable="false", **attributes)
    return _ICONS[key]
