"""The calendars of drops, as two independent readers understand them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import transaction
from portal.drops.queries.studio import next_slots
from portal.drops.services import making
from tests.client import PortalClient
from tests.drops.lives import SECRET, early_member
from tests.events.test_calendars import only, read
from tests.make import Make


def test_the_feed_holds_what_comes_and_what_came_lately(client: PortalClient, make: Make) -> None:
    coming, off = make.drop(slot=1), make.drop(slot=2, cancelled_at=clock.now())
    make.drop(published=False)
    lately = make.drop(starts_at=clock.now() - timedelta(days=20))
    make.drop(starts_at=clock.now() - timedelta(days=200))
    make.drop_item(coming, shop_url=SECRET)
    answer = client.get("/drops.ics")
    found = read(answer)
    assert {uid.split("@")[0] for uid in found} == {f"drop-{drop.id}" for drop in (coming, off, lately)}
    entry = next(entry for uid, entry in found.items() if coming.id in uid)
    assert entry["DTSTART"].dt == coming.starts_at
    assert str(entry["DTSTART"].dt.tzinfo) == "Asia/Shanghai"
    assert (entry["DTSTART"].dt.hour, str(entry["STATUS"])) == (10, "CONFIRMED")
    cancelled = next(entry for uid, entry in found.items() if off.id in uid)
    assert str(cancelled["STATUS"]) == "CANCELLED"
    assert SECRET not in answer.get_data(as_text=True)
    tag = answer.headers["ETag"]
    assert client.get("/drops.ics", headers={"If-None-Match": tag}).status_code == 304


def test_one_drop_opens_in_a_calendar_when_it_opens_for_its_owner(
    client: PortalClient, as_member: Callable[..., PortalClient], make: Make
) -> None:
    drop, member = make.drop(slot=3), early_member(make, 24)
    browser = as_member(member)
    assert only(client.get(f"/drops/{drop.slug}.ics"))["DTSTART"].dt == drop.starts_at
    mine = only(browser.get(f"/drops/{drop.slug}.ics"))
    assert mine["DTSTART"].dt == drop.starts_at - timedelta(hours=24)


def test_calendars_learn_that_it_moved(client: PortalClient, make: Make) -> None:
    drop, keeper = make.drop(slot=1), viewer_of(make.staff("manager").id)
    before = only(client.get("/drops.ics"))
    with transaction():
        making.move(drop, next_slots()[4], by=keeper)
    after = only(client.get("/drops.ics"))
    assert before["UID"] == after["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTART"].dt == next_slots()[4]
