"""The worker's part of drops: reminders before they open, products shown when they do, and word of what moved or was cancelled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from portal.core.db import transaction
from portal.core.jobs import periodic
from portal.drops.services import opening, reminding

log = logging.getLogger(__name__)
#: who is to be told: a member, perhaps with what is owed to them
Person = TypeVar("Person")

#: letters in one transaction: few enough to hold nobody up
STEP = 50
#: in one run: the sweep of the next minute goes on
AT_ONCE = 2000


@periodic(minutes=1)
def remind() -> None:
    """Drop by drop; one that is broken stands in nobody's way."""
    for due in reminding.due_now():
        _tell_all(
            f"reminding of {due.drop_id}",
            partial(reminding.next_to_remind, due, STEP),
            partial(reminding.remind, due.drop_id),
        )


@periodic(minutes=1)
def tell_news() -> None:
    """What moved or was cancelled, likewise."""
    for drop_id in reminding.owed_news():
        _tell_all(
            f"telling the news of {drop_id}",
            partial(reminding.next_to_tell, drop_id, STEP),
            partial(_tell_owed, drop_id),
        )


@periodic(minutes=1)
def show_products() -> None:
    """What was hidden until its drop opened for everybody. Each in a transaction of its own."""
    for item_id in opening.items_to_show(AT_ONCE):
        try:
            with transaction():
                opening.show_item(item_id)
        except Exception:
            log.exception("drops: showing the product of %s failed", item_id)


def _tell_owed(drop_id: str, owed: tuple[str, datetime]) -> bool:
    return reminding.tell_news(drop_id, *owed)


def _tell_all(what: str, find: Callable[[], list[Person]], tell: Callable[[Person], bool]) -> None:
    """Some people in each transaction, until nobody of them could be told."""
    told = 0
    while told < AT_ONCE and (found := find()):
        if not _tell(what, found, tell):
            break
        told += len(found)


def _tell(what: str, people: list[Person], tell: Callable[[Person], bool]) -> bool:
    """All together; when that fails, each alone. False when none of them could be told: then the rest waits."""
    try:
        with transaction():
            told = [tell(one) for one in people]
        return any(told)
    except Exception:
        if len(people) == 1:
            log.exception("drops: %s failed for %s", what, people[0])
            return False
        alone = [_tell(what, [one], tell) for one in people]
        return any(alone)
