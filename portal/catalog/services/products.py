"""Verbs on products. They flush, never commit; every act of staff is audited."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.catalog.models import Category, Product
from portal.catalog.services.naming import add_with_slug
from portal.catalog.signals import ProductRenamed, product_renamed
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, lock_row
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoState
from portal.core.media.queries import find_photo, photos_of
from portal.core.media.services import Staged, attach, remove_photo

#: the owner kind of product pictures in core/media
OWNER = "product"
#: the picture in sight, and the one that is being prepared to take its place
MOST_PICTURES = 2
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
    slug: str = "",
    shown: bool = False,
) -> Product:
    """Put a product on a shelf; hidden unless ``shown``, so that its picture can come first.

    The address is made of the English name when ``slug`` is empty, and stays for ever. The same sent twice within a
    minute (an impatient finger) is one product. Raises Invalid.
    """
    _check_category(category_id)
    _check_story(shown, story_zh, story_en)
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
) -> None:
    """Change the words and the shelf. Conflict when somebody changed the product since ``version``."""
    _hold(product, version)
    _check_category(category_id)
    _check_story(product.shown, story_zh, story_en)
    wanted = {
        "name_zh": name_zh or name_en,
        "name_en": name_en or name_zh,
        "category_id": category_id,
        "story_zh": story_zh,
        "story_en": story_en,
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
    """Let everyone see it. Showing twice is showing once. Raises Invalid while it has no words to show."""
    if product.shown:
        return
    _check_story(True, product.story_zh, product.story_en)
    product.shown = True
    _record("product.shown", product, by)


def hide_product(product: Product, *, by: Viewer | None) -> None:
    """Take it off the shelves; its address answers 404, its stories stay and keep its name."""
    if not product.shown:
        return
    product.shown = False
    _record("product.hidden", product, by)


def set_picture(product: Product, staged: Staged, *, by: Viewer) -> Photo:
    """Give the product a new picture. The old one stays in sight until the new one is prepared."""
    lock_row(Product, product.id)
    for photo in photos_of(OWNER, product.id):
        if photo.id != product.picture:
            remove_photo(photo)
    photo = attach(staged, owner_kind=OWNER, owner_id=product.id, by=by, limit=MOST_PICTURES, published=True)
    _record("product.picture_set", product, by)
    return photo


def settle_picture(product_id: str, photo_id: str) -> None:
    """A picture left the worker: when it is ready it takes its place and the old one goes. Repeatable."""
    product, photo = db.session.get(Product, product_id), find_photo(photo_id)
    if product is None or photo is None or photo.state is not PhotoState.READY or product.picture == photo.id:
        return
    product.picture = photo.id
    for other in photos_of(OWNER, product.id):
        if other.id != photo.id:
            remove_photo(other)
    db.session.flush()


# ------------------------------------------------------------------ inside


def _hold(product: Product, version: int) -> None:
    lock_row(Product, product.id)
    db.session.refresh(product)
    if product.version != version:
        raise Conflict(
            _("A colleague changed this product meanwhile. Your words are still here: please compare.")
        )


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


def _record(action: str, product: Product, by: Viewer | None, **facts: object) -> None:
    audit.record(action, by=by, target_kind="product", target_id=product.id, **facts)
