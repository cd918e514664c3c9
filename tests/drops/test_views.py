"""What visitors and members see of drops, and that the way to the shop is nowhere before its time."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.brand.services import change_settings
from portal.catalog.models import Product
from portal.catalog.rules import OWNER
from portal.core import clock
from portal.core.db import db, transaction
from portal.drops.models import Drop, DropItem, DropReminder
from tests.client import PortalClient
from tests.drops.lives import SECRET, early_member
from tests.make import Make

pytestmark = pytest.mark.one_database
Signed = Callable[..., PortalClient]


def words(answer: Any) -> str:
    """What a page says, without its tags."""
    assert answer.status_code == 200, answer.status_code
    plain = re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True))
    return " ".join(html.unescape(plain).split())


def asked(drop: Any) -> int:
    db.session.rollback()
    mine = sa.select(sa.func.count()).select_from(DropReminder).where(DropReminder.drop_id == drop.id)
    return db.session.scalar(mine) or 0


def test_the_calendar_begins_with_what_comes_next_and_ends_with_what_came(
    client: PortalClient, make: Make
) -> None:
    assert "No drop is announced yet" in words(client.get("/drops"))
    make.drop(name_en="Draft of mine", published=False)
    make.drop(name_en="The one after", slot=3)
    make.drop(name_en="Next one", slot=1)
    make.drop(name_en="Called off", slot=0, cancelled_at=clock.now())
    make.drop(name_en="Old times", starts_at=clock.now() - timedelta(days=8))
    said = words(client.get("/drops"))
    places = [said.index(name) for name in ("Next one", "Called off", "The one after", "Old times")]
    assert places == sorted(places)
    assert "Draft of mine" not in said
    assert "Opens in" in said
    assert "New things come on Tuesday at 10:00" in said


def test_what_came_and_what_comes_have_pages(client: PortalClient, make: Make) -> None:
    for number in range(27):
        make.drop(name_en=f"Old {number:02}.", starts_at=clock.now() - timedelta(days=7 * number + 3))
        make.drop(name_en=f"New {number:02}.", starts_at=clock.now() + timedelta(days=7 * number + 3))
    first = client.get("/drops").get_data(as_text=True)
    links = [html.unescape(found) for found in re.findall(r'href="(/drops\?[^"]+)"', first)]
    later, earlier = (next(link for link in links if name in link) for name in ("from=", "after="))
    assert "Old 26." not in first
    assert "New 26." not in first
    assert "New 26." in words(client.get(later))
    assert "Old 26." in words(client.get(earlier, htmx=True))


def test_members_see_their_price_and_visitors_that_there_is_one(
    client: PortalClient, as_member: Signed, make: Make
) -> None:
    drop, product = make.drop(), make.product(name_en="Field bag")
    make.drop_item(drop, product, color_id=make.color(product).id)
    make.drop_item(drop, make.product(name_en="Night bag"), price=46800, member_price=None)
    visitor, member = (words(who.get(f"/drops/{drop.slug}")) for who in (client, as_member()))
    assert "¥328 Members pay less." in visitor
    assert "¥298" not in visitor
    assert "¥298 for members; for others ¥328" in member
    assert "Kiln brick" in visitor
    for said in (visitor, member):
        assert "¥468" in said


def test_reminding_plainly_and_with_htmx(as_member: Signed, make: Make) -> None:
    drop, browser = make.drop(), as_member()
    url = f"/drops/{drop.slug}/remind"
    answer = browser.post(url, data={"on": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/drops/{drop.slug}")
    browser.post(url, data={"on": "1"})
    assert asked(drop) == 1
    assert "We will remind you" in words(browser.get("/drops"))
    fragment = browser.post(url, data={"on": "0"}, htmx=True)
    assert fragment.status_code == 200
    assert f'id="remind-{drop.id}"' in fragment.get_data(as_text=True)
    assert "Remind me" in words(fragment)
    assert asked(drop) == 0
    assert "Not any more" in words(browser.post(url, data={"on": "1"}, htmx=True))
    assert browser.post("/drops/nothing/remind").status_code == 404
    draft = make.drop(published=False)
    assert browser.post(f"/drops/{draft.slug}/remind").status_code == 404


def test_strangers_are_led_to_sign_in_and_back(client: PortalClient, make: Make) -> None:
    drop = make.drop()
    page = client.get(f"/drops/{drop.slug}").get_data(as_text=True)
    assert f"/sign-in?next=/drops/{drop.slug}" in html.unescape(page).replace("%2F", "/")
    answer = client.post(f"/drops/{drop.slug}/remind", data={"on": "1"})
    assert answer.headers["Location"].startswith("/sign-in")
    assert asked(drop) == 0


def test_early_access_is_told_as_it_is(client: PortalClient, as_member: Signed, make: Make) -> None:
    drop, member = make.drop(slot=2), early_member(make, 24)
    make.drop_item(drop, shop_url=SECRET)
    browser, page = as_member(member), f"/drops/{drop.slug}"
    assert "For you from" in words(browser.get(page))
    assert "For you from" not in words(client.get(page))
    with clock.travel(drop.starts_at - timedelta(hours=3)):
        assert "Open for you now" in words(browser.get(page))
        assert "Opens in" in words(client.get(page))
        assert browser.post(f"{page}/remind", data={"on": "1"}).status_code == 409


def every_answer(browser: PortalClient, drop: Any, product: Any) -> list[str]:
    """Everything about a drop that this browser can get, as texts."""
    lists = ("/drops", "/drops?from=x", f"/drops?product={product.slug}")
    pages = (
        *lists,
        "/drops.ics",
        f"/drops/{drop.slug}",
        f"/drops/{drop.slug}.ics",
        "/",
        "/search?q=snow",
        "/me",
    )
    got = [browser.get(path, htmx=True) for path in lists]
    got += [browser.get(path) for path in (*pages, f"/products/{product.slug}")]
    return [f"{answer.headers}{answer.get_data(as_text=True)}" for answer in got]


@pytest.mark.parametrize("own_address", [True, False])
def test_the_shop_is_nowhere_before_its_time(
    client: PortalClient, as_member: Signed, make: Make, own_address: bool
) -> None:
    """Whether the address is the drop's own or the product's: no page, header, fragment, calendar or search tells it."""
    drop = make.drop(slot=2)
    product = make.product(shop_url="" if own_address else SECRET)
    item = make.drop_item(drop, product, shop_url=SECRET if own_address else "")
    early, late = as_member(early_member(make, 24)), as_member()
    shop = f"/drops/{drop.slug}/shop/{item.id}"
    for browser in (client, early, late):
        assert not [text for text in every_answer(browser, drop, product) if "only-when-it-opens" in text]
        answer = browser.get(shop)
        assert answer.status_code == 403
        assert "10:00" in answer.get_data(as_text=True)
        assert "only-when" not in answer.get_data(as_text=True)
        assert "/shop/" not in browser.get(f"/drops/{drop.slug}").get_data(as_text=True)
    with clock.travel(drop.starts_at - timedelta(hours=24)):
        answer = early.get(shop)
        assert (answer.status_code, answer.headers["Location"]) == (303, SECRET)
        assert shop in early.get(f"/drops/{drop.slug}").get_data(as_text=True)
        for browser in (client, late):
            assert browser.get(shop).status_code == 403
            assert not [text for text in every_answer(browser, drop, product) if "only-when-it-opens" in text]
    with clock.travel(drop.starts_at):
        assert client.get(shop).headers["Location"] == SECRET


def test_the_way_to_the_shop_leads_nowhere_else(client: PortalClient, make: Make) -> None:
    opened = make.drop(starts_at=clock.now() - timedelta(days=3))
    item, in_shops = make.drop_item(opened, shop_url=SECRET), make.drop_item(opened)
    assert client.get(f"/drops/{opened.slug}/shop/{in_shops.id}").status_code == 404
    other = make.drop(starts_at=clock.now() - timedelta(days=9))
    assert client.get(f"/drops/{other.slug}/shop/{item.id}").status_code == 404
    draft = make.drop(published=False, starts_at=clock.now() - timedelta(days=9))
    hidden = make.drop_item(draft, shop_url=SECRET)
    assert client.get(f"/drops/{draft.slug}/shop/{hidden.id}").status_code == 404
    opened.cancelled_at = clock.now()
    assert client.get(f"/drops/{opened.slug}/shop/{item.id}").status_code == 403


def test_drafts_are_for_those_who_make_them(client: PortalClient, as_staff: Signed, make: Make) -> None:
    drop = make.drop(published=False)
    for path in (f"/drops/{drop.slug}", f"/drops/{drop.slug}.ics"):
        assert client.get(path).status_code == 404
        assert as_staff("host").get(path).status_code == 404
    assert "A preview" in words(as_staff("manager").get(f"/drops/{drop.slug}"))


def test_a_hidden_product_lends_its_picture_to_the_drop_that_announces_it(
    client: PortalClient, as_staff: Signed, make: Make
) -> None:
    """Its one picture, from the announcement until a day after the opening; its other pictures and its page stay closed."""
    product, drop = make.product(shown=False, name_en="Secret bag"), make.drop(published=False)
    item = make.drop_item(drop, product)
    picture, other = (make.photo(OWNER, product.id).id for _each in range(2))
    with transaction():
        db.session.get_one(Product, item.product_id).picture = picture
    url, page = f"/media/{picture}/800.webp", f"/drops/{drop.slug}"

    def shown(**facts: Any) -> tuple[int, bool]:
        with transaction():
            db.session.execute(sa.update(Drop).values(**facts))
        said = client.get(page).get_data(as_text=True)
        assert client.get(f"/media/{other}/800.webp").status_code == 404
        return client.get(url).status_code, picture in said

    assert client.get(url).status_code == 404
    assert as_staff("manager").get(url).status_code == 200
    assert shown(published_at=clock.now()) == (200, True)
    assert [client.get(f"/media/{picture}/{width}.webp").status_code for width in (400, 1600)] == [200, 200]
    assert client.get(f"/products/{product.slug}").status_code == 404
    assert shown(starts_at=clock.now() - timedelta(hours=23)) == (200, True)
    assert shown(starts_at=clock.now() - timedelta(hours=25)) == (404, False)
    assert shown(starts_at=clock.now() + timedelta(hours=25), cancelled_at=clock.now()) == (404, False)
    assert as_staff("moderator").get(url).status_code == 200


def test_a_cancelled_drop_says_so_and_why(client: PortalClient, make: Make) -> None:
    drop = make.drop(cancelled_at=clock.now(), cancel_words="The dye did not hold.")
    said = words(client.get(f"/drops/{drop.slug}"))
    assert "This drop does not come." in said
    assert "The dye did not hold." in said
    assert "Remind me" not in said


def test_a_product_that_came_before_stays_on_sale(client: PortalClient, make: Make) -> None:
    product = make.product(shop_url=SECRET)
    make.drop_item(make.drop(starts_at=clock.now() - timedelta(days=90)), product)
    make.drop_item(make.drop(slot=1), product)
    assert SECRET in client.get(f"/products/{product.slug}").get_data(as_text=True)


def test_the_same_page_of_the_shop_written_otherwise_stays_closed(client: PortalClient, make: Make) -> None:
    product = make.product(shop_url=SECRET)
    item = make.drop_item(make.drop(slot=1), product, shop_url=f"{SECRET}/")
    url = f"/products/{product.slug}"
    assert SECRET not in client.get(url).get_data(as_text=True)
    with transaction():
        db.session.get_one(DropItem, item.id).shop_url = f"{SECRET}/in-blue"
    assert SECRET in client.get(url).get_data(as_text=True)


def test_what_was_announced_keeps_its_time_when_the_slot_changes(
    client: PortalClient, as_staff: Signed, make: Make
) -> None:
    drop, owner = make.drop(slot=1), as_staff("owner")
    console = f"/console/drops/{drop.slug}"
    assert "never in between" in words(client.get("/drops"))
    assert "slot is" not in words(owner.get(console))
    assert "1 drop is announced and keeps its time" in words(owner.get("/console/settings"))
    with transaction():
        change_settings(by=None, drop_weekday=2)
    said = words(client.get("/drops"))
    assert "New things come on Wednesday at 10:00; what was announced for another time keeps it." in said
    assert "never in between" not in said
    assert "slot is Wednesday, 10:00 by now" in words(owner.get(console))
    with transaction():
        db.session.get_one(Drop, drop.id).cancelled_at = clock.now()
    assert "never in between" in words(client.get("/drops"))


def test_the_product_tells_when_it_comes_and_a_hidden_one_has_no_link(
    client: PortalClient, make: Make
) -> None:
    drop, product, hidden = make.drop(), make.product(), make.product(shown=False, name_en="Secret bag")
    make.drop_item(drop, product)
    make.drop_item(drop, hidden)
    assert f"/drops?product={product.slug}" in client.get(f"/products/{product.slug}").get_data(as_text=True)
    piece = client.get(f"/drops?product={product.slug}", htmx=True).get_data(as_text=True)
    assert "drop-lines" in piece
    assert "First snow" in piece
    page = client.get(f"/drops/{drop.slug}").get_data(as_text=True)
    assert "Secret bag" in page
    assert f"/products/{hidden.slug}" not in page
    assert client.get(f"/drops?product={hidden.slug}").status_code == 404


def test_the_front_page_and_the_search_know_the_next_drop(client: PortalClient, make: Make) -> None:
    make.drop(name_en="Not this", cancelled_at=clock.now())
    make.drop(slot=1, name_en="Winter blue", name_zh="冬蓝")
    assert "Winter blue" in words(client.get("/"))
    assert "Winter blue" in words(client.get("/search?q=冬蓝"))
