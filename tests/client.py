"""A browser for tests: looks at every page it opens, speaks plain HTTP or htmx."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core.db import db
from tests.pages import check_fragment, check_page


class PortalClient(FlaskClient):
    """Each request runs in a context of its own, as in production; each HTML answer is checked."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class, use_cookies=True)

    def sign_in(self, token: str) -> PortalClient:
        with self.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return self

    def open(self, *args: Any, htmx: bool = False, lang: str | None = "en", **kwargs: Any) -> TestResponse:  # type: ignore[override]
        """``htmx=True`` asks as htmx does; ``lang`` is the browser's language."""
        headers = dict(kwargs.pop("headers", None) or {})
        if htmx:
            headers["HX-Request"] = "true"
        if lang:
            headers.setdefault("Accept-Language", {"en": "en", "zh": "zh-CN"}.get(lang, lang))
        db.session.commit()  # what the test prepared is stored before the request looks
        with self.application.app_context():
            response = super().open(*args, headers=headers, **kwargs)
        db.session.expire_all()
        if response.mimetype == "text/html" and response.get_data():
            (check_fragment if htmx else check_page)(response.get_data(as_text=True))
        return response
