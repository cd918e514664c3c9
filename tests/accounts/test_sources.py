"""Codes that joins come from: kept for a month, the last one counts, unknown ones do no harm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts import queries
from portal.accounts.models import SourceKind
from portal.accounts.queries.sources import active_from, get_source, joins_from, newest_sources
from portal.accounts.services import sources
from portal.core import clock
from portal.core.audit import entries_of
from portal.core.db import transaction
from portal.core.errors import Invalid, NotFound
from tests.accounts.letters import code_in
from tests.client import PortalClient
from tests.make import Make

Outbox = Callable[[], list[Any]]
NEW = {"display_name": "小满", "email": "new@example.com", "password": "", "of_age": "y"}


def create(code: str, name: str = "Counter") -> str:
    with transaction():
        return sources.create_source(code, by=None, name=name, kind=SourceKind.SHOP).code


def test_codes_are_made_changed_closed_and_opened(app: Flask) -> None:
    assert create(" West-Lake ") == "west-lake"
    with transaction():
        sources.rename_source("west-lake", by=None, name="Hangzhou", kind=SourceKind.EVENT)
        sources.rename_source("west-lake", by=None, name="Hangzhou", kind=SourceKind.EVENT)
        assert sources.close_source("west-lake", by=None)
        assert not sources.close_source("west-lake", by=None)
    assert (get_source("west-lake").name, get_source("west-lake").kind) == ("Hangzhou", SourceKind.EVENT)
    assert sources.recognised("west-lake") == ""
    with transaction():
        assert sources.open_source("west-lake", by=None)
        assert not sources.open_source("west-lake", by=None)
    assert sources.recognised("west-lake") == "west-lake"
    assert [entry.action for entry in entries_of("source", "west-lake")] == [
        "source.opened",
        "source.closed",
        "source.changed",
        "source.created",
    ]


@pytest.mark.parametrize("code", ["a", "-ab", "ab-", "a b", "a/b", "码", "a" * 33, "a.b", "a%2fb"])
def test_codes_that_fit_no_address(app: Flask, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        create(code)
    assert refusal.value.field == "code"
    assert sources.recognised(code) == ""


def test_a_code_is_taken_once(app: Flask) -> None:
    create("parcel")
    with pytest.raises(Invalid):
        create("PARCEL")
    assert get_source("parcel").name == "Counter"


def test_an_empty_code_is_made_up(app: Flask) -> None:
    made = {create("") for _place in range(5)}
    assert len(made) == 5
    assert all(sources.CODE.fullmatch(code) for code in made)
    longest = "a" * 32
    assert create(longest) == longest


def test_unknown_codes(app: Flask) -> None:
    with pytest.raises(NotFound):
        get_source("nothing")
    assert sources.recognised("nothing") == ""


def test_figures(app: Flask, make: Make) -> None:
    for code in ("parcel", "shop"):
        create(code)
    people = [make.member() for _place in range(4)]
    for member, code in zip(people, ("parcel", "parcel", "shop", ""), strict=True):
        member.join_source = code
    make.session_token(people[0])
    make.session_token(people[0])
    with clock.travel(clock.now() - timedelta(days=40)):
        make.session_token(people[1])
    assert joins_from(["parcel", "shop", "other", ""]) == {"parcel": 2, "shop": 1, "": 1}
    since = clock.now() - timedelta(days=30)
    assert active_from(["parcel", "shop"], since=since) == {"parcel": 1}
    assert joins_from([]) == active_from([], since=since) == {}


def test_codes_page_by_page(app: Flask) -> None:
    moment = clock.now()
    for number in range(30):
        with clock.travel(moment + timedelta(minutes=number // 2)):
            create(f"code-{number:02}")
    first = newest_sources(cursor=None)
    rest = newest_sources(cursor=first.next_cursor)
    found = [source.code for source in (*first.items, *rest.items)]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 30
    assert rest.next_cursor is None


# ------------------------------------------------------------------ from the door to the ledger


def join(client: PortalClient, outbox: Outbox, **more: str) -> str:
    client.post("/sign-up", data=NEW | more)
    client.post("/check-mail", data={"code": code_in(outbox()[-1])})
    member = queries.find_member_by_email("new@example.com")
    assert member is not None
    return member.join_source


def cookie(client: PortalClient) -> str | None:
    found = client.get_cookie("came_from")
    return found.value if found else None


@pytest.mark.one_database
@pytest.mark.parametrize("code", ["parcel", "PARCEL", "unknown", "closed", "<b>", "a" * 300])
def test_every_code_leads_to_the_front_page(client: PortalClient, make: Make, code: str) -> None:
    make.source("parcel")
    make.source("closed", closed=True)
    answer = client.get(f"/from/{code}")
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert cookie(client) == ("parcel" if code.lower() == "parcel" else None)


@pytest.mark.one_database
def test_it_is_kept_for_a_month_and_hidden_from_scripts(client: PortalClient, make: Make) -> None:
    make.source("parcel")
    said = client.get("/from/parcel").headers["Set-Cookie"]
    assert "Max-Age=2592000" in said and "HttpOnly" in said and "SameSite=Lax" in said


@pytest.mark.one_database
def test_the_last_code_before_joining_counts(client: PortalClient, make: Make, outbox: Outbox) -> None:
    for code in ("first", "second", "closed"):
        make.source(code, closed=code == "closed")
    for code in ("first", "second", "closed", "unknown"):
        client.get(f"/from/{code}")
    assert join(client, outbox) == "second"


@pytest.mark.one_database
def test_an_address_of_sign_up_may_carry_it(client: PortalClient, make: Make, outbox: Outbox) -> None:
    make.source("first")
    make.source("advert")
    client.get("/from/first")
    assert 'name="source" type="hidden" value="advert"' in client.get("/sign-up?from=Advert").text
    assert cookie(client) == "advert"
    assert join(client, outbox, source="advert") == "advert"


@pytest.mark.one_database
@pytest.mark.parametrize("code", ["closed", "unknown", "'; --", "x" * 64])
def test_what_is_no_open_code_is_not_stored(
    client: PortalClient, make: Make, outbox: Outbox, code: str
) -> None:
    make.source("closed", closed=True)
    client.get(f"/sign-up?from={code}")
    client.set_cookie("came_from", code)
    assert join(client, outbox, source=code) == ""


@pytest.mark.one_database
def test_a_code_that_was_closed_meanwhile_brings_nobody(
    client: PortalClient, make: Make, outbox: Outbox
) -> None:
    make.source("parcel")
    client.get("/from/parcel")
    with transaction():
        sources.close_source("parcel", by=None)
    assert join(client, outbox) == ""
