"""Making a drop: only in the house's slot, with prices that hold, and told to who waits when it moves or ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.accounts.queries import viewer_of
from portal.brand.services import change_settings
from portal.core import clock
from portal.core.access import Viewer
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.drops.models import Drop, DropItem, DropReminder
from portal.drops.queries.studio import next_slots
from portal.drops.services import items, making, reminding
from portal.drops.services.items import ItemWords
from portal.drops.services.making import Words
from portal.membership.models import Perk
from tests.make import Make

SNOW = Words("初雪", "First snow", "", "Three bags.")


@pytest.fixture
def keeper(make: Make) -> Viewer:
    return viewer_of(make.staff("manager").id)


def words_of(product: Any, **facts: Any) -> ItemWords:
    plain = {"color_id": None, "price": 32800, "member_price": 29800, "shop_url": ""}
    return ItemWords(product_id=product.id, **(plain | facts))


def test_a_draft_stands_in_a_slot_and_nowhere_else(make: Make, keeper: Viewer) -> None:
    slot = next_slots()[3]
    with transaction():
        drop = making.create_drop(SNOW, slot, by=keeper, key="01arz3ndektsv4rrffq69g5fav")
        again = making.create_drop(SNOW, slot, by=keeper, key="01arz3ndektsv4rrffq69g5fav")
    assert again.id == drop.id
    assert (drop.slug, drop.is_public) == ("first-snow", False)
    outside = [slot + timedelta(minutes=1), slot - timedelta(days=1), next_slots()[0] - timedelta(weeks=1)]
    for moment in [*outside, next_slots()[-1] + timedelta(weeks=1)]:
        with pytest.raises(Invalid) as refusal, transaction():
            making.create_drop(SNOW, moment, by=keeper)
        assert refusal.value.field == "slot"
        with pytest.raises(Invalid), transaction():
            making.move(drop, moment, by=keeper)
    with pytest.raises(Invalid), transaction():
        making.create_drop(Words("", "", "", ""), slot, by=keeper)
    with pytest.raises(NotAllowed), transaction():
        making.create_drop(SNOW, slot, by=viewer_of(make.member().id))
    with transaction():
        assert making.create_drop(SNOW, slot, by=keeper).slug == "first-snow-2"
        assert making.create_drop(Words("", "New", "", ""), slot, by=keeper).slug == "new-2"


def test_another_slot_of_the_house_moves_no_drop_but_its_draft_has_to_follow(
    make: Make, keeper: Viewer
) -> None:
    drop = make.drop(published=False)
    make.drop_item(drop)
    with transaction():
        change_settings(by=None, drop_weekday=4, drop_at=20 * 60)
    with pytest.raises(Conflict, match="slot"), transaction():
        making.publish(drop, by=keeper)
    with transaction():
        assert making.move(drop, next_slots()[0], by=keeper)
        making.publish(drop, by=keeper)
    assert drop.is_public


def test_publishing_needs_something_that_comes(make: Make, keeper: Viewer) -> None:
    drop = make.drop(published=False)
    with pytest.raises(Conflict, match="add a product"), transaction():
        making.publish(drop, by=keeper)
    make.drop_item(drop)
    with transaction():
        making.publish(drop, by=keeper)
        making.publish(drop, by=keeper)
    acts = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.target_id == drop.id)).all()
    assert acts == ["drop.published"]


def test_prices_and_colours_are_checked_beside_their_field(make: Make, keeper: Viewer) -> None:
    drop, product, other = make.drop(published=False), make.product(), make.product()
    red = make.color(product)
    wrong = {
        "member_price": words_of(product, member_price=32801),
        "what": words_of(product, color_id=make.color(other).id),
        "shop_url": words_of(product, shop_url="http://shop.example/bag"),
    }
    for field, words in wrong.items():
        with pytest.raises(Invalid) as refusal, transaction():
            items.add_item(drop, words, by=keeper)
        assert refusal.value.field == field
    with transaction():
        first = items.add_item(drop, words_of(product), by=keeper)
        second = items.add_item(drop, words_of(product, color_id=red.id, member_price=None), by=keeper)
    for words in (words_of(product), words_of(product, color_id=red.id)):
        with pytest.raises(Invalid), transaction():
            items.add_item(drop, words, by=keeper)
    with transaction():
        items.raise_item(drop, second.id, by=keeper)
        items.raise_item(drop, second.id, by=keeper)
    assert [row.id for row in db.session.scalars(sa.select(DropItem).order_by(DropItem.position))] == [
        second.id,
        first.id,
    ]
    with pytest.raises(Conflict), transaction():
        items.change_item(drop, first.id, words_of(other), seen=1, by=keeper)
    with pytest.raises(NotFound), transaction():
        items.remove_item(make.drop(), first.id, by=keeper)


def test_what_opened_stays_as_it_is(make: Make, keeper: Viewer) -> None:
    drop = make.drop()
    item = make.drop_item(drop)
    with clock.travel(drop.starts_at):
        for act in (
            lambda: items.add_item(drop, words_of(make.product()), by=keeper),
            lambda: items.remove_item(drop, item.id, by=keeper),
            lambda: making.move(drop, next_slots()[0], by=keeper),
            lambda: making.cancel(drop, "", by=keeper),
            lambda: making.delete_draft(drop, by=keeper),
        ):
            with pytest.raises(Conflict), transaction():
                act()


def test_what_opened_for_the_first_member_stays_as_it_is(make: Make, keeper: Viewer) -> None:
    """Somebody with 24 hours of early access shops already."""
    make.tier(perks={Perk.EARLY_ACCESS_HOURS: 24})
    drop, product = make.drop(slot=1), make.product()
    one, two = make.drop_item(drop), make.drop_item(drop)
    deeds = (
        lambda: items.change_item(drop, one.id, words_of(product), seen=1, by=keeper),
        lambda: items.raise_item(drop, two.id, by=keeper),
        lambda: items.remove_item(drop, one.id, by=keeper),
        lambda: making.move(drop, next_slots()[4], by=keeper),
        lambda: making.cancel(drop, "", by=keeper),
    )
    opened = drop.starts_at - timedelta(hours=24)
    with clock.travel(opened):
        for act in deeds:
            with pytest.raises(Conflict, match="early access"), transaction():
                act()
        with transaction():
            making.change_words(drop, SNOW, seen=1, by=keeper)
    with clock.travel(opened - timedelta(minutes=1)), transaction():
        items.remove_item(drop, one.id, by=keeper)
        assert making.move(drop, next_slots()[4], by=keeper)


def test_the_last_thing_of_a_published_drop_stays(make: Make, keeper: Viewer) -> None:
    drop = make.drop()
    item = make.drop_item(drop)
    with pytest.raises(Conflict), transaction():
        items.remove_item(drop, item.id, by=keeper)


def test_two_who_write_at_once_never_undo_each_other(make: Make, keeper: Viewer) -> None:
    drop = make.drop(published=False)
    with transaction():
        making.change_words(drop, Words("雪", "Snow", "", ""), seen=1, by=keeper)
    with pytest.raises(Conflict), transaction():
        making.change_words(drop, SNOW, seen=1, by=keeper)
    assert drop.name_en == "Snow"


def test_a_draft_goes_with_what_it_holds(make: Make, keeper: Viewer) -> None:
    drop = make.drop(published=False)
    make.drop_item(drop)
    drop_id = drop.id
    with transaction():
        making.delete_draft(drop, by=keeper)
    assert db.session.get(Drop, drop_id) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DropItem)) == 0


def test_asking_twice_is_asking_once_and_what_is_open_has_nothing_to_remind_of(make: Make) -> None:
    drop, member = make.drop(), viewer_of(make.member().id)
    with transaction():
        assert reminding.ask(drop, by=member)
        assert not reminding.ask(drop, by=member)
        assert reminding.forget(drop, by=member)
        assert not reminding.forget(drop, by=member)
    with clock.travel(drop.starts_at), pytest.raises(Conflict), transaction():
        reminding.ask(drop, by=member)
    drop.cancelled_at = clock.now()
    db.session.commit()
    with pytest.raises(Conflict), transaction():
        reminding.ask(drop, by=member)


@pytest.mark.parametrize("prices", [{"price": 100, "member_price": 101}, {"price": -1}, {"member_price": -5}])
def test_the_database_refuses_that_members_pay_more(make: Make, prices: dict[str, int]) -> None:
    drop, product = make.drop(), make.product()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        make.drop_item(drop, product, **({"member_price": None} | prices))


def test_the_database_refuses_to_cancel_what_nobody_was_told(make: Make) -> None:
    with pytest.raises(IntegrityError), db.session.begin_nested():
        make.drop(published=False, cancelled_at=clock.now())


def test_who_leaves_waits_for_nothing(make: Make) -> None:
    from portal.drops.personal import erase, export

    member_id = make.drop_reminder(make.drop()).member_id
    [part] = list(export(member_id))
    assert part.rows is not None
    assert [told["drop"] for told in part.rows] == ["First snow"]
    with transaction():
        erase(member_id)
        erase(member_id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DropReminder)) == 0
