"""Ends of addresses: what one may be, one made of a name, and one that nobody has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from typing import Any

import sqlalchemy as sa

from portal.core.db import Base, db

#: what every column of them holds
LONGEST_SLUG = 64
#: what pages of our own stand at beside them
RESERVED = frozenset({"new"})
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: room for a hyphen and a number
_NUMBER = 4


def is_slug(text: str) -> bool:
    """Whether ``text`` can stand in an address: small letters, digits and single hyphens."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None


def slug_from(name: str) -> str:
    """An address made of a name; empty when the name has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")


def free_slug(stem: str, model: type[Base], *, reserved: Set[str] = RESERVED) -> str:
    """``stem``, or the same with the first number that nobody has. Hold a name for the addresses of ``model`` before."""
    number, slug = 1, stem
    while slug in reserved or is_taken(slug, model):
        number += 1
        slug = f"{stem[: LONGEST_SLUG - _NUMBER].strip('-')}-{number}"
    return slug


def is_taken(slug: str, model: type[Base]) -> bool:
    rows: Any = model
    return db.session.scalar(sa.select(rows.id).where(rows.slug == slug)) is not None
