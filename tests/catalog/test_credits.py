"""To whom a product owes something: written once, shown for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from portal.accounts.models import DistanceKind, Member
from portal.accounts.queries import viewer_of
from portal.accounts.services import distance
from portal.catalog import personal, queries, services
from portal.catalog.models import Credit, CreditKind, Product
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.errors import Conflict, NotFound
from portal.core.timeline import told
from tests.client import PortalClient
from tests.make import Make
from tests.privacy.life import leave

SOURCE = new_id()


def thank(product: Product, member: Member, **facts: Any) -> Credit:
    words = {"words": "云朵", "source_kind": "contest", "source_id": SOURCE, "path": "/contests/cloud"}
    with transaction():
        return services.credit(product.id, CreditKind.NAMED, member_id=member.id, **(words | facts))


def test_the_same_again_is_what_stands(make: Make) -> None:
    product, member, other = make.product(), make.member(), make.member()
    first = thank(product, member)
    assert thank(product, member, words="Something else").id == first.id
    thank(product, other)
    assert db.session.scalar(sa.select(sa.func.count(Credit.id))) == 2
    assert db.session.get_one(Credit, first.id).words == "云朵"


def test_parts_are_those_of_the_product(make: Make) -> None:
    product, other, member = make.product(), make.product(), make.member()
    for facts in ({"color_id": make.color(other).id}, {"version_id": make.version(other).id}):
        with pytest.raises(Conflict):
            thank(product, member, **facts)
    with pytest.raises(NotFound), transaction():
        services.credit(
            "none", CreditKind.NAMED, member_id=member.id, words="x", source_kind="c", source_id="c", path=""
        )
    thank(product, member, color_id=make.color(product).id)
    [line] = queries.credits_of(product.id, None).items
    assert (line.words, line.part, line.member.id) == ("云朵", "Kiln brick", member.id)


def test_it_stands_on_the_page_and_on_the_members(client: PortalClient, make: Make) -> None:
    product, member = make.product(slug="cloud"), make.member(display_name="小满")
    thank(product, member)
    text = client.get("/products/cloud").text
    page = BeautifulSoup(text, "html.parser")
    links = [str(link["href"]) for link in page.select(".credits a")]
    assert links == [f"/members/{member.id}", "/contests/cloud"]
    assert "Named by" in text and "小满" in text
    assert "Named by" in client.get("/products/cloud/credits").text
    assert f'"/members/{member.id}/made"' in client.get(f"/members/{member.id}").text
    assert 'href="/products/cloud"' in client.get(f"/members/{member.id}/made").text
    assert "Made possible" in client.get(f"/members/{member.id}/made", htmx=True).text


def test_a_member_without_any_has_no_empty_heading(
    client: PortalClient, make: Make, as_member: Callable[..., PortalClient]
) -> None:
    member = make.member()
    assert client.get(f"/members/{member.id}/made", htmx=True).text.strip() == ""
    assert "Nothing yet" in client.get(f"/members/{member.id}/made").text
    assert client.get("/members/none/made").status_code == 404
    assert "What I made possible" in as_member().get("/me").text


def test_hidden_products_are_not_told_of(client: PortalClient, make: Make) -> None:
    product, member = make.product(slug="secret", shown=False), make.member()
    thank(product, member)
    assert "云朵" not in client.get(f"/members/{member.id}/made").text
    assert client.get("/products/secret/credits").status_code == 404
    assert client.get("/products/secret/versions").status_code == 404


def test_who_is_kept_away_is_not_read(make: Make) -> None:
    product, member, reader = make.product(), make.member(), make.member()
    thank(product, member)
    with transaction():
        distance.keep_away(member, DistanceKind.BLOCK, by=viewer_of(reader.id))
    assert queries.credits_of(product.id, viewer_of(reader.id)).items == []
    assert len(queries.credits_of(product.id, None).items) == 1


def test_pages_never_lose_one(make: Make) -> None:
    product = make.product()
    now = clock.now()
    for number in range(7):
        make.credit(product, make.member(), words=str(number), at=now - timedelta(minutes=number // 2))
    words, cursor = [], None
    for _page in range(3):
        page = queries.credits_of(product.id, None, cursor=cursor, limit=3)
        words += [line.words for line in page.items]
        cursor = page.next_cursor
    assert sorted(words) == [str(number) for number in range(7)]
    assert cursor is None


def test_who_leaves_is_thanked_without_a_name(client: PortalClient, make: Make) -> None:
    product, member = make.product(slug="cloud"), make.member(display_name="Xiaoman")
    member_id = member.id
    thank(product, member)
    [part] = personal.export(member_id)
    assert part.rows is not None
    [row] = part.rows
    assert (row["words"], row["product"], row["where"]) == ("云朵", "Wheatfield Tote", "/contests/cloud")
    leave(member_id)
    text = client.get("/products/cloud").text
    assert "Xiaoman" not in text
    assert "云朵" in text and "Somebody who left" in text
    assert f"/members/{member_id}" not in text


def test_a_life_tells_of_it(make: Make) -> None:
    member = make.member()
    thank(make.product(slug="cloud"), member)
    with transaction():
        services.credit(
            make.product(slug="rain").id,
            CreditKind.SUGGESTED,
            member_id=member.id,
            words="a key pocket",
            source_kind="trial",
            source_id=new_id(),
            path="/trials/rain",
        )
    entries = {entry.path: entry.text for entry in told(personal.LIFE, member.id)}
    assert entries["/products/cloud"] == "Named “云朵”: Wheatfield Tote"
    assert "a key pocket" in entries["/products/rain"]
