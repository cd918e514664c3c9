"""Addresses of products and shelves: chosen or made of a name, never taken twice."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.catalog.models import Category, Product
from portal.catalog.rules import LONGEST_SLUG, is_slug, slug_from
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.i18n import _

#: addresses that pages of the console use themselves
RESERVED = frozenset({"new", "categories"})
_MOST_TRIES = 50


def add_with_slug(thing: Product | Category, *, wanted: str, names: tuple[str, ...], fallback: str) -> None:
    """Store a new product or shelf under a free address. Raises Invalid when the wanted one is unfit or taken."""
    if wanted and (not is_slug(wanted) or wanted in RESERVED):
        raise Invalid(_("Please use small letters, digits and hyphens, like wheat-tote."), field="slug")
    if wanted:
        if not _try(thing, wanted):
            raise Invalid(_("This address is taken. Please choose another one."), field="slug")
        return
    stem = next((slug for name in names if (slug := slug_from(name))), fallback)
    for slug in _numbered(stem):
        if _try(thing, slug):
            return
    raise Invalid(_("Please choose an address."), field="slug")


def _numbered(stem: str) -> list[str]:
    first = [] if stem in RESERVED else [stem]
    return first + [f"{stem[: LONGEST_SLUG - 3]}-{number}" for number in range(2, _MOST_TRIES)]


def _try(thing: Product | Category, slug: str) -> bool:
    """Add the row; False when the address is taken, also by somebody who was faster this instant."""
    model = type(thing)
    if db.session.scalar(sa.select(model.id).where(model.slug == slug)) is not None:
        return False
    thing.slug = slug
    try:
        with db.session.begin_nested():
            db.session.add(thing)
    except IntegrityError:
        return False
    return True
