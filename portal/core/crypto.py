"""Secrets: random tokens, what is stored of them, and how they are compared."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import current_app


def random_token() -> str:
    """A secret nobody can guess, fit for addresses and cookies (43 characters)."""
    return secrets.token_urlsafe(32)


def random_digits(length: int = 6) -> str:
    return "".join(secrets.choice("0123456789") for _place in range(length))


def digest(token: str) -> str:
    """What the database keeps of a long random token: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_digest(text: str) -> str:
    """The digest of something short, such as a code of six digits: useless without this portal's secret key."""
    key = current_app.config["PORTAL"].secret_key.encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Equality that takes equally long wherever the first difference is."""
    return hmac.compare_digest(left.encode(), right.encode())
