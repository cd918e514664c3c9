"""``python -m tests.browser.festival_guests``: what the journeys at events begin with, once for each way they are made. Prints JSON."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from portal import create_app
from portal.accounts.models import Member
from portal.accounts.services import consents
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, transaction
from portal.events.models import Entry, Event, EventSession, QuestionKind, Registration, Seats, SeatsOf
from portal.events.rules import codes
from tests.browser.people import PASSWORD
from tests.browser.taking_part import DESK, PHONE, PLAIN
from tests.factories import accounts
from tests.factories import events as make

#: the name of each way and what its people speak
WAYS = {way.name: way.language for way in (PHONE, PLAIN, DESK)}
Told = dict[str, str]


def main() -> None:
    with create_app().app_context():
        print(json.dumps({way: tell(way) for way in WAYS}))


def tell(way: str) -> dict[str, Told]:
    """By journey: addresses, codes and the names of who takes part, who all have the same password."""
    journeys = {
        "signs": _on_sale,
        "waits": _full,
        "plans": _programme,
        "comes": _doors_open,
        "gives": _given,
        "salon": _salon,
        "gathers": _bell,
    }
    return {name: journey(way) for name, journey in journeys.items()}


def member(way: str, name: str) -> Member:
    """Somebody who signed up and accepted the texts of the house."""
    made = accounts.member(email=mail(way, name), password=PASSWORD, display_name=name, language=WAYS[way])
    consents.accept_texts(made.id, brand.legal_versions(), how=consents.SIGN_UP)
    return made


def mail(way: str, name: str) -> str:
    return f"{name}-{way}@fest.example"


def slug(way: str, name: str) -> str:
    """Addresses of our own: other tests fill the same portal."""
    return f"{name}-{way}"


def _on_sale(way: str) -> Told:
    """A ticket for up to four that costs money, with a question; and another one, so that there is a choice."""
    with transaction():
        member(way, "signs")
        event = make.event(slug=slug(way, "signs"))
        within = make.ticket_pool(event, 40)
        make.ticket_type(event, within, position=0)
        dear = make.ticket_type(
            event, within, position=1, price=16800, most_people=4, most_children=2, name_zh="同行票",
            name_en="Together",
        )  # fmt: skip
        make.question(event, kind=QuestionKind.LINE, label_zh="带哪一只旧包？", label_en="Which bag?")
        return {"slug": event.slug, "kind": dear.id, "mail": mail(way, "signs")}


def _full(way: str) -> Told:
    """Two seats, both taken by one party; another party stands in line."""
    with transaction():
        has, first = member(way, "has"), member(way, "first")
        member(way, "second")
        event = make.event(slug=slug(way, "waits"), capacity=2)
        kind = make.ticket_type(event, capacity=2, most_people=2)
    ticket = make.registration(kind, has, people=2)
    make.waiting_entry(kind, first, people=2)
    db.session.commit()
    names = {name: mail(way, name) for name in ("has", "first", "second")}
    return names | {"slug": event.slug, "kind": kind.id, "ticket": ticket.id}


def _programme(way: str) -> Told:
    """Two sessions at one time, a later one; three that a draw gives, of which two clash. The draw waits to be opened."""
    with transaction():
        plans = member(way, "plans")
        event = make.event(slug=slug(way, "plans"), wishes_until=clock.now() + timedelta(days=10))
        kind = make.ticket_type(event, most_people=2)
        start = event.starts_at + timedelta(hours=1)
        made = {
            "early": make.event_session(event, start, capacity=10, name_zh="换线摊", name_en="Thread swap"),
            "same": make.event_session(event, start, capacity=10, name_zh="穿针比赛", name_en="Needle race"),
            "late": make.event_session(
                event, start + timedelta(hours=5), name_zh="合影", name_en="The photo of all"
            ),
            "dear": _drawn(event, start + timedelta(hours=2), "修补课", "Mending class"),
            "clash": _drawn(event, start + timedelta(hours=2), "染线课", "Dyeing class"),
            "other": _drawn(event, start + timedelta(hours=3, minutes=30), "皮革课", "Leather class"),
        }
    ticket = make.registration(kind, plans, people=2)
    told = {"slug": event.slug, "mail": mail(way, "plans"), "ticket": ticket.id}
    return told | {name: session.id for name, session in made.items()}


def _drawn(event: Event, at: datetime, zh: str, en: str) -> EventSession:
    session = make.event_session(event, at, entry=Entry.DRAW, name_zh=zh, name_en=en)
    db.session.add(Seats(id=session.id, event_id=event.id, kind=SeatsOf.SESSION, capacity=6))
    return session


def _doors_open(way: str) -> Told:
    """The doors opened an hour ago, and a party of two has its ticket."""
    with transaction():
        comes = member(way, "comes")
        event = make.open_doors(slug=slug(way, "comes"))
        kind = make.ticket_type(event, most_people=2)
    return _ticket(kind, comes, people=2) | {"slug": event.slug, "mail": mail(way, "comes")}


def _given(way: str) -> Told:
    """Somebody holds a ticket, somebody else has none."""
    with transaction():
        gives = member(way, "gives")
        member(way, "takes")
        event = make.event(slug=slug(way, "gives"))
        kind = make.ticket_type(event)
    told = {"slug": event.slug, "mail": mail(way, "gives"), "taker": mail(way, "takes")}
    return _ticket(kind, gives) | told


def _ticket(kind: Any, holder: Member, *, people: int = 1) -> Told:
    made = make.registration(kind, holder, people=people)
    db.session.commit()
    code = db.session.get_one(Registration, made.id).code or ""
    return {"ticket": made.id, "code": codes.shown_code(code), "qr": codes.ticket_address(code)}


def _salon(way: str) -> Told:
    """Staff make the rest."""
    with transaction():
        member(way, "guest")
    return {"mail": mail(way, "guest")}


def _bell(way: str) -> Told:
    """One seat, and everybody may gather for it."""
    with transaction():
        for name in ("gathers", "hurries"):
            member(way, name)
        event = make.event(slug=slug(way, "gathers"))
        kind = make.belled_type(event, capacity=1)
    return {
        "slug": event.slug,
        "kind": kind.id,
        "gathers": mail(way, "gathers"),
        "hurries": mail(way, "hurries"),
    }


if __name__ == "__main__":
    main()
