"""Verbs of deliveries. The address is asked only of who was chosen, and goes in the transaction in which the parcel arrives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from blinker import Signal

from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db, hold_name, insert_once, key_of, lock_row
from portal.core.errors import Conflict, NotFound
from portal.core.feature import NotificationKind
from portal.core.i18n import _
from portal.core.links import path_to
from portal.deliveries import queries, rules, signals
from portal.deliveries.models import Delivery, DeliveryState
from portal.deliveries.notices import ASKED, CAME, SHIPPED, STOPPED
from portal.deliveries.rules import Address
from portal.notifications.services import notify, retract

KIND = "delivery"


def ask(owner_kind: str, owner_id: str, *, member_id: str, what_zh: str, what_en: str) -> Delivery:
    """Something goes to a member, who is asked where to; asked twice for the same thing it is one, and told once.

    ``owner_kind`` and ``owner_id`` belong to the feature that gives it.
    """
    new = insert_once(
        Delivery,
        owner_kind=owner_kind,
        owner_id=owner_id,
        member_id=member_id,
        what_zh=what_zh,
        what_en=what_en,
        asked_at=clock.now(),
    )
    delivery = queries.delivery_for(owner_kind, owner_id)
    assert delivery is not None
    if new:
        _tell(delivery, ASKED)
    return delivery


def give_address(delivery: Delivery, name: str, phone: str, address: Address, *, by: Viewer) -> None:
    """Where it goes; that can be changed until it is sent, and again once it got lost. Raises NotFound for somebody else's, Conflict
    once it is too late, Invalid for a field that cannot be right."""
    held = _held(delivery)
    if held.member_id != by.id:
        raise NotFound(_("There is no delivery for you at this address."))
    if held.state not in rules.ADDRESSABLE:
        raise Conflict(_("It is on its way already, or not sent any more."))
    held.name = rules.checked(name, most=rules.LONGEST_NAME, field="name")
    held.phone = rules.checked_phone(phone)
    held.address = _checked(address).packed()
    was_asked = held.state is DeliveryState.ASKED
    if held.state is not DeliveryState.LOST:
        held.state, held.ready_at = DeliveryState.READY, clock.now()
    held.listed_at = None
    db.session.flush()
    if was_asked:
        _announce(signals.delivery_ready, held)


def decline(delivery: Delivery, *, by: Viewer) -> None:
    """The member does not want it. Twice is once. Raises NotFound for somebody else's, Conflict once it is sent."""
    held = _held(delivery)
    if held.member_id != by.id:
        raise NotFound(_("There is no delivery for you at this address."))
    if held.state is not DeliveryState.STOPPED:
        _stop(held, declined=True)


def ship(delivery: Delivery, carrier: str, tracking: str, *, by: Viewer) -> None:
    """It left the house, or does so again after it got lost; the member hears by which courier. Raises Conflict when there is no
    address yet, or it is on its way. Audited."""
    by.must(Permission.SHIP)
    held = _held(delivery)
    if held.state not in rules.SENDABLE:
        raise Conflict(_("Only what has an address and was not sent yet can be sent."))
    held.carrier = rules.checked(carrier, most=rules.LONGEST_CARRIER, field="carrier", needed=False)
    held.tracking = rules.checked(tracking, most=rules.LONGEST_TRACKING, field="tracking", needed=False)
    _ship(held, by)


def ship_listed(delivery: Delivery, *, by: Viewer) -> bool:
    """It left the house as it stood on the list that staff took along, nobody knows by which number. False when it left already,
    stopped, or got another address meanwhile. Audited."""
    by.must(Permission.SHIP)
    held = _held(delivery)
    if held.state is not DeliveryState.READY or held.listed_at is None:
        return False
    _ship(held, by)
    return True


def say_lost(delivery: Delivery, *, by: Viewer) -> None:
    """Its member says that it never came: from here on time does not make it arrive, and it waits for staff, who send it again or
    stop it. Twice is once. Raises NotFound for somebody else's, Conflict before it could have come, and once it is over."""
    held = _held(delivery)
    if held.member_id != by.id:
        raise NotFound(_("There is no delivery for you at this address."))
    if held.state is DeliveryState.LOST:
        return
    if not rules.may_be_lost(held, clock.now()):
        raise Conflict(_("It is not on its way, or not for long enough. Please give the courier a few days."))
    held.state = DeliveryState.LOST
    db.session.flush()
    _fall_silent(held)


def ask_if_it_came(delivery: Delivery) -> bool:
    """Its member hears until when they can say that it came, or never did; then it is taken as received. Once. True when this call
    asked."""
    held = _held(delivery)
    if held.state is not DeliveryState.SHIPPED or held.shipped_at is None or held.reminded_at is not None:
        return False
    held.reminded_at = clock.now()
    db.session.flush()
    until = max(held.shipped_at + rules.ARRIVES_WITHIN, held.reminded_at + rules.ASKED_BEFORE)
    _tell(held, CAME, group=_question(held), until=until.isoformat())
    return True


def confirm_received(delivery: Delivery, *, by: Viewer | None) -> bool:
    """It arrived, and the address is forgotten; twice is once. ``by=None``: the time for it is over. True when this call did it.

    Raises NotFound for somebody else's, Conflict before it was sent, and for time alone when it is lost.
    """
    held = _held(delivery)
    if by is not None and held.member_id != by.id and not by.can(Permission.SHIP):
        raise NotFound(_("There is no delivery for you at this address."))
    if held.state is DeliveryState.RECEIVED:
        return False
    if held.state not in (rules.SENT if by else (DeliveryState.SHIPPED,)):
        raise Conflict(_("It was not sent yet, so it cannot have arrived."))
    held.state = DeliveryState.RECEIVED
    held.received_at = held.erased_at = clock.now()
    _forget(held)
    if by is not None and held.member_id != by.id:
        audit.record("delivery.received", by=by, target_kind=KIND, target_id=held.id)
    _announce(signals.delivery_received, held)
    return True


def stop(delivery: Delivery, *, by: Viewer | None) -> None:
    """Staff do not send it, or it never arrived; the address is forgotten and the member told. ``by=None``: the time for it is over.
    Twice is once. Raises Conflict once it arrived. Audited."""
    if by is not None:
        by.must(Permission.SHIP)
    held = _held(delivery)
    if held.state is DeliveryState.STOPPED:
        return
    if held.state is DeliveryState.RECEIVED:
        raise Conflict(_("It arrived."))
    lost = held.state in rules.SENT
    _stop(held)
    audit.record("delivery.stopped", by=by, target_kind=KIND, target_id=held.id)
    _tell(held, STOPPED, lost=lost)


def note_address_seen(delivery: Delivery, *, by: Viewer) -> None:
    """Before staff read an address, it is written down that they did."""
    by.must(Permission.SHIP)
    audit.record("delivery.address_seen", by=by, target_kind=KIND, target_id=key_of(delivery))


def take_list(*, by: Viewer) -> datetime:
    """Before the list of addresses leaves the house: what stands on it, who took it, and how many they are. Returns its moment.
    Audited."""
    by.must(Permission.SHIP)
    hold_name("deliveries list")
    moment = clock.now()
    ready = sa.update(Delivery).where(Delivery.state == DeliveryState.READY)
    number = changed_rows(ready.values(listed_at=moment))
    db.session.expire_all()
    audit.record("delivery.list_taken", by=by, target_kind="deliveries", target_id=by.id, number=number)
    return moment


# ------------------------------------------------------------------ inside


def _held(delivery: Delivery) -> Delivery:
    delivery_id = key_of(delivery)
    lock_row(Delivery, delivery_id)
    return db.session.get_one(Delivery, delivery_id, populate_existing=True)


def _ship(held: Delivery, by: Viewer) -> None:
    held.state, held.shipped_at, held.reminded_at = DeliveryState.SHIPPED, clock.now(), None
    db.session.flush()
    audit.record("delivery.shipped", by=by, target_kind=KIND, target_id=held.id)
    _tell(held, SHIPPED, carrier=held.carrier, tracking=held.tracking)
    _announce(signals.delivery_shipped, held)


def _stop(held: Delivery, *, declined: bool = False) -> None:
    """Staff stop what was sent, too: it got lost."""
    lost = held.state in rules.SENT and not declined
    if held.state not in rules.OPEN and not lost:
        raise Conflict(_("It is on its way already, or not sent any more."))
    held.state, held.erased_at = DeliveryState.STOPPED, clock.now()
    _forget(held)
    _announce(signals.delivery_stopped, held, declined=declined)


def _forget(held: Delivery) -> None:
    held.name = held.phone = held.address = held.carrier = held.tracking = ""
    db.session.flush()
    _fall_silent(held)


def _fall_silent(held: Delivery) -> None:
    """What was said of it so far is over, read or not."""
    for group in (_group(held), _question(held)):
        retract(group)


def _checked(address: Address) -> Address:
    return Address(
        rules.checked(address.region, most=rules.LONGEST_PLACE, field="region"),
        rules.checked(address.city, most=rules.LONGEST_PLACE, field="city"),
        rules.checked(address.street, most=rules.LONGEST_STREET, field="street"),
        rules.checked(address.postcode, most=rules.LONGEST_POSTCODE, field="postcode", needed=False),
    )


def _tell(delivery: Delivery, kind: NotificationKind, *, group: str = "", **facts: Any) -> None:
    notify(
        [delivery.member_id],
        kind.name,
        path=path_to("deliveries.delivery", delivery_id=delivery.id),
        group=group or _group(delivery),
        what_zh=delivery.what_zh,
        what_en=delivery.what_en,
        **facts,
    )


def _group(delivery: Delivery) -> str:
    return f"delivery:{delivery.id}"


def _question(delivery: Delivery) -> str:
    """A group of its own: whoever did not read that it is on its way gets mail with the question all the same."""
    return f"{_group(delivery)}:came"


def _announce(signal: Signal, delivery: Delivery, *, declined: bool = False) -> None:
    facts = (delivery.id, delivery.owner_kind, delivery.owner_id, delivery.member_id)
    signal.send(signals.DeliveryChanged(*facts, declined=declined))
