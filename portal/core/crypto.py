"""Secrets: random tokens, what is stored of them, and how they are compared."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import current_app
from itsdangerous import Signer


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


def signed(purpose: str, text: str) -> str:
    """``text`` (of characters that addresses carry as they are), readable, with a seal that only this portal makes."""
    key = current_app.config["PORTAL"].secret_key
    signer = Signer(key, salt=f"portal.{purpose}", digest_method=hashlib.sha256, key_derivation="hmac")
    return signer.sign(text).decode()


def unsigned(purpose: str, token: str) -> str | None:
    """The text of a token that :func:`signed` made for the same purpose; None for every other token."""
    text = token.rpartition(".")[0]
    return text if token.isascii() and same(token, signed(purpose, text)) else None


def seal(key: str, message: bytes) -> str:
    """HMAC-SHA256 in hexadecimal digits, for a partner who holds the same key."""
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
