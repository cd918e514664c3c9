"""The texts of the house: published once, never changed, readable for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.accounts.queries import viewer_of
from portal.brand import queries, services
from portal.brand.models import LegalKind, LegalText
from portal.core import clock
from portal.core.audit import entries_of
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid
from tests.client import PortalClient
from tests.make import Make

SignIn = Callable[..., PortalClient]
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
WORDS = {"body_zh": "# 约定\n\n好。", "body_en": "# Terms\n\nGood.", "change_zh": "新。", "change_en": "New."}
EDIT = "/console/settings/legal/terms"


def publish(after: int = 0, by: object = None, **words: str) -> int:
    with transaction():
        return services.publish_text(LegalKind.TERMS, by=by, after=after, **(WORDS | words)).version  # type: ignore[arg-type]


def test_versions_follow_each_other(app: Flask, make: Make) -> None:
    owner = viewer_of(make.staff("owner").id)
    assert publish(by=owner) == 1
    assert queries.legal_versions() == {LegalKind.TERMS: 1}
    assert publish(1, by=owner, body_en="Better.") == 2
    assert queries.legal_versions() == {LegalKind.TERMS: 2}
    texts = [queries.legal_text(LegalKind.TERMS, version) for version in (1, 2, None, 3)]
    assert [text.body_en if text else None for text in texts] == [
        "# Terms\n\nGood.",
        "Better.",
        "Better.",
        None,
    ]
    assert [one.version for one in queries.editions(LegalKind.TERMS)] == [2, 1]
    assert set(queries.newest_texts()) == {LegalKind.TERMS}
    assert [(entry.action, entry.by_id, entry.facts) for entry in entries_of("legal", "terms")] == [
        ("legal.published", owner.id, {"version": 2}),
        ("legal.published", owner.id, {"version": 1}),
    ]


def test_who_wrote_on_an_older_version_is_told(app: Flask) -> None:
    publish()
    for after in (0, 2, 7):
        with pytest.raises(Conflict):
            publish(after, body_en="Mine.")
    assert queries.legal_versions() == {LegalKind.TERMS: 1}


def test_the_same_words_are_no_new_version(app: Flask) -> None:
    publish()
    with pytest.raises(Invalid):
        publish(1, change_en="Only this line differs.")
    assert publish(1, body_zh="别的话") == 2


def test_what_is_published_never_changes(app: Flask) -> None:
    publish()
    for statement in (sa.update(LegalText).values(body_en="Else."), sa.delete(LegalText)):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(statement)
    found = queries.legal_text(LegalKind.TERMS)
    assert found is not None
    assert found.body_en == "# Terms\n\nGood."


def test_publishing_draws_every_kept_page_anew(app: Flask) -> None:
    before = queries.current().version
    publish()
    assert queries.current().version != before


# ------------------------------------------------------------------ read by everyone


@pytest.mark.one_database
def test_everyone_reads_it_in_their_language(client: PortalClient, make: Make) -> None:
    with clock.travel(datetime(2026, 5, 6, 3, tzinfo=UTC)):
        make.legal_text(
            "terms", body_en="# Who\n\nWe & <b>you</b>.\n\n- one\n- two", body_zh="# 谁\n\n我们和你。"
        )
    english, chinese = client.get("/terms").text, client.get("/terms", lang="zh").text
    assert "Terms of use" in english
    assert "Version 1" in english and "May 6, 2026" in english
    assert "<h2>Who</h2>" in english and "<li>one</li>" in english
    assert "&lt;b&gt;you&lt;/b&gt;" in english
    assert "我们和你。" in chinese and "2026年5月6日" in chinese


@pytest.mark.one_database
def test_older_versions_stay_and_say_so(client: PortalClient, make: Make) -> None:
    make.legal_text("privacy", body_en="First words.")
    make.legal_text("privacy", body_en="Second words.")
    newest, old = client.get("/privacy").text, client.get("/privacy/1").text
    assert "Second words." in newest and "older version" not in newest and "/privacy/1" in newest
    assert "First words." in old and "older version" in old and 'href="/privacy"' in old
    assert client.get("/privacy/2").status_code == 200
    for unknown in ("/privacy/3", "/privacy/0", "/privacy/99999999999999999999", "/terms", "/rules"):
        assert client.get(unknown).status_code == 404


@pytest.mark.one_database
def test_the_foot_of_every_page_leads_there(client: PortalClient, make: Make) -> None:
    assert 'href="/terms"' not in client.get("/products").text
    make.legal_text("terms")
    make.legal_text("rules")
    foot = client.get("/products").text
    assert 'href="/terms"' in foot and 'href="/rules"' in foot and 'href="/privacy"' not in foot


# ------------------------------------------------------------------ written by the owner


@pytest.mark.one_database
def test_only_the_owner_writes_it(client: PortalClient, as_member: SignIn, as_staff: SignIn) -> None:
    for method in ("GET", "POST"):
        for path in (EDIT, "/console/settings/legal/nothing"):
            assert as_member().open(path, method=method).status_code == 404
    assert as_staff("manager").get(EDIT).status_code == 403
    assert as_staff("manager").post(EDIT, data=WORDS | {"after": "0"}).status_code == 403
    assert client.get(EDIT).status_code == 303
    assert queries.legal_versions() == {}


@pytest.mark.one_database
@BOTH
def test_publishing(as_staff: SignIn, htmx: bool) -> None:
    owner = as_staff("owner")
    begun = owner.get(EDIT).text
    assert "first draft" in begun and "[company and address]" in begun
    answer = owner.post(EDIT, data=WORDS | {"after": "0"}, htmx=htmx)
    place = answer.headers["HX-Redirect"] if htmx else answer.location
    assert (answer.status_code, place) == (204 if htmx else 303, "/console/settings/legal")
    assert "Version 1 is published" in owner.get("/console/settings/legal").text
    again = owner.get(EDIT).text
    assert "first draft" not in again and "# Terms" in again and "Publish version 2" in again


@pytest.mark.one_database
@BOTH
def test_a_preview_publishes_nothing_and_keeps_the_words(as_staff: SignIn, htmx: bool) -> None:
    typed = {"body_en": "# Mine\n\n- a <i>word</i>", "body_zh": "", "after": "0", "preview": "1"}
    shown = as_staff("owner").post(EDIT, data=typed, htmx=htmx)
    assert shown.status_code == 200
    assert "<h3>Mine</h3>" in shown.text and "<li>a &lt;i&gt;word&lt;/i&gt;</li>" in shown.text
    assert "Nothing is written yet" in shown.text
    assert "Please fill this in" not in shown.text
    assert queries.legal_versions() == {}


@pytest.mark.one_database
@BOTH
def test_what_is_missing_is_said_beside_the_field(as_staff: SignIn, htmx: bool) -> None:
    typed = WORDS | {"change_en": " ", "body_zh": "x" * 40_001, "after": "0"}
    answer = as_staff("owner").post(EDIT, data=typed, htmx=htmx)
    assert answer.status_code == 422
    assert 'id="change_en-error"' in answer.text and 'id="body_zh-error"' in answer.text
    assert "Good." in answer.text


@pytest.mark.one_database
@BOTH
def test_a_colleague_was_faster(as_staff: SignIn, make: Make, htmx: bool) -> None:
    owner = as_staff("owner")
    make.legal_text("terms", change_en="The other one.")
    mine = WORDS | {"body_en": "Mine.", "after": "0"}
    answer = owner.post(EDIT, data=mine, htmx=htmx)
    assert answer.status_code == 409
    assert "Mine." in answer.text and "The other one." in answer.text
    assert 'name="after" type="hidden" value="1"' in answer.text
    assert owner.post(EDIT, data=mine | {"after": "1"}, htmx=htmx).status_code == (204 if htmx else 303)
    assert queries.legal_versions() == {LegalKind.TERMS: 2}
