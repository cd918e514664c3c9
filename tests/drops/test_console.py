"""The studio of drops: each deed plainly and with htmx, nothing typed is lost, strangers find nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, new_id
from portal.drops.models import Drop, DropItem
from portal.drops.queries.studio import next_slots
from tests.client import PortalClient
from tests.drops.test_views import words
from tests.make import Make

pytestmark = pytest.mark.one_database
Signed = Callable[..., PortalClient]
LIST = "/console/drops"


@pytest.fixture
def keeper(as_staff: Signed) -> PortalClient:
    return as_staff("manager")


def typed(**more: str) -> dict[str, str]:
    return {
        "key": new_id(),
        "slot": next_slots()[2].isoformat(),
        "name_zh": "初雪",
        "name_en": "",
        "lead_en": "Three bags.",
    } | more


@pytest.mark.parametrize("htmx", [False, True])
def test_from_a_new_draft_to_everybody(keeper: PortalClient, make: Make, htmx: bool) -> None:
    product = make.product(name_en="Field bag")
    color = make.color(product)
    form = typed()
    for _again in range(2):
        made = keeper.post(f"{LIST}/new", data=form, htmx=htmx)
    drop = db.session.scalars(sa.select(Drop)).one()
    assert made.headers["HX-Redirect" if htmx else "Location"] == f"{LIST}/{drop.slug}"
    assert "add a product" in words(keeper.get(f"{LIST}/{drop.slug}"))
    item = {"what": f"{product.id}/{color.id}", "price": "328", "member_price": "298.50", "shop_url": ""}
    assert keeper.post(f"{LIST}/{drop.slug}/items/new", data=item, htmx=htmx).status_code == (
        204 if htmx else 303
    )
    row = db.session.scalars(sa.select(DropItem)).one()
    assert (row.price, row.member_price, row.color_id) == (32800, 29850, color.id)
    page = words(keeper.get(f"{LIST}/{drop.slug}"))
    assert "Nothing is missing" in page
    answer = keeper.post(f"{LIST}/{drop.slug}/publish", htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert drop.is_public
    assert "初雪" in words(keeper.get(LIST))


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    keeper: PortalClient, make: Make, htmx: bool
) -> None:
    answer = keeper.post(f"{LIST}/new", data=typed(name_zh="", slot="2026-01-01T00:00:00+00:00"), htmx=htmx)
    assert answer.status_code == 422
    assert "Three bags." in answer.get_data(as_text=True)
    drop, product = make.drop(), make.product()
    url = f"{LIST}/{drop.slug}/items/new"
    good = {"what": product.id, "price": "328", "member_price": "", "shop_url": ""}
    for wrong in (
        {"price": "cheap"},
        {"price": "9999999999"},
        {"price": "-1"},
        {"member_price": "329"},
        {"what": ""},
        {"what": "x/y"},
        {"shop_url": "http://shop.example/x"},
        {"shop_url": "https://a:b@shop.example/x"},
    ):
        answer = keeper.post(url, data=good | wrong, htmx=htmx)
        assert answer.status_code == 422, wrong
        assert 'aria-invalid="true"' in answer.get_data(as_text=True), wrong
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DropItem)) == 0


@pytest.mark.parametrize("htmx", [False, True])
def test_items_change_order_and_go(keeper: PortalClient, make: Make, htmx: bool) -> None:
    drop, product = make.drop(), make.product()
    first = make.drop_item(drop, product, position=0).id
    second = make.drop_item(drop, position=1).id
    base = f"{LIST}/{drop.slug}/items"
    shown = keeper.get(f"{base}/{first}").get_data(as_text=True)
    assert 'value="328"' in shown
    data = {"version": "1", "what": product.id, "price": "300", "member_price": "300"}
    assert keeper.post(f"{base}/{first}", data=data, htmx=htmx).status_code in (204, 303)
    assert db.session.get_one(DropItem, first).price == 30000
    stale = keeper.post(f"{base}/{first}", data=data | {"price": "200"}, htmx=htmx)
    assert stale.status_code == 409
    assert 'value="200"' in stale.get_data(as_text=True)
    assert keeper.post(f"{base}/{second}/up", htmx=htmx).status_code == (200 if htmx else 303)
    assert db.session.get_one(DropItem, second).position == 0
    assert keeper.post(f"{base}/{first}/remove", htmx=htmx).status_code == (200 if htmx else 303)
    assert keeper.post(f"{base}/{first}/remove", htmx=htmx).status_code == 404
    assert keeper.get(f"{LIST}/{make.drop().slug}/items/{second}").status_code == 404


@pytest.mark.parametrize("htmx", [False, True])
def test_words_slot_and_end(keeper: PortalClient, make: Make, htmx: bool) -> None:
    drop, done = make.drop(), 204 if htmx else 303
    make.drop_reminder(drop)
    url = f"{LIST}/{drop.slug}"
    assert "1 member asked" in words(keeper.get(f"{url}/move"))
    named = {"version": "1", "name_en": "Deep snow"}
    assert keeper.post(f"{url}/edit", data=named, htmx=htmx).status_code == done
    assert keeper.post(f"{url}/edit", data=named | {"name_en": "Ice"}, htmx=htmx).status_code == 409
    assert db.session.get_one(Drop, drop.id).name_en == "Deep snow"
    slot = next_slots()[7].isoformat()
    assert keeper.post(f"{url}/move", data={"slot": slot}, htmx=htmx).status_code == done
    assert db.session.get_one(Drop, drop.id).starts_at == next_slots()[7]
    assert keeper.post(f"{url}/move", data={"slot": "tomorrow"}, htmx=htmx).status_code == 422
    assert keeper.post(f"{url}/delete", htmx=htmx).status_code == 409
    assert keeper.post(f"{url}/cancel", data={"reason": "x" * 400}, htmx=htmx).status_code == 422
    assert keeper.post(f"{url}/cancel", data={"reason": "No dye."}, htmx=htmx).status_code == done
    assert db.session.get_one(Drop, drop.id).cancel_words == "No dye."
    assert (
        keeper.post(f"{url}/move", data={"slot": next_slots()[8].isoformat()}, htmx=htmx).status_code == 409
    )


@pytest.mark.parametrize("htmx", [False, True])
def test_a_draft_goes(keeper: PortalClient, make: Make, htmx: bool) -> None:
    drop = make.drop(published=False)
    make.drop_item(drop)
    assert keeper.post(f"{LIST}/{drop.slug}/cancel", htmx=htmx).status_code == 409
    assert keeper.post(f"{LIST}/{drop.slug}/publish", htmx=htmx).status_code in (200, 303)
    draft = make.drop(published=False, name_en="Never mind").slug
    assert "Never mind" in words(keeper.get(f"{LIST}?show=draft"))
    assert keeper.post(f"{LIST}/{draft}/delete", htmx=htmx).status_code == (204 if htmx else 303)
    assert keeper.get(f"{LIST}/{draft}").status_code == 404


def test_lists_have_pages_and_what_was_is_kept(keeper: PortalClient, make: Make) -> None:
    for number in range(26):
        make.drop(
            name_en=f"Drop {number:02}.", slot=number, cancelled_at=clock.now() if number == 3 else None
        )
    first = keeper.get(LIST).get_data(as_text=True)
    assert "Drop 23." in first
    assert "Drop 25." not in first
    assert "Cancelled" in first


def test_only_who_looks_after_products_finds_it(
    client: PortalClient, as_member: Signed, as_staff: Signed, make: Make
) -> None:
    drop = make.drop(published=False)
    for path in (LIST, f"{LIST}/new", f"{LIST}/{drop.slug}", f"{LIST}/{drop.slug}/move"):
        assert as_member().get(path).status_code == 404
        assert as_staff("moderator").get(path).status_code == 403
        assert client.get(path).headers["Location"].startswith("/sign-in")


def test_staff_read_before_that_what_is_hidden_will_be_shown(keeper: PortalClient, make: Make) -> None:
    drop = make.drop(published=False)
    make.drop_item(drop)
    url = f"{LIST}/{drop.slug}"
    assert "shown to everybody by itself" not in words(keeper.get(url))
    make.drop_item(drop, make.product(shown=False))
    page = words(keeper.get(url))
    assert "shown to everybody by itself" in page
    assert "without a story" not in page
    make.drop_item(drop, make.product(shown=False, story_zh="", story_en=""))
    assert "hidden, without a story" in words(keeper.get(url))
