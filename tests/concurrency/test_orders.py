"""Orders come in while people prove who they are, and while workers are killed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from portal.accounts.models import Member
from portal.accounts.signals import ContactProved, contact_proved
from portal.core import clock
from portal.core.db import db, lock_row, transaction
from portal.orders import proofs, services
from portal.orders.importing import steps
from portal.orders.jobs import run_import
from portal.orders.models import Customer, ImportState, Order, OrderImport
from portal.orders.services import saving, telling
from portal.stories.models import Story, StoryState
from portal.stories.services.standing import move_story
from tests.concurrency.crowd import House, Many, at_once
from tests.factories import orders as shop
from tests.make import Make
from tests.orders import files

ORDERS, ROUNDS = 40, 6
TURNS = ((StoryState.PUBLISHED, StoryState.HIDDEN), (StoryState.HIDDEN, StoryState.PUBLISHED))


def bring(number: str, phone: str, guarded: bool) -> None:
    """An order comes in; it takes a moment between looking and writing."""
    flush = saving.Known.flush

    def slowly(known: saving.Known) -> None:
        time.sleep(0.1)
        flush(known)

    with patch.object(saving.Known, "flush", slowly), transaction():
        if guarded:
            services.save_orders("generic", [shop.told(order_no=number, phone=phone)])
        else:
            with patch.object(saving, "hold_door", lambda: None):
                services.save_orders("generic", [shop.told(order_no=number, phone=phone)])


def prove(member_id: str, phone: str) -> None:
    time.sleep(0.03)
    with transaction():
        values = {"phone": phone, "phone_verified_at": clock.now()}
        db.session.execute(sa.update(Member).where(Member.id == member_id).values(values))
        services.know_member(member_id)


def act(deed: str, *facts: object) -> None:
    {"bring": bring, "prove": prove}[deed](*facts)  # type: ignore[operator]


def lost_orders(house: House, people: Make, *, guarded: bool) -> int:
    """How many orders do not belong to the member who proved their number at the same moment."""
    lost = 0
    for turn in range(ROUNDS):
        member = people.member()
        phone, number = f"+8613{turn}{int(guarded)}{time.time_ns() % 10**7:07}", f"R{time.time_ns()}"
        at_once(house, act, [("bring", number, phone, guarded), ("prove", member.id, phone)])
        db.session.rollback()
        whose = db.session.scalar(
            sa.select(Customer.member_id)
            .join(Order, Order.customer_id == Customer.id)
            .where(Order.order_no == number)
        )
        lost += whose != member.id
    return lost


def test_who_proves_a_number_while_its_order_comes_in_gets_it(house: House, people: Make) -> None:
    assert lost_orders(house, people, guarded=True) == 0
    assert [list(proof.differences()) for proof in proofs.PROOFS] == [[]] * 4


def test_without_the_door_orders_are_lost(house: House, people: Make) -> None:
    """SQLite has one writer at a time, whatever we do."""
    assert (lost_orders(house, people, guarded=False) > 0) == (house.kind == "postgresql")


# ------------------------------------------------------------------ beside members who write stories


def write(story_id: str, _guarded: bool) -> str:
    """A story leaves the wall and comes back, with a moment between holding it and its author's account."""
    said = {_unless_stuck(partial(_move, story_id, state, to)) for state, to in TURNS}
    return max(said)


def _move(story_id: str, state: StoryState, to: StoryState) -> None:
    lock_row(Story, story_id)
    time.sleep(0.3)
    move_story(db.session.get_one(Story, story_id), [state], to)


def prove_contact(member_id: str, phone: str, guarded: bool) -> str:
    """As the settings page does it: the member's row is held. Unguarded, their stories are marked meanwhile."""
    said = _unless_stuck(partial(_set_phone, member_id, phone, guarded))
    return _unless_stuck(partial(services.know_member, member_id)) if guarded else said


def _set_phone(member_id: str, phone: str, guarded: bool) -> None:
    lock_row(Member, member_id, whole=False)
    time.sleep(0.3)
    values = {"phone": phone, "phone_verified_at": clock.now()}
    db.session.execute(sa.update(Member).where(Member.id == member_id).values(values))
    if guarded:
        contact_proved.send(ContactProved(member_id))
    else:
        services.know_member(member_id)


def import_batch(emails: list[str], sku: str, guarded: bool) -> str:
    """Orders of several members come in. Unguarded, accounts are held before stories."""
    orders = [shop.told(order_no=f"B{time.time_ns()}", email=email, sku=sku) for email in emails]
    bring_in = partial(services.save_orders, "generic", orders)
    if guarded:
        return _unless_stuck(bring_in)
    deed, marks = telling._note_deed, telling.tell_ownership
    waiting: list[str] = []

    def later(member_ids: Iterable[str | None], _signal: object) -> None:
        waiting.extend(member_id for member_id in member_ids if member_id)

    def deeds_first(*move: Any) -> None:
        deed(*move)
        time.sleep(0.5)
        marks(waiting, telling.ownership_changed)

    with patch.object(telling, "tell_ownership", later), patch.object(telling, "_note_deed", deeds_first):
        return _unless_stuck(bring_in)


def _unless_stuck(deed: Callable[[], object]) -> str:
    try:
        with transaction():
            deed()
    except OperationalError as error:
        return "stuck" if "deadlock" in str(error) else str(error)
    return "done"


def do(deed: str, *facts: object) -> str:
    deeds = {"write": write, "prove": prove_contact, "import": import_batch}
    return deeds[deed](*facts)  # type: ignore[operator]


def authors(people: Make, number: int) -> tuple[list[Member], list[str], str]:
    """Members with a story each about one product, and its code."""
    product = people.product()
    members = [people.member() for _one in range(number)]
    stories = [people.story(author=member, product=product).id for member in members]
    for story_id in stories:  # once off the wall and back: now they are deeds
        for state, to in TURNS:
            with transaction():
                move_story(db.session.get_one(Story, story_id), [state], to)
    return members, stories, people.product_code(product).sku


def answers_of(house: House, shares: list[tuple[Any, ...]], members: list[Member]) -> set[str]:
    said = set(at_once(house, do, shares))
    db.session.rollback()
    if "stuck" not in said:
        assert {standing_of_story(member.id) for member in members} == {True}
    return said


def standing_of_story(member_id: str) -> bool:
    return bool(db.session.scalar(sa.select(Story.owns_it).where(Story.author_id == member_id)))


def proof_beside_story(house: House, people: Make, *, guarded: bool) -> set[str]:
    [member], [story_id], sku = authors(people, 1)
    phone = f"+8615{int(guarded)}{time.time_ns() % 10**8:08}"
    with transaction():
        services.save_orders("generic", [shop.told(phone=phone, sku=sku, order_no=f"S{phone}")])
    shares = [("prove", member.id, phone, guarded), ("write", story_id, guarded)]
    return answers_of(house, shares, [member])


def test_a_proof_and_a_story_never_wait_for_each_other(house: House, people: Make) -> None:
    assert proof_beside_story(house, people, guarded=True) == {"done"}


def test_marking_stories_while_the_member_is_held_gets_stuck(house: House, people: Make) -> None:
    stuck = house.kind == "postgresql"
    assert ("stuck" in proof_beside_story(house, people, guarded=False)) == stuck


def import_beside_stories(house: House, people: Make, *, guarded: bool) -> set[str]:
    members, stories, sku = authors(people, 3)
    shares = [("write", story_id, guarded) for story_id in stories]
    batch = ("import", [member.email for member in reversed(members)], sku, guarded)
    return answers_of(house, [*shares, batch], members)


def test_an_import_and_stories_never_wait_for_each_other(house: House, people: Make) -> None:
    assert import_beside_stories(house, people, guarded=True) == {"done"}


def test_an_import_that_holds_accounts_first_gets_stuck(house: House, people: Make) -> None:
    stuck = house.kind == "postgresql"
    assert ("stuck" in import_beside_stories(house, people, guarded=False)) == stuck


# ------------------------------------------------------------------ killed


def apply_slowly(import_id: str) -> None:
    """Small steps with pauses, so that there is a middle to be killed in."""
    step = steps.apply_on

    def slowly(held: OrderImport) -> bool:
        more = step(held)
        time.sleep(0.05)
        return more

    with patch.object(steps, "ORDERS", 2), patch.object(steps, "apply_on", slowly):
        run_import(import_id)


def test_a_killed_import_goes_on_where_it_was(house: House, tmp_path: Path) -> None:
    first = time.time_ns()
    held = files.check(
        files.put(tmp_path, [files.row(f"K{first}-{n}", phone="13800000009") for n in range(ORDERS)])
    )
    import_id = held.id
    with transaction():
        steps.confirm(steps.get(import_id), by=None)
    workers = Many(house, apply_slowly, [(import_id,)])
    while (done := _applied(import_id)) < ORDERS // 4:
        time.sleep(0.02)
    workers.kill()
    assert 0 < done < ORDERS
    assert _written(first) == _applied(import_id)
    with transaction():
        due = sa.update(OrderImport).where(OrderImport.id == import_id)
        db.session.execute(due.values(due_at=clock.now() - timedelta(seconds=1)))
    at_once(house, apply_slowly, [(import_id,)] * 3)
    db.session.rollback()
    held = steps.get(import_id)
    assert (held.state, held.applied, _written(first)) == (ImportState.DONE, ORDERS, ORDERS)
    assert [list(proof.differences()) for proof in proofs.PROOFS] == [[]] * 4


def _applied(import_id: str) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(OrderImport.applied).where(OrderImport.id == import_id)) or 0


def _written(first: int) -> int:
    db.session.rollback()
    mine = sa.select(sa.func.count()).where(Order.order_no.startswith(f"K{first}-"))
    return db.session.scalar(mine) or 0
