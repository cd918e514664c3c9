"""Verbs on colours and versions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.catalog import queries, rules, services
from portal.catalog.models import Product, ProductColor
from portal.core.audit import entries_of
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid, NotFound
from tests.answers import stored
from tests.make import Make

NOTE: dict[str, Any] = {
    "label": "2.0",
    "note_zh": "",
    "note_en": "Longer handles.",
    "released_on": date(2026, 5, 6),
}


def add(product: Product, **facts: Any) -> ProductColor:
    with transaction():
        return services.add_color(
            product, by=None, **({"name_zh": "", "name_en": "Brick", "swatch": "#B4512F"} | facts)
        )


def colors(product: Product) -> list[str]:
    return [color.name_en for color in queries.colors_of([product.id])[product.id]]


def actions(product: Product) -> list[str]:
    return [entry.action for entry in reversed(entries_of("product", product.id))]


# ------------------------------------------------------------------ colours


def test_a_colour_sent_twice_is_one(make: Make) -> None:
    product = make.product()
    first, second = add(product), add(product)
    assert first.id == second.id
    assert (first.name_zh, first.swatch) == ("Brick", "#b4512f")
    assert actions(product) == ["product.color_added"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name_en": ""}, "name_zh"),
        ({"swatch": "red"}, "swatch"),
        ({"swatch": ""}, "swatch"),
        ({"swatch": "#b4512g"}, "swatch"),
        ({"swatch": '#b4"/><s'}, "swatch"),
    ],
)
def test_what_is_no_colour(make: Make, facts: dict[str, str], field: str) -> None:
    product = make.product()
    with pytest.raises(Invalid) as refusal:
        add(product, **facts)
    assert refusal.value.field == field
    assert colors(product) == []


def test_colours_have_an_order(make: Make) -> None:
    product = make.product()
    _red, _blue, green = (add(product, name_en=name) for name in ("Red", "Blue", "Green"))
    for steps, expected in ((-1, ["Red", "Green", "Blue"]), (-9, ["Green", "Red", "Blue"])):
        with transaction():
            services.move_color(green, by=None, steps=steps)
        assert colors(product) == expected


def test_a_colour_that_something_names_stays(make: Make) -> None:
    product = make.product()
    named, free = add(product, name_en="Named"), add(product, name_en="Free")
    make.credit(product, make.member(), color_id=named.id)
    with pytest.raises(Conflict), transaction():
        services.remove_color(named, by=None)
    with transaction():
        services.remove_color(free, by=None)
    assert colors(product) == ["Named"]
    assert actions(product)[-1] == "product.color_removed"


def test_a_change_of_a_colour(make: Make) -> None:
    product = make.product()
    color = add(product)
    for _twice in range(2):
        with transaction():
            words = {"name_zh": "雨石", "name_en": "Rain stone", "swatch": "#5B6570"}
            services.change_color(color, by=None, seen=rules.fingerprint(color), **words)
    assert (stored(color).name_zh, color.swatch) == ("雨石", "#5b6570")
    assert actions(product) == ["product.color_added", "product.color_changed"]


def test_there_are_never_too_many(make: Make) -> None:
    product = make.product()
    for number in range(rules.MOST_COLORS):
        make.color(product, position=number)
    with pytest.raises(Conflict):
        add(product, name_en="One more")


def test_parts_of_another_product_are_not_found(make: Make) -> None:
    mine, other = make.product(), make.product()
    with pytest.raises(NotFound):
        queries.get_color(mine, make.color(other).id)
    with pytest.raises(NotFound):
        queries.get_version(mine, make.version(other).id)


# ------------------------------------------------------------------ versions


def test_a_version_sent_twice_is_one(make: Make) -> None:
    product = make.product()
    for _twice in range(2):
        with transaction():
            services.add_version(product, by=None, **NOTE)
    assert [version.label for version in queries.versions_of(product.id).items] == ["2.0"]
    assert actions(product) == ["product.version_added"]
    with pytest.raises(Invalid) as refusal, transaction():
        services.add_version(product, by=None, **(NOTE | {"note_en": "Something else."}))
    assert refusal.value.field == "label"


@pytest.mark.parametrize(("facts", "field"), [({"label": ""}, "label"), ({"note_en": ""}, "note_zh")])
def test_what_is_no_version(make: Make, facts: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal, transaction():
        services.add_version(make.product(), by=None, **(NOTE | facts))
    assert refusal.value.field == field


def test_the_newest_stands_first_page_by_page(make: Make) -> None:
    product = make.product()
    for number in range(5):
        make.version(product, f"{number}.0", released_on=date(2020 + number, 1, 1))
    first = queries.versions_of(product.id, limit=3)
    rest = queries.versions_of(product.id, cursor=first.next_cursor, limit=3)
    assert [one.label for one in (*first.items, *rest.items)] == ["4.0", "3.0", "2.0", "1.0", "0.0"]
    assert rest.next_cursor is None


def test_a_version_changes_or_goes_unless_something_names_it(make: Make) -> None:
    product = make.product()
    one, two = make.version(product, "1.0"), make.version(product, "2.0")
    with pytest.raises(Invalid), transaction():
        services.change_version(one, by=None, seen=rules.fingerprint(one), **NOTE)
    with transaction():
        services.change_version(two, by=None, seen=rules.fingerprint(two), **NOTE)
    assert (stored(two).note_en, two.released_on) == ("Longer handles.", date(2026, 5, 6))
    make.credit(product, make.member(), version_id=one.id)
    with pytest.raises(Conflict), transaction():
        services.remove_version(one, by=None)
    with transaction():
        services.remove_version(two, by=None)
    assert [version.label for version in queries.versions_of(product.id).items] == ["1.0"]


# ------------------------------------------------------------------ the shop


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/a",
        "https://shop",
        "https://",
        "javascript:alert(1)",
        "https://a b.example",
        "https://me:secret@shop.example",
        'https://shop.example/"onclick',
        "//shop.example",
        "https://shop.example:x",
        "https://shop.example/" + "a" * 500,
    ],
)
def test_what_leads_to_no_shop(make: Make, url: str) -> None:
    assert not rules.is_shop_url(url)


@pytest.mark.parametrize(
    "url", ["https://shop.example/wheat?ref=1#top", "https://商店.cn/包", "https://s.example:8443/"]
)
def test_what_leads_to_a_shop(url: str) -> None:
    assert rules.is_shop_url(url)
