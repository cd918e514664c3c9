"""The colours of a product, in the order of its page. Each verb holds the product first."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.catalog.models import Product, ProductColor
from portal.catalog.rules import MOST_COLORS, fingerprint, is_swatch
from portal.core import audit
from portal.core.access import Viewer
from portal.core.db import db, lock_row
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _, ngettext


def add_color(
    product: Product, *, by: Viewer | None, name_zh: str, name_en: str, swatch: str
) -> ProductColor:
    """A new colour, last in order; sent twice it is one. Raises Invalid, and Conflict when there are enough."""
    colors = _hold(product)
    name_zh, name_en, swatch = _checked(name_zh, name_en, swatch)
    for color in colors:
        if (color.name_zh, color.name_en, color.swatch) == (name_zh, name_en, swatch):
            return color
    if len(colors) >= MOST_COLORS:
        raise Conflict(
            ngettext(
                "There is room for %(num)s colour only.",
                "There is room for %(num)s colours only.",
                MOST_COLORS,
            )
        )
    made = ProductColor(
        product_id=product.id, position=len(colors), name_zh=name_zh, name_en=name_en, swatch=swatch
    )
    db.session.add(made)
    db.session.flush()
    _record("product.color_added", made, by, name=made.name_en)
    return made


def change_color(
    color: ProductColor, *, by: Viewer | None, seen: str, name_zh: str, name_en: str, swatch: str
) -> None:
    """Another name or swatch; what names the colour follows. The same again changes nothing. Raises Invalid, and Conflict
    when a colleague changed what ``seen`` is the fingerprint of.
    """
    lock_row(Product, color.product_id)
    db.session.refresh(color)
    if fingerprint(color) != seen:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))
    wanted = _checked(name_zh, name_en, swatch)
    if (color.name_zh, color.name_en, color.swatch) == wanted:
        return
    color.name_zh, color.name_en, color.swatch = wanted
    db.session.flush()
    _record("product.color_changed", color, by)


def move_color(color: ProductColor, *, by: Viewer | None, steps: int) -> None:
    """Move it some places forward (-1) or back (1)."""
    product = db.session.get_one(Product, color.product_id)
    colors = _hold(product)
    others = [other for other in colors if other.id != color.id]
    place = min(max(colors.index(color) + steps, 0), len(others))
    _number([*others[:place], color, *others[place:]])
    _record("product.color_moved", color, by)


def remove_color(color: ProductColor, *, by: Viewer | None) -> None:
    """Take a colour away that nothing names. Conflict when a credit, or something of a room above, does."""
    colors = _hold(db.session.get_one(Product, color.product_id))
    _record("product.color_removed", color, by, name=color.name_en)
    try:
        with db.session.begin_nested():
            db.session.delete(color)
    except IntegrityError:
        raise Conflict(
            _("Something names this colour: a drop, a naming contest or somebody’s credit. It stays.")
        ) from None
    _number([other for other in colors if other.id != color.id])


# ------------------------------------------------------------------ inside


def _hold(product: Product) -> list[ProductColor]:
    """The colours in their order, held until the transaction ends."""
    lock_row(Product, product.id)
    mine = sa.select(ProductColor).where(ProductColor.product_id == product.id)
    ordered = mine.order_by(ProductColor.position, ProductColor.id)
    return list(db.session.scalars(ordered.execution_options(populate_existing=True)))


def _checked(name_zh: str, name_en: str, swatch: str) -> tuple[str, str, str]:
    if not name_zh and not name_en:
        raise Invalid(_("Please give it a name in at least one language."), field="name_zh")
    if not is_swatch(swatch):
        raise Invalid(_("Please choose a colour, like #b5462f."), field="swatch")
    return name_zh or name_en, name_en or name_zh, swatch.lower()


def _number(colors: list[ProductColor]) -> None:
    for position, color in enumerate(colors):
        color.position = position
    db.session.flush()


def _record(action: str, color: ProductColor, by: Viewer | None, **facts: object) -> None:
    audit.record(action, by=by, target_kind="product", target_id=color.product_id, color=color.id, **facts)
