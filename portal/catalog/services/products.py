"""Verbs on products. They flush, never commit; every act of staff is audited."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.catalog.models import Category, Product
from portal.catalog.rules import OWNER, is_shop_url
from portal.catalog.services.naming import add_with_slug
from portal.catalog.signals import ProductRenamed, product_renamed
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, lock_row
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.media import services as media

#: the same words again within this time are the same product
SAME_WITHIN = timedelta(minutes=1)


def create_product(
    *,
    by: Viewer | None,
    name_zh: str,
    name_en: str,
    category_id: str,
    story_zh: str = "",
    story_en: str = "",
    shop_url: str = "",
    slug: str = "",
    shown: bool = False,
) -> Product:
    """Put a product on a shelf; hidden unless ``shown``, so that its picture can come first.

    The address is made of the English name when ``slug`` is empty, and stays for ever. The same sent twice within a
    minute (an impatient finger) is one product. Raises Invalid.
    """
    _check_category(category_id)
    _check_story(shown, story_zh, story_en)
    _check_shop(shop_url)
    if (
        by is not None
        and (made := _made_just_now(category_id, name_zh, name_en, story_zh, story_en)) is not None
    ):
        return made
    product = Product(
        name_zh=name_zh or name_en,
        name_en=name_en or name_zh,
        category_id=category_id,
        story_zh=story_zh,
        story_en=story_en,
        shop_url=shop_url,
        shown=shown,
        created_at=clock.now(),
    )
    add_with_slug(product, wanted=slug, names=(name_en, name_zh), fallback="product")
    _record("product.created", product, by, slug=product.slug)
    return product


def change_product(
    product: Product,
    *,
    by: Viewer | None,
    version: int,
    name_zh: str,
    name_en: str,
    category_id: str,
    story_zh: str,
    story_en: str,
    shop_url: str | None = None,
) -> None:
    """Change the words, the shelf and where it is sold (None: as it is). Conflict when somebody changed the product since ``version``."""
    _hold(product)
    if product.version != version:
        raise Conflict(
            _("A colleague changed this product meanwhile. Your words are still here: please compare.")
        )
    _check_category(category_id)
    _check_story(product.shown, story_zh, story_en)
    shop_url = product.shop_url if shop_url is None else shop_url
    _check_shop(shop_url)
    wanted = {
        "name_zh": name_zh or name_en,
        "name_en": name_en or name_zh,
        "category_id": category_id,
        "story_zh": story_zh,
        "story_en": story_en,
        "shop_url": shop_url,
    }
    changed = sorted(field for field, value in wanted.items() if getattr(product, field) != value)
    if not changed:
        return
    for field in changed:
        setattr(product, field, wanted[field])
    product.version += 1
    _record("product.changed", product, by, fields=changed)
    if {"name_zh", "name_en"} & set(changed):
        product_renamed.send(ProductRenamed(product.id))


def show_product(product: Product, *, by: Viewer | None) -> None:
    """Let everyone see it and its pictures. Showing twice is showing once. Raises Invalid while it has no words to show."""
    _hold(product)
    if product.shown:
        return
    _check_story(True, product.story_zh, product.story_en)
    product.shown = True
    media.publish_photos(OWNER, product.id)
    _record("product.shown", product, by)


def hide_product(product: Product, *, by: Viewer | None) -> None:
    """Take it off the shelves; its address and those of its pictures answer 404, its stories stay and keep its name."""
    _hold(product)
    if not product.shown:
        return
    product.shown = False
    media.withdraw_photos(OWNER, product.id)
    _record("product.hidden", product, by)


# ------------------------------------------------------------------ inside


def _hold(product: Product) -> None:
    """Its pictures are hung under the same lock: none of them is for everyone while the product is hidden."""
    lock_row(Product, product.id)
    db.session.refresh(product)


def _made_just_now(
    category_id: str, name_zh: str, name_en: str, story_zh: str, story_en: str
) -> Product | None:
    """The product that says the same already. Of two requests at once the second waits for the first, at the shelf."""
    lock_row(Category, category_id)
    same = sa.select(Product).where(
        Product.category_id == category_id,
        Product.name_zh == (name_zh or name_en),
        Product.name_en == (name_en or name_zh),
        Product.story_zh == story_zh,
        Product.story_en == story_en,
        Product.created_at > clock.now() - SAME_WITHIN,
    )
    return db.session.scalar(same.limit(1))


def _check_category(category_id: str) -> None:
    if db.session.get(Category, category_id) is None:
        raise Invalid(_("Please choose a shelf."), field="category_id")


def _check_story(shown: bool, story_zh: str, story_en: str) -> None:
    if shown and not (story_zh.strip() or story_en.strip()):
        raise Invalid(_("Please tell the product's story in at least one language first."), field="story_zh")


def _check_shop(shop_url: str) -> None:
    if shop_url and not is_shop_url(shop_url):
        raise Invalid(_("Please give a whole address that begins with https://."), field="shop_url")


def _record(action: str, product: Product, by: Viewer | None, **facts: object) -> None:
    audit.record(action, by=by, target_kind="product", target_id=product.id, **facts)
