"""Text that rests encrypted: addresses, phone numbers, answers. Who has a copy of the database alone cannot read it.

Keys come from ``PORTAL_DATA_KEYS``, newest first: the first one seals, all of them open, so that keys can be changed. The
sealed form is that of Fernet (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec).
"""

from __future__ import annotations

import base64
import hashlib

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


def seal_text(text: str) -> str:
    """The text as it may be stored; an empty one stays empty."""
    return _keys().encrypt(text.encode()).decode() if text else ""


def open_text(sealed: str) -> str:
    """The text again. Raises ValueError when none of the keys opens it: a wrong key must not look like an empty text."""
    if not sealed:
        return ""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise ValueError("sealed text that no key of PORTAL_DATA_KEYS opens") from None


class Sealed(TypeDecorator[str]):
    """A text column that is sealed in the database. It cannot be searched, and is never part of a key."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else seal_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else open_text(value)


def _keys() -> MultiFernet:
    kept = current_app.extensions.get("sealed")
    if kept is None:
        keys = current_app.config["PORTAL"].data_keys
        kept = current_app.extensions["sealed"] = MultiFernet([Fernet(_fernet_key(key)) for key in keys])
    return kept


def _fernet_key(key: str) -> bytes:
    """Fernet takes 32 bytes; ours are any long random text."""
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())
