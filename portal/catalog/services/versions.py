"""Versions of a product: what became different, and on which day. Each verb holds the product first."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.catalog.models import Product, ProductVersion
from portal.catalog.rules import fingerprint
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, lock_row
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _


def add_version(
    product: Product, *, by: Viewer | None, label: str, note_zh: str, note_en: str, released_on: date
) -> ProductVersion:
    """Tell of a revision; sent twice it is one. Raises Invalid when another one bears this name, or there is no note."""
    lock_row(Product, product.id)
    stands = _labelled(product.id, label)
    if stands is not None and (stands.note_zh, stands.note_en, stands.released_on) == (
        note_zh,
        note_en,
        released_on,
    ):
        return stands
    _check(label, note_zh, note_en, stands)
    made = ProductVersion(
        product_id=product.id,
        label=label,
        note_zh=note_zh,
        note_en=note_en,
        released_on=released_on,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    _record("product.version_added", made, by)
    return made


def change_version(
    version: ProductVersion,
    *,
    by: Viewer | None,
    seen: str,
    label: str,
    note_zh: str,
    note_en: str,
    released_on: date,
) -> None:
    """Tell it otherwise. The same again changes nothing. Raises Invalid, and Conflict when a colleague changed what ``seen``
    is the fingerprint of.
    """
    lock_row(Product, version.product_id)
    db.session.refresh(version)
    if fingerprint(version) != seen:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))
    stands = _labelled(version.product_id, label)
    _check(label, note_zh, note_en, None if stands is version else stands)
    wanted = {"label": label, "note_zh": note_zh, "note_en": note_en, "released_on": released_on}
    changed = sorted(field for field, value in wanted.items() if getattr(version, field) != value)
    if not changed:
        return
    for field in changed:
        setattr(version, field, wanted[field])
    db.session.flush()
    _record("product.version_changed", version, by, fields=changed)


def remove_version(version: ProductVersion, *, by: Viewer | None) -> None:
    """Take a version away that nothing names. Conflict when a credit, or something of a room above, does."""
    lock_row(Product, version.product_id)
    _record("product.version_removed", version, by)
    try:
        with db.session.begin_nested():
            db.session.delete(version)
    except IntegrityError:
        raise Conflict(_("Something names this version, somebody’s credit perhaps. It stays.")) from None


# ------------------------------------------------------------------ inside


def _labelled(product_id: str, label: str) -> ProductVersion | None:
    statement = sa.select(ProductVersion).where(
        ProductVersion.product_id == product_id, ProductVersion.label == label
    )
    return db.session.scalar(statement)


def _check(label: str, note_zh: str, note_en: str, another: ProductVersion | None) -> None:
    if not label:
        raise Invalid(_("Please give the version a name, like 2.0."), field="label")
    if another is not None:
        raise Invalid(_("There is a version of this name already."), field="label")
    if not note_zh and not note_en:
        raise Invalid(_("Please say in at least one language what became different."), field="note_zh")


def _record(action: str, version: ProductVersion, by: Viewer | None, **facts: object) -> None:
    audit.record(
        action, by=by, target_kind="product", target_id=version.product_id, label=version.label, **facts
    )
