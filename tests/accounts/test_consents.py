"""The ledger of consents: nothing is lost, the newest line counts, and texts that wait are found cheaply."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.accounts.models import Consent
from portal.accounts.queries import load_viewer
from portal.accounts.services import consents
from portal.brand.models import LegalKind
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Invalid
from tests.make import Make

Counted = Callable[[], contextlib.AbstractContextManager[list[str]]]


def give(member_id: str, what: str, **facts: object) -> bool:
    with transaction():
        return consents.give(member_id, what, **{"how": "test"} | facts)  # type: ignore[arg-type]


def take_back(member_id: str, what: str) -> bool:
    with transaction():
        return consents.take_back(member_id, what, how="test")


def lines(member_id: str) -> list[tuple[str, int, bool]]:
    return [(line.what, line.version, line.given) for line in consents.history(member_id)][::-1]


def test_the_newest_line_counts(app: Flask, make: Make) -> None:
    me = make.member().id
    assert not consents.has_given(me, "news_mail")
    assert give(me, "news_mail")
    assert consents.has_given(me, "news_mail")
    assert take_back(me, "news_mail")
    assert not consents.has_given(me, "news_mail")
    assert give(me, "news_mail")
    assert consents.has_given(me, "news_mail")
    assert lines(me) == [("news_mail", 0, True), ("news_mail", 0, False), ("news_mail", 0, True)]


def test_saying_it_twice_is_saying_it_once(app: Flask, make: Make) -> None:
    me = make.member().id
    assert not take_back(me, "news_mail")
    assert give(me, "news_mail")
    assert not give(me, "news_mail")
    assert take_back(me, "news_mail")
    assert not take_back(me, "news_mail")
    assert len(lines(me)) == 2


def test_a_clock_that_stands_still_or_goes_back_changes_nothing(app: Flask, make: Make) -> None:
    me, noon = make.member().id, clock.now()
    for moment in (noon, noon, noon - timedelta(hours=1), noon):
        with clock.travel(moment):
            assert take_back(me, "news_sms") or give(me, "news_sms")
    assert [given for _what, _version, given in lines(me)] == [True, False, True, False]
    moments = [line.at for line in consents.history(me)]
    assert moments == sorted(set(moments), reverse=True)


def test_of_many_members_in_one_query(app: Flask, make: Make, queries: Counted) -> None:
    people = [make.member().id for _place in range(4)]
    for one in people[:3]:
        give(one, "news_mail")
    take_back(people[0], "news_mail")
    give(people[3], "news_sms")
    with queries() as log:
        assert consents.members_who_gave("news_mail", people) == {people[1], people[2]}
    assert len(log) == 1
    assert consents.members_who_gave("news_mail", []) == set()
    assert consents.members_who_gave("news_mail", [people[1], "nobody"]) == {people[1]}


def test_newest_of_each_thing(app: Flask, make: Make) -> None:
    me = make.member().id
    give(me, "age", version=14)
    give(me, "terms", version=1)
    give(me, "terms", version=2)
    give(make.member().id, "privacy", version=9)
    assert {what: (line.version, line.how) for what, line in consents.newest(me).items()} == {
        "age": (14, "test"),
        "terms": (2, "test"),
    }


def test_what_nobody_can_say(app: Flask, make: Make) -> None:
    me = make.member().id
    with pytest.raises(Invalid):
        give(me, "everything")
    give(me, "terms", version=1)
    for what in ("terms", "privacy", "rules", "age"):
        with pytest.raises(Invalid):
            take_back(me, what)
    assert lines(me) == [("terms", 1, True)]


def test_the_database_keeps_every_line(app: Flask, make: Make) -> None:
    me = make.member().id
    give(me, "news_mail")
    for statement in (sa.delete(Consent), sa.update(Consent).values(given=False)):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(statement.where(Consent.member_id == me))
    assert consents.has_given(me, "news_mail")


# ------------------------------------------------------------------ texts of the house


def test_nothing_published_nothing_to_accept(app: Flask, make: Make, queries: Counted) -> None:
    me = make.member().id
    consents.needs_to_accept(me)
    with queries() as log:
        assert consents.needs_to_accept(me) == []
    assert log == []


def test_every_new_version_waits_until_it_is_accepted(app: Flask, make: Make) -> None:
    me, other = make.member().id, make.member().id
    make.legal_text("terms")
    make.legal_text("privacy")
    assert consents.needs_to_accept(me) == [LegalKind.TERMS, LegalKind.PRIVACY]
    with transaction():
        assert consents.accept_texts(me, {LegalKind.TERMS: 1}, how="bar") == [LegalKind.TERMS]
    assert consents.needs_to_accept(me) == [LegalKind.PRIVACY]
    with transaction():
        consents.accept_texts(me, {LegalKind.TERMS: 1, LegalKind.PRIVACY: 1}, how="bar")
    assert consents.needs_to_accept(me) == []
    make.legal_text("terms")
    assert consents.needs_to_accept(me) == [LegalKind.TERMS]
    assert consents.needs_to_accept(other) == [LegalKind.TERMS, LegalKind.PRIVACY]
    assert lines(me) == [("terms", 1, True), ("privacy", 1, True)]


@pytest.mark.parametrize("version", [0, 1, 3, 99])
def test_only_a_newer_published_version_counts(app: Flask, make: Make, version: int) -> None:
    me = make.member().id
    make.legal_text()
    with transaction():
        consents.accept_texts(me, {LegalKind.TERMS: 1}, how="bar")
    make.legal_text()
    with transaction():
        assert consents.accept_texts(me, {LegalKind.TERMS: version}, how="bar") == []
    assert consents.needs_to_accept(me) == [LegalKind.TERMS]


def test_what_waits_is_found_in_one_statement(app: Flask, make: Make, queries: Counted) -> None:
    me = make.member().id
    for kind in LegalKind:
        make.legal_text(kind)
    consents.needs_to_accept(me)
    with queries() as log:
        assert consents.needs_to_accept(me) == list(LegalKind)
    assert len(log) == 1


def test_the_session_knows_whether_anything_waits(app: Flask, make: Make) -> None:
    """In the one query that finds the viewer; it is true exactly when there is something to accept."""
    member = make.member()
    token = make.session_token(member)

    def waits() -> bool:
        viewer = load_viewer(token)
        assert viewer is not None
        assert viewer.texts_wait == bool(consents.needs_to_accept(member.id))
        return viewer.texts_wait

    assert not waits()
    for version in (1, 2, 3):
        make.legal_text("terms")
        assert waits()
        with transaction():
            consents.accept_texts(member.id, {LegalKind.TERMS: version}, how="bar")
        assert not waits()
    make.legal_text("terms")
    make.legal_text("privacy")
    with transaction():
        consents.accept_texts(member.id, {LegalKind.PRIVACY: 1}, how="bar")
    assert waits()
    with transaction():
        consents.accept_texts(member.id, {LegalKind.TERMS: 4}, how="bar")
    assert not waits()
    make.legal_text("rules")
    give(make.member().id, "rules", version=1)
    assert waits()
