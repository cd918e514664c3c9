"""Parcels: asked once, an address that rests sealed, and gone in the transaction in which it arrived."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.brand.showing import day
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.i18n import in_language
from portal.deliveries import services, signals
from portal.deliveries.jobs import ask_if_it_came, take_as_received
from portal.deliveries.models import Delivery, DeliveryState
from portal.deliveries.personal import erase, export
from portal.deliveries.queries import waiting_count
from portal.notifications.models import Notification
from portal.notifications.speech import said
from tests.factories.deliveries import ADDRESS
from tests.make import Make

TYPED = {
    "name": "王小云",
    "phone": "139 0000 1234",
    "region": "浙江省",
    "city": "杭州市西湖区",
    "street": "满觉陇路 12 号",
    "postcode": "310007",
}


def act(verb: Any, delivery: Delivery, *args: Any, by: Any) -> Delivery:
    with transaction():
        verb(delivery, *args, by=viewer_of(by.id) if by else None)
    db.session.expire_all()
    return db.session.get_one(Delivery, delivery.id)


def give(delivery: Delivery, by: Any, phone: str = "13900001234") -> Delivery:
    return act(services.give_address, delivery, "王小云", phone, ADDRESS, by=by)


def raw(delivery: Delivery) -> str:
    kept = sa.text("SELECT name, phone, address, carrier, tracking FROM delivery WHERE id = :id")
    row = db.session.execute(kept, {"id": delivery.id})
    return " ".join(row.one())


def test_asked_twice_it_is_one_and_told_once(make: Make) -> None:
    member = make.member()
    for _time in range(2):
        with transaction():
            services.ask("contest", "x" * 26, member_id=member.id, what_zh="包", what_en="A bag")
    assert db.session.query(Delivery).count() == 1
    assert db.session.query(Notification).filter_by(member_id=member.id, kind="deliveries.asked").count() == 1


def test_a_whole_life(make: Make) -> None:
    member, packer, heard = make.member(), make.staff("manager"), []
    listen = lambda event: heard.append(event)  # noqa: E731
    names = (signals.delivery_ready, signals.delivery_shipped, signals.delivery_received)
    for signal in names:
        signal.connect(listen)
    delivery = give(make.delivery(member), member)
    assert delivery.state is DeliveryState.READY
    assert "王小云" not in raw(delivery)
    assert "西湖" not in raw(delivery)
    give(delivery, member)
    assert act(services.ship, delivery, "顺丰", "SF1", by=packer).state is DeliveryState.SHIPPED
    with pytest.raises(Conflict):
        act(services.ship, delivery, "顺丰", "SF2", by=packer)
    with pytest.raises(Conflict):
        give(delivery, member)
    arrived = act(services.confirm_received, delivery, by=member)
    act(services.confirm_received, delivery, by=member)
    assert (arrived.name, arrived.phone, arrived.address) == ("", "", "")
    assert raw(arrived).strip() == ""
    assert [type(one).__name__ for one in heard] == ["DeliveryChanged"] * 3
    actions = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.target_id == delivery.id))
    assert list(actions) == ["delivery.shipped"]


def test_nobody_else_and_no_other_role(make: Make) -> None:
    member, other, host = make.member(), make.member(), make.staff("host")
    delivery = make.delivery(member)
    with pytest.raises(NotFound):
        give(delivery, other)
    ready = give(delivery, member)
    for by in (member, host):
        with pytest.raises(NotAllowed):
            act(services.ship, ready, "", "", by=by)
    with pytest.raises(Conflict):
        act(services.confirm_received, ready, by=member)
    with pytest.raises(NotFound):
        act(services.confirm_received, make.delivery(member, "shipped"), by=other)


@pytest.mark.parametrize("phone", ["", "12345", "not a number", "139000012345678"])
def test_the_courier_needs_a_number_that_can_be(make: Make, phone: str) -> None:
    member = make.member()
    with pytest.raises(Invalid) as refused:
        give(make.delivery(member), member, phone)
    assert refused.value.field == "phone"


def test_stopped_or_declined_nothing_is_kept(make: Make) -> None:
    member, packer = make.member(), make.staff("owner")
    for state, verb, by in (("ready", services.decline, member), ("shipped", services.stop, packer)):
        stopped = act(verb, make.delivery(member, state), by=by)
        assert stopped.state is DeliveryState.STOPPED
        assert raw(stopped).strip() == ""
        act(verb, stopped, by=by)
    with pytest.raises(Conflict):
        act(services.decline, make.delivery(member, "shipped"), by=member)


def on_its_way(make: Make, days: int, **facts: Any) -> Delivery:
    """Sent so many days ago."""
    return make.delivery(make.member(), "shipped", shipped_at=clock.now() - clock.days(days), **facts)


def now_of(delivery: Delivery) -> Delivery:
    db.session.expire_all()
    return db.session.get_one(Delivery, delivery.id)


def told(delivery: Delivery) -> list[str]:
    """The sentences about parcels in the inbox of whom it goes to."""
    mine = sa.select(Notification).where(Notification.member_id == delivery.member_id)
    with in_language("en"):
        return [said(one.kind, one.facts) for one in db.session.scalars(mine.order_by(Notification.id))]


def test_thirty_days_later_it_came(make: Make) -> None:
    asked = {"reminded_at": clock.now() - clock.days(5)}
    old, young = on_its_way(make, 30, **asked), on_its_way(make, 29, **asked)
    take_as_received()
    assert now_of(old).state is DeliveryState.RECEIVED
    assert now_of(young).state is DeliveryState.SHIPPED


def test_nobody_is_taken_to_have_it_who_was_not_asked_days_before(make: Make) -> None:
    """Once, by mail too; also when the worker rested for months."""
    asked, young, forgotten = on_its_way(make, 25), on_its_way(make, 24), on_its_way(make, 99)
    for _twice in range(2):
        ask_if_it_came()
    take_as_received()
    assert told(young) == []
    for one, last in ((asked, 5), (forgotten, 5)):
        [sentence] = told(one)
        assert sentence.startswith("Did The cloud bag arrive?")
        with in_language("en"):
            assert day(clock.now() + clock.days(last)) in sentence
        assert now_of(one).state is DeliveryState.SHIPPED
    with clock.travel(clock.now() + clock.days(5)):
        take_as_received()
    assert now_of(forgotten).state is DeliveryState.RECEIVED
    assert told(forgotten) == []  # the question is answered


def test_what_never_came_waits_for_staff_and_is_sent_anew(make: Make) -> None:
    packer, lost = make.staff("manager"), on_its_way(make, 26, carrier="顺丰", tracking="SF1")
    member = db.session.get_one(Member, lost.member_id)
    before = db.session.scalar(waiting_count())
    ask_if_it_came()
    for _twice in range(2):
        assert act(services.say_lost, lost, by=member).state is DeliveryState.LOST
    assert told(lost) == []
    assert db.session.scalar(waiting_count()) == (before or 0) + 1
    with clock.travel(clock.now() + clock.days(60)):
        ask_if_it_came()
        take_as_received()
    with pytest.raises(Conflict):  # by time it does not arrive any more
        act(services.confirm_received, lost, by=None)
    assert give(lost, member).state is DeliveryState.LOST
    again = act(services.ship, lost, "圆通", "YT2", by=packer)
    assert (again.state, again.tracking, again.reminded_at) == (DeliveryState.SHIPPED, "YT2", None)
    assert clock.now() - (again.shipped_at or clock.now()) < clock.minutes(1)
    assert told(lost) == ["The cloud bag is on its way to you. 圆通 YT2"]
    with pytest.raises(Conflict):  # only just
        act(services.say_lost, lost, by=member)
    assert act(services.confirm_received, lost, by=member).state is DeliveryState.RECEIVED


def test_what_is_lost_came_after_all_or_ends(make: Make) -> None:
    packer, found, gone = make.staff("manager"), *(on_its_way(make, 9) for _two in range(2))
    for one in (found, gone):
        act(services.say_lost, one, by=db.session.get_one(Member, one.member_id))
    arrived = act(services.confirm_received, found, by=db.session.get_one(Member, found.member_id))
    assert arrived.state is DeliveryState.RECEIVED
    assert raw(act(services.stop, gone, by=packer)).strip() == ""
    assert told(gone) == [
        "The cloud bag got lost on its way, and we cannot send it again. We are sorry. "
        "If you did not expect that, please write to us."
    ]


@pytest.mark.parametrize("state", ["asked", "ready", "received", "stopped"])
def test_only_what_is_on_its_way_gets_lost(make: Make, state: str) -> None:
    member, other = make.member(), make.member()
    with pytest.raises(Conflict):
        act(services.say_lost, make.delivery(member, state), by=member)
    with pytest.raises(NotFound):
        act(services.say_lost, on_its_way(make, 9), by=other)
    with pytest.raises(Conflict):  # give the courier some days
        act(services.say_lost, make.delivery(member, "shipped"), by=member)


def test_told_and_erased(make: Make) -> None:
    member = make.member()
    for state in DeliveryState:
        make.delivery(member, state)
    [part] = export(member.id)
    rows = list(part.rows or ())
    assert len(rows) == 6
    assert sum("满觉陇路 12 号" in row["address"] for row in rows) == 3
    with transaction():
        erase(member.id)
        erase(member.id)
    states = [one.state.value for one in db.session.query(Delivery).order_by(Delivery.id)]
    assert sorted(states) == ["received", *["stopped"] * 5]
    assert not any(raw(one).strip() for one in db.session.query(Delivery))


# ------------------------------------------------------------------ pages


@pytest.mark.one_database
def test_a_member_gives_the_address_and_reads_it_masked(make: Make, as_member: Any) -> None:
    member = make.member()
    me = as_member(member)
    assert "/me/deliveries" not in me.get("/me").text
    one, two = make.delivery(member), make.delivery(member)
    assert "/me/deliveries" in me.get("/me").text
    assert me.post(f"/me/deliveries/{one.id}", data=TYPED).status_code == 303
    piece = me.post(f"/me/deliveries/{two.id}", data=TYPED, htmx=True)
    assert 'id="parcel"' in piece.text
    assert "<html" not in piece.text
    page = me.get(f"/me/deliveries/{one.id}").text
    assert "王**" in page
    for told in ("王小云", "00001234", "满觉陇路"):
        assert told not in page
    assert "满觉陇路" not in me.get(f"/me/deliveries/{one.id}?change").text
    assert as_member().get(f"/me/deliveries/{one.id}").status_code == 404
    assert as_member().post(f"/me/deliveries/{one.id}", data=TYPED).status_code == 404


@pytest.mark.one_database
@pytest.mark.parametrize("wrong", [{"phone": "1"}, {"street": ""}, {"name": "王" * 41}])
def test_what_was_typed_stays(make: Make, as_member: Any, wrong: dict[str, str]) -> None:
    member = make.member()
    for htmx in (False, True):
        url = f"/me/deliveries/{make.delivery(member).id}"
        answer = as_member(member).post(url, data=TYPED | wrong, htmx=htmx)
        assert answer.status_code == 422
        assert "杭州市西湖区" in answer.text


@pytest.mark.one_database
def test_arrived_and_declined_plain_and_with_htmx(make: Make, as_member: Any) -> None:
    member = make.member()
    me = as_member(member)
    sent = {"shipped_at": clock.now() - clock.days(4)}
    for state, deed in (
        ("shipped", "received"),
        ("ready", "decline"),
        ("shipped", "lost"),
        ("lost", "received"),
    ):
        for htmx, status in ((False, 303), (True, 200)):
            url = f"/me/deliveries/{make.delivery(member, state, **sent).id}/{deed}"
            answer = me.post(url, htmx=htmx)
            assert answer.status_code == status
            if htmx and deed == "lost":
                assert 'id="parcel"' in answer.text and "It arrived after all" in answer.text
    for deed in ("received", "lost"):
        url = f"/me/deliveries/{make.delivery(make.member(), 'shipped', **sent).id}/{deed}"
        assert me.post(url).status_code == 404


@pytest.mark.one_database
def test_both_buttons_are_there_once_it_may_be_lost(make: Make, as_member: Any) -> None:
    member = make.member()
    me, young = as_member(member), make.delivery(member, "shipped")
    late = make.delivery(member, "shipped", shipped_at=clock.now() - clock.days(3))
    for one, there in ((young, False), (late, True)):
        page = me.get(f"/me/deliveries/{one.id}").text
        assert f'action="/me/deliveries/{one.id}/received"' in page
        assert (f'action="/me/deliveries/{one.id}/lost"' in page) is there


@pytest.mark.one_database
def test_what_time_took_as_received_says_whom_to_write_to(make: Make, as_member: Any) -> None:
    """Not what its member said came: after that long, too."""
    asked = {"reminded_at": clock.now() - clock.days(5)}
    silent, said = on_its_way(make, 30, **asked), on_its_way(make, 29, **asked)
    take_as_received()
    act(services.confirm_received, said, by=db.session.get_one(Member, said.member_id))
    for one, by_time in ((silent, True), (said, False)):
        member = db.session.get_one(Member, one.member_id)
        page = as_member(member).get(f"/me/deliveries/{one.id}").text
        assert ("Did it never come? Write to us" in page) is by_time
        assert ("It arrived on" in page) is not by_time
        assert f'action="/me/deliveries/{one.id}/lost"' not in page
        assert "How to reach us" not in page, "nowhere to lead to yet"
    make.legal_text("terms")
    page = as_member(db.session.get_one(Member, silent.member_id)).get(f"/me/deliveries/{silent.id}").text
    assert '<a href="/terms">How to reach us</a>' in page


@pytest.mark.one_database
def test_staff_see_what_waits_for_them_on_their_front(make: Make, as_staff: Any) -> None:
    member, packer = make.member(), as_staff("manager")
    for state in DeliveryState:
        make.delivery(member, state)
    lost = db.session.scalars(sa.select(Delivery).where(Delivery.state == DeliveryState.LOST)).one()
    front = BeautifulSoup(packer.get("/console").text, "html.parser")
    assert [one.text for one in front.select('main a[href="/console/deliveries"] .waits')] == ["2"]
    assert lost.id in packer.get("/console/deliveries?show=lost").text
    page = packer.get(f"/console/deliveries/{lost.id}").text
    assert "满觉陇路 12 号" in page
    for deed in ("ship", "received", "stop"):
        assert f'action="/console/deliveries/{lost.id}/{deed}"' in page
    for htmx, status in ((False, 303), (True, 200)):
        url = f"/console/deliveries/{make.delivery(member, 'lost').id}/ship"
        assert packer.post(url, data={"carrier": "", "tracking": "YT2"}, htmx=htmx).status_code == status


@pytest.mark.one_database
def test_staff_pack_what_is_ready(app: Flask, make: Make, as_staff: Any) -> None:
    member = make.member()
    ready, asked = make.delivery(member, "ready"), make.delivery(member)
    packer = as_staff("manager")
    page = packer.get("/console/deliveries").text
    assert ready.id in page
    assert "王小云" not in page
    assert asked.id in packer.get("/console/deliveries?show=asked").text
    assert "满觉陇路" in packer.get(f"/console/deliveries/{ready.id}").text
    seen = db.session.query(AuditEntry).filter_by(action="delivery.address_seen", target_id=ready.id)
    assert seen.count() == 1
    table = packer.post("/console/deliveries/list.csv").get_data(as_text=True)
    assert table.count("\n") == 2
    assert "满觉陇路 12 号" in table
    [taken] = db.session.query(AuditEntry).filter_by(action="delivery.list_taken")
    assert taken.facts == {"number": 1}
    url = f"/console/deliveries/{ready.id}/ship"
    refused = packer.post(url, data={"carrier": "x" * 41}, htmx=True)
    assert (refused.status_code, "满觉陇路" in refused.text, seen.count()) == (422, True, 2)
    assert packer.post(url, data={"carrier": "顺丰", "tracking": "SF1"}).status_code == 303
    assert packer.post(url, data={}, htmx=True).status_code == 409
    assert seen.count() == 3
    assert packer.post(f"/console/deliveries/{ready.id}/received", htmx=True).status_code == 200
    assert packer.post(f"/console/deliveries/{asked.id}/stop").status_code == 303
    assert "满觉陇路" not in packer.get(f"/console/deliveries/{ready.id}").text
    assert as_staff("moderator").get("/console/deliveries").status_code == 403


@pytest.mark.one_database
@pytest.mark.parametrize("htmx", [False, True])
def test_what_was_on_the_list_was_sent_with_one_press(make: Make, as_staff: Any, htmx: bool) -> None:
    """What came later and who gave another address stay."""
    member, packer = make.member(), as_staff("manager")
    listed, moved = make.delivery(member, "ready"), make.delivery(member, "ready")
    url = "/console/deliveries/list-sent"
    assert "No parcel of a list" in packer.post(url, htmx=True).text
    assert packer.post("/console/deliveries/list.csv").get_data(as_text=True).count("\n") == 3
    give(moved, member)
    later = make.delivery(member, "ready")
    assert "1 parcel stands on the list" in packer.get("/console/deliveries").text
    answer = packer.post(url, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    if htmx:
        assert "<html" not in answer.text
        assert "1 parcel is on its way." in answer.text
        assert (listed.id in answer.text, moved.id in answer.text) == (False, True)
    db.session.expire_all()
    states = [db.session.get_one(Delivery, one.id).state.value for one in (listed, moved, later)]
    assert states == ["shipped", "ready", "ready"]
    shipped = db.session.query(AuditEntry).filter_by(action="delivery.shipped").one()
    assert shipped.target_id == listed.id
    assert db.session.query(Notification).filter_by(kind="deliveries.shipped").count() == 1


@pytest.mark.one_database
def test_what_waits_for_long_says_so(make: Make, as_staff: Any) -> None:
    member, packer = make.member(), as_staff("manager")
    make.delivery(member, "ready", ready_at=clock.now() - clock.days(6))
    assert "Ready for" not in packer.get("/console/deliveries").text
    make.delivery(member, "ready", ready_at=clock.now() - clock.days(9))
    assert "Ready for 9 days" in packer.get("/console/deliveries").text
