"""What staff do with orders: look, find, merge, name codes, bring files in."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.core.audit import entries_of
from portal.core.db import db
from portal.orders.console import blueprint, imports
from portal.orders.models import Customer, CustomerMerge, ImportState, Order, OrderImport, ProductCode
from tests.client import PortalClient
from tests.make import Make
from tests.orders.files import as_csv, row

pytestmark = pytest.mark.one_database

Browser = Callable[..., PortalClient]
LIST, FILES = "/console/orders", "/console/orders/import"


def send(desk: PortalClient, rows: list[dict[str, str]], *, htmx: bool = False) -> Any:
    file = (io.BytesIO(as_csv(rows).encode()), "周六.csv")
    return desk.post(FILES, data={"file": file}, content_type="multipart/form-data", htmx=htmx)


def newest() -> OrderImport:
    db.session.expire_all()
    return db.session.scalars(sa.select(OrderImport).order_by(OrderImport.id.desc())).first()  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=B-2", {"B-2"}),
        ("?q=b%40example.com", {"B-2"}),
        ("?q=138+0000+0001", {"A-1"}),
        ("?q=小满", {"A-1"}),
        ("?q=Bob", {"B-2"}),
        ("?q=%25", set()),
        ("?q=_", set()),
        ("?q=%F0%9F%8E%81", set()),
        ("?show=unknown", {"C-3"}),
        ("?show=counting", {"A-1", "B-2"}),
        ("?show=other", {"C-3"}),
        ("?show=rubbish", {"A-1", "B-2", "C-3"}),
    ],
)
def test_staff_find_orders(make: Make, as_staff: Browser, query: str, found: set[str]) -> None:
    make.order(order_no="A-1", phone="+8613800000001", name="林小满")
    make.order(member=make.member(email="b@example.com", display_name="Bob"), order_no="B-2")
    make.order(order_no="C-3", refund=10000)
    text = as_staff("manager").get(LIST + query).text
    assert {number for number in ("A-1", "B-2", "C-3") if f">{number}<" in text} == found


def test_one_order_shows_all_of_it(make: Make, as_staff: Browser) -> None:
    order = make.order(order_no="A-1", phone="+8613800000001", name="=cmd <b>", refund=2500)
    text = as_staff("manager").get(f"{LIST}/{order.id}").text
    for piece in ("A-1", "+8613800000001", "=cmd &lt;b&gt;", "¥75.00", "¥25.00", "麦浪托特"):
        assert piece in text


@pytest.mark.parametrize("role", ["moderator", "host", "analyst"])
def test_only_who_looks_after_orders_sees_them(as_staff: Browser, role: str) -> None:
    assert as_staff(role).get(LIST).status_code == 403


# ------------------------------------------------------------------ customers


@pytest.mark.parametrize("htmx", [False, True])
def test_staff_merge_two_customers(make: Make, as_staff: Browser, htmx: bool) -> None:
    guest = make.order(order_no="A-1", phone="+8613800000001").customer_id
    other = make.order(order_no="B-2", email="b@example.com").customer_id
    desk, path = as_staff("manager"), f"{LIST}/customers/{guest}"
    assert "Nobody else is known by this" in desk.get(f"{path}?q=13900000000").text
    for query in ("b@example.com", "B-2"):
        assert f'value="{other}"' in desk.get(path, query_string={"q": query}).text
    assert desk.post(f"{path}/merge", data={"q": "B-2"}, htmx=htmx).status_code == 422
    answer = desk.post(f"{path}/merge", data={"q": "B-2", "into": other}, htmx=htmx)
    assert answer.headers["HX-Redirect" if htmx else "Location"].endswith(f"/customers/{other}")
    assert desk.post(f"{path}/merge", data={"q": "B-2", "into": other}, htmx=htmx).status_code == 409
    assert desk.get(path).headers["Location"].endswith(f"/customers/{other}")
    assert set(db.session.scalars(sa.select(Order.customer_id))) == {other}
    assert desk.post(f"{path}/merge", data={"into": "nobody"}).status_code == 404


def test_two_members_cannot_be_merged(make: Make, as_staff: Browser) -> None:
    one, two = (make.order(member=make.member()).customer_id for _ in range(2))
    answer = as_staff().post(f"{LIST}/customers/{one}/merge", data={"into": two})
    assert answer.status_code == 409
    assert "Both are members" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Customer.merged_into))) == 0


@pytest.mark.parametrize("htmx", [False, True])
def test_staff_take_a_merge_back(make: Make, as_staff: Browser, htmx: bool) -> None:
    guest = make.order(order_no="A-1", phone="+8613800000001", name="林小满").customer_id
    other = make.order(order_no="B-2", member=make.member()).customer_id
    desk = as_staff("manager")
    desk.post(f"{LIST}/customers/{guest}/merge", data={"q": "B-2", "into": other})
    done = db.session.scalars(sa.select(CustomerMerge)).one()
    path = f"{LIST}/customers/merges/{done.id}/part"
    assert path in desk.get(f"{LIST}/customers/{other}").text
    answer = desk.post(path, htmx=htmx)
    assert answer.headers["HX-Redirect" if htmx else "Location"].endswith(f"/customers/{guest}")
    assert "林小满" in desk.get(f"{LIST}/customers/{guest}").text
    assert path not in desk.get(f"{LIST}/customers/{other}").text
    assert desk.post(path, htmx=htmx).status_code == 409
    assert desk.post(f"{LIST}/customers/merges/nothing/part").status_code == 404


@pytest.mark.parametrize("htmx", [False, True])
def test_a_guest_who_asks_is_forgotten(make: Make, as_staff: Browser, htmx: bool) -> None:
    order = make.order(order_no="A-1", phone="+8613800000001", name="林小满")
    desk, path = as_staff("manager"), f"{LIST}/customers/{order.customer_id}"
    assert f"{path}/forget" in desk.get(path).text
    answer = desk.post(f"{path}/forget", htmx=htmx)
    assert answer.headers["HX-Redirect" if htmx else "Location"].endswith(path)
    for page in (path, f"{LIST}/{order.id}", LIST):
        text = desk.get(page).text
        assert "林小满" not in text and "13800000001" not in text and "A-1" in text
    assert f"{path}/forget" not in desk.get(path).text
    mine = make.order(member=make.member()).customer_id
    assert "/forget" not in desk.get(f"{LIST}/customers/{mine}").text
    assert desk.post(f"{LIST}/customers/{mine}/forget", htmx=htmx).status_code == 409


def test_that_a_members_contacts_were_seen_is_written_down_once(make: Make, as_staff: Browser) -> None:
    member = make.member()
    order = make.order(member=member)
    desk = as_staff("manager")
    for page in (f"{LIST}/{order.id}", f"{LIST}/customers/{order.customer_id}"):
        assert member.email in desk.get(page).text
    assert [entry.action for entry in entries_of("member", member.id)] == ["member.contacts_seen"]


# ------------------------------------------------------------------ codes


@pytest.mark.parametrize("htmx", [False, True])
def test_a_code_is_named_and_stories_wear_the_mark(make: Make, as_staff: Browser, htmx: bool) -> None:
    member, product = make.member(), make.product()
    story = make.story(author=member, product=product)
    make.order(member=member, sku="OLD-7")
    before = story.version
    desk = as_staff("manager")
    assert "Owns it" not in desk.get("/stories").text
    data = {"sku": "OLD-7", "product": product.id}
    assert desk.post(f"{LIST}/codes", data=data, htmx=htmx).status_code == (200 if htmx else 303)
    assert desk.post(f"{LIST}/codes", data=data, htmx=htmx).status_code == (200 if htmx else 303)
    db.session.refresh(story)
    assert (story.owns_it, story.version) == (True, before + 1)
    assert "Owns it" in desk.get("/stories").text
    assert "Owns it" in desk.get(f"/stories/{story.id}").text
    desk.post(f"{LIST}/codes", data={"sku": "OLD-7", "product": ""})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ProductCode)) == 0
    assert "Owns it" not in desk.get("/stories").text


def test_unknown_codes_and_products_are_refused(make: Make, as_staff: Browser) -> None:
    make.order(sku="OLD-7")
    desk = as_staff("manager")
    assert desk.post(f"{LIST}/codes", data={"sku": "NO", "product": ""}).status_code == 404
    assert desk.post(f"{LIST}/codes", data={"sku": "OLD-7", "product": "nothing"}).status_code == 422
    assert "OLD-7" in desk.get(f"{LIST}/codes?show=unnamed").text


# ------------------------------------------------------------------ files


@pytest.mark.parametrize("htmx", [False, True])
def test_a_file_is_checked_confirmed_and_written(
    make: Make, as_staff: Browser, run_jobs: Callable[[], None], htmx: bool
) -> None:
    desk = as_staff("manager")
    answer = send(desk, [row("A-1"), row("B-2", kind="gift")], htmx=htmx)
    place = answer.headers["HX-Redirect" if htmx else "Location"]
    assert "load delay:2s" in desk.get(place).text
    run_jobs()
    text = desk.get(place).text
    assert newest().state is ImportState.CHECKED
    assert "1 order would be written." in text and "1 order is left out" in text
    assert "Line 3" in text and "it must be one of sale" in text
    assert "load delay:2s" not in text

    for _twice in range(2):
        code = desk.post(f"{place}/confirm", htmx=htmx).status_code
        assert code == (200 if htmx else 303)
    run_jobs()
    assert (newest().state, newest().applied) == (ImportState.DONE, 2)
    assert db.session.scalars(sa.select(Order.order_no)).all() == ["A-1"]
    assert desk.post(f"{place}/drop", htmx=htmx).status_code == 409

    send(desk, [row("A-1")])
    run_jobs()
    assert "Nothing would change." in desk.get(f"{FILES}/{newest().id}").text


def test_a_dropped_file_writes_nothing(as_staff: Browser, run_jobs: Callable[[], None]) -> None:
    desk = as_staff("manager")
    send(desk, [row("A-1")])
    run_jobs()
    place = f"{FILES}/{newest().id}"
    assert desk.post(f"{place}/drop").status_code == 303
    assert desk.post(f"{place}/confirm").status_code == 409
    run_jobs()
    assert db.session.scalars(sa.select(Order)).all() == []


def test_a_file_that_cannot_be_used_says_why(as_staff: Browser, run_jobs: Callable[[], None]) -> None:
    desk = as_staff("manager")
    file = (io.BytesIO(b"\x00\x01\x02"), "photo.png")
    desk.post(FILES, data={"file": file}, content_type="multipart/form-data")
    run_jobs()
    assert "Is this really a CSV file?" in desk.get(f"{FILES}/{newest().id}").text


def test_nothing_chosen_and_too_large_are_refused(as_staff: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = as_staff("manager")
    assert "Please choose a file first." in desk.post(FILES).text
    monkeypatch.setattr(imports, "LARGEST_FILE", blueprint.MEGABYTE)
    answer = desk.post(
        FILES,
        data={"file": (io.BytesIO(b"x" * (2 * blueprint.MEGABYTE)), "large.csv")},
        content_type="multipart/form-data",
    )
    assert (answer.status_code, "larger than 1 MB" in answer.text) == (422, True)
    assert db.session.scalars(sa.select(OrderImport)).all() == []
