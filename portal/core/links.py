"""Addresses for services, jobs and mail, which have no request around them."""

from __future__ import annotations

from typing import Any

from flask import current_app
from werkzeug.routing import BuildError


def path_to(endpoint: str, **values: Any) -> str:
    """The path of a page, e.g. ``path_to("stories.story", story_id=…)``. ``_anchor`` adds a fragment."""
    anchor = values.pop("_anchor", None)
    path = current_app.url_map.bind("portal.invalid").build(endpoint, values)
    return f"{path}#{anchor}" if anchor else path


def find_path(endpoint: str, **values: Any) -> str | None:
    """The same for a page of a feature above; None when the house is built without it."""
    try:
        return path_to(endpoint, **values)
    except BuildError:
        return None


def absolute(path: str) -> str:
    """The full address of a path on this portal, for mail and feeds."""
    return current_app.config["PORTAL"].base_url + path
