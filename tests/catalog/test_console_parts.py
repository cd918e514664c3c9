"""Staff keep pictures, colours and versions: each write plain and with htmx."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from portal.catalog import queries
from portal.catalog.models import Product, ProductVersion
from portal.catalog.rules import OWNER, fingerprint
from portal.core.audit import entries_of
from portal.core.db import db
from portal.core.media.queries import photos_of
from tests.answers import BOTH, picture, place, stored, text_of
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

SignIn = Callable[..., PortalClient]


@pytest.fixture
def keeper(as_staff: SignIn) -> PortalClient:
    return as_staff("manager")


def base(product: Product) -> str:
    return f"/console/products/{product.id}"


def seen(keeper: PortalClient, url: str) -> str:
    """What the form at this address carries of what it shows."""
    field = BeautifulSoup(keeper.get(url).text, "html.parser").select_one("input[name=seen]")
    assert field is not None
    return str(field["value"])


def fits(status: int, *, htmx: bool) -> bool:
    return status == (200 if htmx else 303)


# ------------------------------------------------------------------ who may


def test_nobody_else_and_nothing_foreign(
    keeper: PortalClient, make: Make, as_member: SignIn, as_staff: SignIn
) -> None:
    product, other = make.product(), make.product()
    color, version, photo = make.color(other), make.version(other), make.photo(OWNER, other.id)
    member, moderator = as_member(), as_staff("moderator")
    for path in ("pictures", "colors", "versions", "credits"):
        assert keeper.get(f"{base(product)}/{path}").status_code == 200
        assert keeper.get(f"/console/products/none/{path}").status_code == 404
        assert member.get(f"{base(product)}/{path}").status_code == 404
        assert moderator.get(f"{base(product)}/{path}").status_code == 403
    for path in (f"pictures/{photo.id}", f"colors/{color.id}", f"versions/{version.id}"):
        assert keeper.get(f"{base(product)}/{path}").status_code == 404
    deeds = [f"pictures/{photo.id}/{deed}" for deed in ("describe", "up", "choose", "retry", "remove")]
    deeds += [f"colors/{color.id}{deed}" for deed in ("", "/up", "/remove")]
    deeds += [f"versions/{version.id}{deed}" for deed in ("", "/remove")]
    for path in deeds:
        assert keeper.post(f"{base(product)}/{path}").status_code == 404, path
        assert member.post(f"{base(other)}/{path}").status_code == 404, path
    assert (len(photos_of(OWNER, other.id)), stored(color).position) == (1, 0)


# ------------------------------------------------------------------ pictures


@BOTH
def test_several_pictures_at_once(
    keeper: PortalClient, make: Make, run_jobs: Callable[[], None], htmx: bool
) -> None:
    product = make.product()
    url = f"{base(product)}/pictures"
    files = [(picture(), "one.jpg"), (picture("navy"), "two.jpg")]
    answer = keeper.post(url, data={"pictures": files}, htmx=htmx)
    assert fits(answer.status_code, htmx=htmx)
    first, second = [photo.id for photo in photos_of(OWNER, product.id)]
    assert f"{url}/{first}" in keeper.get(url).text, "a row that waits asks for itself"
    run_jobs()
    row = keeper.get(f"{url}/{second}", htmx=True).text
    assert "hx-get" not in row and "Let it come first" in row
    assert keeper.get(f"{url}/{second}").location == url
    answer = keeper.post(f"{url}/{second}/choose", data={"alt": "Open"}, htmx=htmx)
    assert fits(answer.status_code, htmx=htmx)
    assert stored(product).picture == second
    assert [shown.alt for shown in queries.pictures_of(product)] == ["Open", "Wheatfield Tote"]
    keeper.post(f"{url}/{second}/up", htmx=htmx)
    assert [photo.id for photo in photos_of(OWNER, product.id)] == [second, first]
    gone = keeper.post(f"{url}/{second}/remove", htmx=htmx)
    assert fits(gone.status_code, htmx=htmx)
    assert stored(product).picture == first
    assert keeper.post(f"{url}/{second}/remove", htmx=htmx).status_code == 404


@BOTH
def test_one_that_is_refused_does_not_stop_the_others(keeper: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product()
    files = [(io.BytesIO(b"GIF89a no photo"), "bad.gif"), (picture(), "good.jpg")]
    answer = keeper.post(f"{base(product)}/pictures", data={"pictures": files}, htmx=htmx)
    assert "bad.gif: " in text_of(answer, 422)
    assert len(photos_of(OWNER, product.id)) == 1
    empty = keeper.post(f"{base(product)}/pictures", htmx=htmx)
    assert "Please choose a picture first" in text_of(empty, 422)


@BOTH
def test_a_refused_deed_keeps_the_words(keeper: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product()
    photo = make.photo(OWNER, product.id, published=True)
    url = f"{base(product)}/pictures/{photo.id}/describe"
    answer = keeper.post(url, data={"alt": "x" * 501}, htmx=htmx)
    assert "x" * 501 in text_of(answer, 422)
    assert stored(photo).alt == ""


# ------------------------------------------------------------------ colours


@BOTH
def test_colours(keeper: PortalClient, client: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product(slug="wheat")
    url = f"{base(product)}/colors"
    for name in ("Brick", "Moss"):
        answer = keeper.post(url, data={"name_en": name, "swatch": "#b4512f"}, htmx=htmx)
        assert fits(answer.status_code, htmx=htmx)
    brick, moss = queries.colors_of([product.id])[product.id]
    answer = keeper.post(f"{url}/{moss.id}/up", htmx=htmx)
    assert fits(answer.status_code, htmx=htmx)
    facts = {"name_zh": "苔", "swatch": "#2F5D50", "seen": seen(keeper, f"{url}/{moss.id}")}
    assert place(keeper.post(f"{url}/{moss.id}", data=facts, htmx=htmx), htmx=htmx) == url
    page = client.get("/products/wheat", lang="zh").text
    assert page.index('fill="#2f5d50"') < page.index('fill="#b4512f"')
    assert "苔" in page
    assert place(keeper.post(f"{url}/{brick.id}/remove", htmx=htmx), htmx=htmx) == url
    assert [color.id for color in queries.colors_of([product.id])[product.id]] == [moss.id]


@BOTH
def test_a_refused_colour_keeps_what_was_typed(keeper: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product()
    color = make.color(product)
    for url in (f"{base(product)}/colors", f"{base(product)}/colors/{color.id}"):
        facts = {"name_en": "Kept 🧵", "swatch": "red", "seen": fingerprint(color)}
        answer = keeper.post(url, data=facts, htmx=htmx)
        text = text_of(answer, 422)
        assert "Kept 🧵" in text and "like #b5462f" in text
    make.credit(product, make.member(), color_id=color.id)
    refused = keeper.post(f"{base(product)}/colors/{color.id}/remove", htmx=htmx)
    assert "It stays." in text_of(refused, 409)


@BOTH
def test_a_colleague_was_faster(keeper: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product()
    for part, first, second in (
        (make.color(product), {"name_en": "First"}, {"name_en": "Second", "swatch": "#000000"}),
        (make.version(product), {"label": "First"}, {"label": "Second", "note_en": "Kept words."}),
    ):
        url = f"{base(product)}/{'versions' if 'label' in first else 'colors'}/{part.id}"
        facts = {"swatch": "#ffffff", "released_on": "2026-05-06", "note_en": "x", "seen": seen(keeper, url)}
        assert keeper.post(url, data=facts | first).status_code == 303
        answer = keeper.post(url, data=facts | second, htmx=htmx)
        text = text_of(answer, 409)
        assert "A colleague changed this meanwhile" in text and "Second" in text
        again = BeautifulSoup(text, "html.parser").select_one("input[name=seen]")
        assert again is not None
        answer = keeper.post(url, data=facts | second | {"seen": str(again["value"])}, htmx=htmx)
        assert place(answer, htmx=htmx) == url.rpartition("/")[0]


# ------------------------------------------------------------------ versions


@BOTH
def test_versions(keeper: PortalClient, client: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product(slug="wheat")
    url = f"{base(product)}/versions"
    facts = {"label": "2.0", "released_on": "2026-05-06", "note_zh": "提手长了。", "note_en": ""}
    for _twice in range(2):
        assert fits(keeper.post(url, data=facts, htmx=htmx).status_code, htmx=htmx)
    [version] = queries.versions_of(product.id).items
    page = client.get("/products/wheat").text
    assert 'lang="zh-CN">提手长了。' in page and "May 6, 2026" in page
    changed = facts | {"note_en": "Longer.", "seen": seen(keeper, f"{url}/{version.id}")}
    answer = keeper.post(f"{url}/{version.id}", data=changed, htmx=htmx)
    assert place(answer, htmx=htmx) == url
    assert stored(version).note_en == "Longer."
    assert place(keeper.post(f"{url}/{version.id}/remove", htmx=htmx), htmx=htmx) == url
    assert [entry.action for entry in entries_of("product", product.id)] == [
        "product.version_removed",
        "product.version_changed",
        "product.version_added",
    ]


@BOTH
@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"label": ""}, "Please fill this in"),
        ({"released_on": "yesterday"}, "valid date"),
        ({"released_on": ""}, "Please choose a day"),
        ({"note_en": ""}, "what became different"),
        ({"label": "1.0"}, "a version of this name already"),
    ],
)
def test_a_refused_version_keeps_what_was_typed(
    keeper: PortalClient, make: Make, htmx: bool, bad: dict[str, str], sentence: str
) -> None:
    product = make.product()
    make.version(product, "1.0")
    facts = {"label": "2.0", "released_on": "2026-05-06", "note_zh": "", "note_en": "Kept words."} | bad
    answer = keeper.post(f"{base(product)}/versions", data=facts, htmx=htmx)
    text = text_of(answer, 422)
    assert sentence in text
    assert facts["note_en"] in text
    assert db.session.query(ProductVersion).count() == 1


# ------------------------------------------------------------------ the shop


@BOTH
def test_the_way_to_the_shop(keeper: PortalClient, client: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product(slug="wheat")
    fields = ("name_zh", "name_en", "category_id", "story_zh", "story_en", "version")
    words = {name: getattr(product, name) for name in fields}
    bad = keeper.post(base(product), data=words | {"shop_url": "http://shop.example"}, htmx=htmx)
    assert "begins with https://" in text_of(bad, 422)
    assert 'value="http://shop.example"' in bad.text
    good = keeper.post(base(product), data=words | {"shop_url": "https://shop.example/w"}, htmx=htmx)
    assert fits(good.status_code, htmx=htmx)
    assert 'href="https://shop.example/w" rel="noopener"' in client.get("/products/wheat").text
