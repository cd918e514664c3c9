"""Answers of the portal in its two dresses, as the tests of views read them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from portal.core.db import db

BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


def text_of(response: TestResponse, status: int = 200) -> str:
    """The page or the fragment, once its status is right."""
    assert response.status_code == status, response.status
    return response.get_data(as_text=True)


def place(response: TestResponse, *, htmx: bool) -> str:
    """Where the answer leads: a 303 without htmx, a header with it."""
    assert response.status_code == (204 if htmx else 303), response.get_data(as_text=True)
    return str(response.headers["HX-Redirect" if htmx else "Location"])


def stored(thing: Any) -> Any:
    """The row as the request left it."""
    db.session.expire_all()
    return db.session.get(type(thing), thing.id)


def picture(color: str = "crimson") -> BytesIO:
    """A photo as a form sends it."""
    file = BytesIO()
    Image.new("RGB", (600, 600), color).save(file, "JPEG")
    file.seek(0)
    return file
