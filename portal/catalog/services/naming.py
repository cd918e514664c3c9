"""Addresses of products and shelves: chosen or made of a name, never taken twice."""

from __future__ import annotations

from portal.catalog.models import Category, Product
from portal.core import slugs
from portal.core.db import db, hold_name
from portal.core.errors import Invalid
from portal.core.i18n import _

#: addresses that pages of the console use themselves
RESERVED = slugs.RESERVED | {"categories"}


def add_with_slug(thing: Product | Category, *, wanted: str, names: tuple[str, ...], fallback: str) -> None:
    """Store a new product or shelf under a free address. Raises Invalid when the wanted one is unfit or taken."""
    model = type(thing)
    if wanted and (not slugs.is_slug(wanted) or wanted in RESERVED):
        raise Invalid(_("Please use small letters, digits and hyphens, like wheat-tote."), field="slug")
    hold_name(f"{model.__tablename__} slugs")
    if wanted and slugs.is_taken(wanted, model):
        raise Invalid(_("This address is taken. Please choose another one."), field="slug")
    stem = next((slug for name in names if (slug := slugs.slug_from(name))), fallback)
    thing.slug = wanted or slugs.free_slug(stem, model, reserved=RESERVED)
    db.session.add(thing)
    db.session.flush()
