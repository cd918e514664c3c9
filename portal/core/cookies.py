"""The signed cookie of a session: Flask's own, but its signer is made once instead of for every request."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class Sessions(SecureCookieSessionInterface):
    """Nothing else differs: same salt, same digest, same format."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return _signer(self, app, app.secret_key, str(app.config["SECRET_KEY_FALLBACKS"]))


@lru_cache(4)
def _signer(
    sessions: Sessions, app: Flask, _key: str | bytes | None, _older: str
) -> URLSafeTimedSerializer | None:
    return SecureCookieSessionInterface.get_signing_serializer(sessions, app)
