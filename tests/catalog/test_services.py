"""Verbs on products and shelves."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from portal.catalog import services
from portal.catalog.models import Category, Product
from portal.catalog.rules import OWNER
from portal.core.audit import entries_of
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid
from portal.core.media.models import Photo
from portal.core.media.queries import photos_of
from portal.core.media.services import Staged, stage_upload
from tests.make import Make

WORDS = {
    "name_zh": "麦浪托特",
    "name_en": "Wheatfield Tote",
    "story_zh": "五月的麦田。",
    "story_en": "In May.",
}
KEEPER: Any = SimpleNamespace(id="k" * 26)


def create(make: Make, **facts: Any) -> Product:
    facts.setdefault("category_id", make.category().id)
    with transaction():
        return services.create_product(by=None, **(WORDS | facts))


def picture(color: str = "#8c1230") -> Staged:
    buffer = io.BytesIO()
    Image.new("RGB", (80, 100), color).save(buffer, "JPEG")
    buffer.seek(0)
    staged = stage_upload(buffer)
    db.session.commit()
    return staged


def put(product: Product, staged: Staged) -> str:
    with transaction():
        return services.set_picture(product, staged, by=KEEPER).id


def actions(kind: str, object_id: str) -> list[str]:
    return [entry.action for entry in reversed(entries_of(kind, object_id))]


# ------------------------------------------------------------------ products


def test_a_new_product_is_hidden_and_has_an_address(make: Make) -> None:
    product = create(make)
    assert (product.slug, product.shown, product.version) == ("wheatfield-tote", False, 1)
    assert actions("product", product.id) == ["product.created"]


def test_addresses_never_clash(make: Make) -> None:
    assert [create(make).slug for _ in range(3)] == [
        "wheatfield-tote",
        "wheatfield-tote-2",
        "wheatfield-tote-3",
    ]
    assert create(make, name_en="", slug="").slug == "product"
    assert create(make, name_en="New").slug == "new-2", "the console's own pages keep their address"
    assert create(make, slug="may-2026").slug == "may-2026"


@pytest.mark.parametrize("slug", ["Big", "a b", "-a", "a--b", "麦", "new", "x" * 65, "wheatfield-tote"])
def test_an_unfit_or_taken_address_is_refused(make: Make, slug: str) -> None:
    create(make)
    with pytest.raises(Invalid) as refusal:
        create(make, slug=slug)
    assert refusal.value.field == "slug"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Product)) == 1


def test_one_language_is_enough(make: Make) -> None:
    product = create(make, name_zh="")
    assert product.name_zh == product.name_en == "Wheatfield Tote"


def test_a_product_stands_on_a_shelf(make: Make) -> None:
    with pytest.raises(Invalid) as refusal:
        create(make, category_id="nowhere")
    assert refusal.value.field == "category_id"


def test_change(make: Make) -> None:
    product = create(make)
    facts = WORDS | {"name_en": "Field Tote", "category_id": product.category_id}
    with transaction():
        services.change_product(product, by=None, version=1, **facts)
    with transaction():
        services.change_product(product, by=None, version=2, **facts)
    assert (product.name_en, product.slug, product.version) == ("Field Tote", "wheatfield-tote", 2)
    assert actions("product", product.id) == ["product.created", "product.changed"]
    assert entries_of("product", product.id)[0].facts == {"fields": ["name_en"]}


def test_a_colleague_was_faster(make: Make) -> None:
    product = create(make)
    facts = WORDS | {"category_id": product.category_id}
    with transaction():
        services.change_product(product, by=None, version=1, **(facts | {"name_en": "First"}))
    with pytest.raises(Conflict), transaction():
        services.change_product(product, by=None, version=1, **(facts | {"name_en": "Second"}))
    assert product.name_en == "First"


def test_show_and_hide_twice_is_once(make: Make) -> None:
    product = create(make)
    for verb, shown in ((services.show_product, True), (services.hide_product, False)):
        for _ in range(2):
            with transaction():
                verb(product, by=None)
        assert product.shown is shown
    assert actions("product", product.id) == ["product.created", "product.shown", "product.hidden"]
    assert product.version == 1, "a form that is open meanwhile may still be saved"


def test_without_a_story_nothing_is_shown(make: Make) -> None:
    product = create(make, story_zh=" ", story_en="")
    with pytest.raises(Invalid), transaction():
        services.show_product(product, by=None)
    assert not product.shown


# ------------------------------------------------------------------ pictures


def test_a_picture_shows_once_it_is_ready(make: Make, run_jobs: Any) -> None:
    product = create(make)
    photo_id = put(product, picture())
    assert product.picture is None
    run_jobs()
    assert product.picture == photo_id
    photo = db.session.get_one(Photo, photo_id)
    assert (photo.owner_kind, photo.owner_id, photo.published) == (OWNER, product.id, False)


def test_the_old_picture_stays_until_the_new_one_is_ready(make: Make, run_jobs: Any) -> None:
    product = create(make)
    first = put(product, picture())
    run_jobs()
    second = put(product, picture("#253a63"))
    assert product.picture == first
    run_jobs()
    assert product.picture == second
    assert [photo.id for photo in photos_of(OWNER, product.id)] == [second]


def test_a_second_upload_replaces_the_one_that_waits(make: Make, run_jobs: Any) -> None:
    product = create(make)
    put(product, picture())
    second = put(product, picture("#253a63"))
    assert [photo.id for photo in photos_of(OWNER, product.id)] == [second]
    run_jobs()
    assert product.picture == second


def test_a_finished_photo_of_something_else_changes_nothing(app: Flask, make: Make) -> None:
    product = create(make)
    photo = make.photo("story", product.id)
    with transaction():
        services.settle_picture("nobody", photo.id)
        services.settle_picture(product.id, "no-photo")
    assert product.picture is None


# ------------------------------------------------------------------ shelves


def test_shelves_have_two_levels(make: Make) -> None:
    top, other = make.category(), make.category()
    with transaction():
        child = services.create_category(by=None, name_zh="托特", name_en="Totes", parent_id=top.id)
    assert (child.slug, child.parent_id) == ("totes", top.id)
    with pytest.raises(Invalid), transaction():
        services.create_category(by=None, name_zh="小", name_en="Small", parent_id=child.id)
    with pytest.raises(Invalid), transaction():
        rename(top, parent_id=other.id)
    with pytest.raises(Invalid), transaction():
        rename(other, parent_id=other.id)
    with transaction():
        rename(child, parent_id=None, name_en="Carriers", position=7)
    assert (child.parent_id, child.name_en, child.position) == (None, "Carriers", 7)


def rename(category: Category, **facts: Any) -> None:
    words = {"name_zh": category.name_zh, "name_en": category.name_en, "parent_id": None, "position": 0}
    services.change_category(category, by=None, **(words | facts))


def test_only_an_empty_shelf_goes(make: Make) -> None:
    top = make.category()
    child = make.category(parent=top)
    product = make.product(category=child)
    for category in (top, child):
        with pytest.raises(Conflict), transaction():
            services.delete_category(category, by=None)
    with transaction():
        db.session.delete(product)
        db.session.flush()
        services.delete_category(child, by=None)
        services.delete_category(top, by=None)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Category)) == 0
