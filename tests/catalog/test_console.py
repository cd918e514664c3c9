"""Staff keep the products: each write plain and with htmx, for the right people only."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from PIL import Image

from portal.catalog.models import Category, Product
from portal.catalog.rules import OWNER
from portal.core import clock
from portal.core.audit import entries_of
from portal.core.db import db
from portal.core.media.queries import photos_of
from tests.answers import BOTH, place
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

SignIn = Callable[..., PortalClient]


@pytest.fixture
def keeper(as_staff: SignIn) -> PortalClient:
    return as_staff("manager")


def jpeg() -> io.BytesIO:
    buffer = io.BytesIO()
    Image.new("RGB", (80, 100), "#8c1230").save(buffer, "JPEG")
    buffer.seek(0)
    return buffer


def words(product: Product, **facts: Any) -> dict[str, Any]:
    fields = ("name_zh", "name_en", "category_id", "story_zh", "story_en", "version")
    return {name: getattr(product, name) for name in fields} | facts


def count(model: type[Product] | type[Category]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# ------------------------------------------------------------------ who may


def every_route(make: Make) -> list[tuple[str, str]]:
    product, shelf = make.product(), make.category()
    here, shelves = f"/console/products/{product.id}", "/console/products/categories"
    return [
        ("GET", "/console/products"),
        ("GET", "/console/products/new"),
        ("POST", "/console/products/new"),
        ("GET", here),
        ("POST", here),
        ("GET", f"{here}/picture"),
        ("POST", f"{here}/picture"),
        ("POST", f"{here}/hide"),
        ("POST", f"{here}/show"),
        ("GET", shelves),
        ("POST", shelves),
        ("POST", f"{shelves}/{shelf.id}"),
        ("POST", f"{shelves}/{shelf.id}/delete"),
    ]


def test_nobody_else_keeps_products(
    client: PortalClient, make: Make, as_member: SignIn, as_staff: SignIn
) -> None:
    member, moderator = as_member(), as_staff("moderator")
    for method, url in every_route(make):
        anonymous = client.open(url, method=method)
        assert anonymous.status_code in (303, 404), url
        assert anonymous.status_code == 404 or "/sign-in" in anonymous.location
        assert member.open(url, method=method).status_code == 404, url
        assert moderator.open(url, method=method).status_code == 403, url
    assert (count(Product), count(Category)) == (1, 2)


def test_unknown_ids_are_not_found(keeper: PortalClient) -> None:
    for url in ("/console/products/none", "/console/products/none/picture"):
        assert keeper.get(url).status_code == 404
    for url in (
        "none",
        "none/picture",
        "none/hide",
        "none/show",
        "categories/none",
        "categories/none/delete",
    ):
        assert keeper.post(f"/console/products/{url}").status_code == 404


# ------------------------------------------------------------------ products


def test_the_list_leads_from_nothing_to_the_first_product(keeper: PortalClient, make: Make) -> None:
    assert "First a shelf, then the products" in keeper.get("/console/products").text
    shelf = make.category()
    assert "The shelves are still empty" in keeper.get("/console/products").text
    make.product(name_en="Shown Bag", category=shelf)
    make.product(name_en="Secret Bag", category=shelf, shown=False)
    page = keeper.get("/console/products").text
    assert "Shown Bag" in page
    assert "Secret Bag" in page
    assert "No picture yet" in page


@BOTH
@pytest.mark.parametrize("slug", ["", "wheat"])
def test_a_product_sent_twice_is_one(keeper: PortalClient, make: Make, htmx: bool, slug: str) -> None:
    facts = {"name_zh": "麦浪托特", "name_en": "Wheat", "category_id": make.category().id, "slug": slug}
    first, second = (keeper.post("/console/products/new", data=facts, htmx=htmx) for _time in range(2))
    assert place(first, htmx=htmx) == place(second, htmx=htmx)
    assert db.session.scalar(sa.select(sa.func.count(Product.id))) == 1
    with clock.travel(clock.now() + timedelta(minutes=2)):
        keeper.post("/console/products/new", data=facts | {"slug": ""}, htmx=htmx)
    assert db.session.scalar(sa.select(sa.func.count(Product.id))) == 2


@BOTH
def test_a_new_product(keeper: PortalClient, make: Make, htmx: bool) -> None:
    shelf = make.category()
    facts = {
        "name_zh": " 麦浪托特 ",
        "name_en": "",
        "category_id": shelf.id,
        "story_zh": "五月。",
        "slug": "wheat",
    }
    answer = keeper.post("/console/products/new", data=facts, htmx=htmx)
    product = db.session.scalars(sa.select(Product)).one()
    assert (product.slug, product.name_en, product.shown) == ("wheat", "麦浪托特", False)
    place = f"/console/products/{product.id}"
    assert answer.headers["HX-Redirect" if htmx else "Location"] == place
    assert answer.status_code == (204 if htmx else 303)
    assert "Now it needs a picture" in keeper.get(place).text


@BOTH
@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"name_zh": "", "name_en": " "}, "in at least one language"),
        ({"slug": "Big Bag"}, "small letters, digits and hyphens"),
        ({"slug": "taken"}, "This address is taken"),
        ({"category_id": "nowhere"}, "Not a valid choice"),
        ({"name_en": "x" * 61}, "at most 60 characters"),
    ],
)
def test_a_refused_product_keeps_what_was_typed(
    keeper: PortalClient, make: Make, htmx: bool, bad: dict[str, str], sentence: str
) -> None:
    shelf = make.category()
    make.product(slug="taken", category=shelf)
    facts = {"name_zh": "麦", "name_en": "Wheat", "category_id": shelf.id, "story_en": "Kept words."} | bad
    answer = keeper.post("/console/products/new", data=facts, htmx=htmx)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Kept words." in answer.text
    assert 'id="product-form"' in answer.text
    assert count(Product) == 1


@BOTH
def test_changing_a_product(keeper: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product()
    answer = keeper.post(
        f"/console/products/{product.id}", data=words(product, name_en="Field Tote"), htmx=htmx
    )
    assert answer.status_code == (200 if htmx else 303)
    assert (product.name_en, product.version) == ("Field Tote", 2)
    assert entries_of("product", product.id)[0].action == "product.changed"
    if htmx:
        assert 'id="product-form"' in answer.text
        assert 'value="2"' in answer.text
        assert "Saved." in answer.text


@BOTH
def test_a_colleague_was_faster(keeper: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product()
    url = f"/console/products/{product.id}"
    keeper.post(url, data=words(product, name_en="First"))
    answer = keeper.post(url, data=words(product, name_en="Second", version=1), htmx=htmx)
    assert answer.status_code == 409
    assert "A colleague changed this product" in answer.text
    form = BeautifulSoup(answer.text, "html.parser").select_one("#product-form")
    assert form is not None
    typed = {str(field["name"]): field.get("value") for field in form.select("input[name]")}
    assert (typed["name_en"], typed["version"]) == ("Second", "2")
    assert product.name_en == "First"
    assert keeper.post(url, data=words(product, name_en="Second", version=2)).status_code == 303
    assert product.name_en == "Second"


@BOTH
def test_a_refused_change_keeps_what_was_typed(keeper: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product()
    facts = words(product, story_zh="", story_en="", name_en="Typed")
    answer = keeper.post(f"/console/products/{product.id}", data=facts, htmx=htmx)
    assert answer.status_code == 422
    assert "in at least one language first" in answer.text
    assert 'value="Typed"' in answer.text
    assert product.name_en == "Wheatfield Tote"


@BOTH
def test_hide_and_show(keeper: PortalClient, client: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product(slug="wheat")
    url = f"/console/products/{product.id}"
    for _ in range(2):
        answer = keeper.post(f"{url}/hide", htmx=htmx)
        assert answer.status_code == (200 if htmx else 303)
        assert client.get("/products/wheat").status_code == 404
    if htmx:
        assert 'id="product-standing"' in answer.text
        assert f"{url}/show?undo=1" in answer.text
        undone = keeper.post(f"{url}/show?undo=1", htmx=True)
        assert (undone.status_code, undone.headers["HX-Redirect"]) == (204, url)
        keeper.post(f"{url}/hide")
    keeper.post(f"{url}/show", htmx=htmx)
    assert client.get("/products/wheat").status_code == 200


@BOTH
def test_what_has_no_story_is_not_shown(keeper: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product(story_zh="", story_en="", shown=False)
    answer = keeper.post(f"/console/products/{product.id}/show", htmx=htmx)
    assert answer.status_code == 422
    assert "story in at least one language first" in answer.text
    assert not product.shown


# ------------------------------------------------------------------ pictures


@BOTH
def test_a_picture(keeper: PortalClient, make: Make, run_jobs: Callable[[], None], htmx: bool) -> None:
    product = make.product()
    url = f"/console/products/{product.id}/picture"
    answer = keeper.post(url, data={"picture": (jpeg(), "bag.jpg")}, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    waiting = keeper.get(url, htmx=True).text
    assert "is being prepared" in waiting
    assert "hx-trigger" in waiting
    run_jobs()
    ready = keeper.get(url, htmx=True).text
    assert "hx-trigger" not in ready
    assert product.picture is not None
    assert f"/media/{product.picture}/" in ready
    assert entries_of("product", product.id)[0].action == "product.picture_set"


@BOTH
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"GIF89a not a photo", "not a photo we can read"),
        (b"", "Please choose a picture first"),
        (None, "Please choose"),
    ],
)
def test_what_is_no_picture(
    keeper: PortalClient, make: Make, htmx: bool, content: bytes | None, sentence: str
) -> None:
    product = make.product()
    data = {} if content is None else {"picture": (io.BytesIO(content), "bag.jpg" if content else "")}
    answer = keeper.post(f"/console/products/{product.id}/picture", data=data, htmx=htmx)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'id="product-picture"' in answer.text
    assert photos_of(OWNER, product.id) == []


def test_a_picture_may_be_larger_than_other_forms(keeper: PortalClient, make: Make) -> None:
    product = make.product()
    large = io.BytesIO(jpeg().getvalue() + b"\0" * 3_000_000)
    answer = keeper.post(f"/console/products/{product.id}/picture", data={"picture": (large, "bag.jpg")})
    assert answer.status_code == 303
    assert keeper.post("/console/products/new", data={"story_en": "x" * 3_000_000}).status_code == 413


# ------------------------------------------------------------------ shelves


@BOTH
def test_a_new_shelf(keeper: PortalClient, make: Make, htmx: bool) -> None:
    top = make.category()
    facts = {"new-name_en": "Totes", "new-parent_id": top.id, "new-position": "3"}
    answer = keeper.post("/console/products/categories", data=facts, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    made = db.session.scalars(sa.select(Category).where(Category.slug == "totes")).one()
    assert (made.name_zh, made.parent_id, made.position) == ("Totes", top.id, 3)
    assert "Totes" in keeper.get("/console/products/categories").text


@BOTH
def test_a_refused_shelf(keeper: PortalClient, htmx: bool) -> None:
    facts = {"new-name_en": "", "new-name_zh": "", "new-position": "-4", "new-parent_id": ""}
    answer = keeper.post("/console/products/categories", data=facts, htmx=htmx)
    assert answer.status_code == 422
    assert "in at least one language" in answer.text
    assert "from 0 to 999" in answer.text
    assert count(Category) == 0


@BOTH
def test_changing_a_shelf(keeper: PortalClient, make: Make, htmx: bool) -> None:
    shelf, other = make.category(slug="carry"), make.category(slug="road")
    url = f"/console/products/categories/{shelf.id}"
    facts = {
        "carry-name_en": "Carriers",
        "carry-name_zh": "手提",
        "carry-position": "2",
        "carry-parent_id": "",
    }
    answer = keeper.post(url, data=facts, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert (shelf.name_en, shelf.position) == ("Carriers", 2)
    make.category(parent=shelf)
    answer = keeper.post(url, data=facts | {"carry-parent_id": other.id}, htmx=htmx)
    assert answer.status_code == 422
    assert "Shelves have two levels" in answer.text
    assert shelf.parent_id is None


@BOTH
def test_only_an_empty_shelf_goes(keeper: PortalClient, make: Make, htmx: bool) -> None:
    shelf, empty = make.category(slug="full"), make.category(slug="empty")
    make.product(category=shelf)
    refused = keeper.post(f"/console/products/categories/{shelf.id}/delete", htmx=htmx)
    assert refused.status_code == 409
    assert "still products on this shelf" in refused.text
    gone = keeper.post(f"/console/products/categories/{empty.id}/delete", htmx=htmx)
    assert gone.status_code == (200 if htmx else 303)
    assert count(Category) == 1
