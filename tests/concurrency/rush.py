"""A rush through HTTP: many members at once, each trying again and again, as browsers do it. Imported by several processes."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.core.db import new_id
from tests.concurrency.served import Answer, Visitor

#: connections in each process that takes part
THREADS = 8
#: nothing was changed, and one is asked to try again: an answer, if not a nice one
BUSY = 503


@dataclass(frozen=True)
class Sale:
    """What is sold: the event's address, and (ticket type, how many people, price) of each kind."""

    slug: str
    kinds: tuple[tuple[str, int, int], ...]


@dataclass
class Told:
    """What the members of one process were told."""

    answers: Counter[str] = field(default_factory=Counter)
    #: registrations for which a ticket was promised on a page
    tickets: list[str] = field(default_factory=list)
    #: (registration, sum) given back by its member
    cancelled: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    attempts: int = 0

    def note(self, answer: Answer, what: str) -> None:
        self.answers[f"{what} {answer.status}"] += 1
        if answer.status >= 500 and answer.status != BUSY:
            self.faults.append(f"{what}: {answer.status} {answer.text[:200]}")


def take_part(visitors: Sequence[Visitor], sale: Sale, attempts: int, seed: int, seconds: float) -> Told:
    """Everybody tries ``attempts`` times, eight at a time; after ``seconds`` nobody begins again."""
    told, dice = Told(), random.Random(seed)
    line = [(visitor, dice.random()) for _turn in range(attempts) for visitor in visitors]
    until = time.monotonic() + seconds
    lock = threading.Lock()
    turns = {id(visitor): threading.Lock() for visitor in visitors}

    def one_after_the_other() -> None:
        while True:
            with lock:
                if not line or time.monotonic() > until:
                    return
                visitor, chance = line.pop(0)
                told.attempts += 1
            try:
                with turns[id(visitor)]:
                    visitor.hang_up()  # a browser would notice that its connection had been closed meanwhile
                    _try_once(visitor, sale, random.Random(chance), told)
            except Exception as error:
                told.faults.append(f"no answer: {error!r}")

    threads = [threading.Thread(target=one_after_the_other) for _one in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _try_once(visitor: Visitor, sale: Sale, dice: random.Random, told: Told) -> None:
    """Choose, then walk away, give up, or say who comes, pay, and sometimes give the ticket back."""
    kind, people, price = dice.choice(sale.kinds)
    here = f"/events/{sale.slug}/register"
    chosen = {"ticket_type": kind, "people": str(people), "children": "0", "attempt": new_id()}
    held = visitor.post(here, chosen)
    told.note(held, "hold")
    if held.status == 409 and dice.random() < 0.3:
        told.note(visitor.post(f"/events/{sale.slug}/waiting", chosen), "wait")
    if held.status != 303:
        return
    place = held.headers["location"]
    registration_id = place.rsplit("/", 1)[-1]
    fate = dice.random()
    if fate < 0.12:
        return
    if fate < 0.2:
        told.note(visitor.post(f"{place}/give-up"), "give up")
        return
    if _go_through(visitor, place, price, dice, told) and dice.random() < 0.2:
        _give_back(visitor, registration_id, told)


def _go_through(visitor: Visitor, place: str, price: int, dice: random.Random, told: Told) -> bool:
    """Details, and money where it costs some. True when a ticket was shown."""
    said = visitor.post(place, {"name": "小满", "provider": "sandbox"})
    told.note(said, "details")
    if said.status != 303:
        return False
    onwards = said.headers["location"]
    if price and "/payments/" in onwards:
        told.note(visitor.post(f"{onwards}/pay"), "to pay")
        deed = dice.choices(("pay", "fail", "twice", "late"), (7, 1, 1, 1))[0]
        payment_id = onwards.rsplit("/", 1)[-1]
        told.note(visitor.post(f"/pay/sandbox/{payment_id}/{deed}"), deed)
        onwards = visitor.get(place).headers.get("location", "")
    if not onwards.startswith("/me/tickets/"):
        return False
    told.tickets.append(onwards.rsplit("/", 1)[-1])
    return True


def _give_back(visitor: Visitor, registration_id: str, told: Told) -> None:
    page = visitor.get(f"/me/tickets/{registration_id}")
    seen = re.search(r'name="seen" value="(\d+)"', page.text)
    answer = visitor.post(f"/me/tickets/{registration_id}/cancel", {"seen": seen[1] if seen else "0"})
    told.note(answer, "give back")
    if answer.status == 303:
        told.cancelled.append(registration_id)


def answer_offers(
    visitors: dict[str, Visitor], offers: Sequence[tuple[str, str]], slug: str, seed: int
) -> Told:
    """Each of (member, registration) takes the offer or declines it."""
    told, dice = Told(), random.Random(seed)
    for member_id, registration_id in offers:
        place = f"/events/{slug}/register/{registration_id}"
        if dice.random() < 0.3:
            told.note(visitors[member_id].post(f"{place}/give-up"), "decline")
        else:
            _go_through(visitors[member_id], place, 1, random.Random(dice.random()), told)
    return told
