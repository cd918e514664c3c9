"""The link in each letter: looking stops nothing, one POST stops at once, and it can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from portal.accounts.models import MemberState
from portal.accounts.services import consents
from portal.core import clock
from portal.core.db import db
from portal.core.mail import services as mail
from portal.core.mail.models import LetterState
from portal.notifications import queries, services
from portal.notifications.models import ALL
from portal.notifications.speech import kind_named
from tests.client import PortalClient
from tests.make import Make
from tests.notifications.telling import NOON, agree, letters_to, tell

pytestmark = pytest.mark.one_database


def path_for(member: Any, kind: str = "test.mailed") -> str:
    return services.stop_path(member.id, kind)


def mailed(member: Any, kind: str = "test.mailed") -> bool:
    choices = queries.choices_of(member.id)
    return choices.reads_mail(kind_named(kind)) and not choices.all_mail_stopped


def test_looking_stops_nothing(client: PortalClient, make: Make) -> None:
    alice = make.member(display_name="Alice Unsubscribe")
    answer = client.get(path_for(alice))
    assert answer.status_code == 200
    assert mailed(alice)
    assert "Alice" not in answer.text and alice.email not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {}, {"what": ""}])
@pytest.mark.parametrize("htmx", [False, True])
def test_one_post_without_anything_else_stops_at_once(
    client: PortalClient, make: Make, body: dict[str, str], htmx: bool
) -> None:
    alice = make.member()
    for _time in range(2):
        answer = client.post(path_for(alice), data=body, htmx=htmx)
        assert answer.status_code == 200, "mail programs do not follow redirects"
        assert "No more mail of this kind" in answer.text
        assert "Start again" in answer.text
        assert not mailed(alice)
    assert mailed(alice, "stories.answered")
    assert "No more mail of this kind" in client.get(path_for(alice)).text


@pytest.mark.parametrize("htmx", [False, True])
def test_all_mail(client: PortalClient, make: Make, htmx: bool) -> None:
    alice = make.member()
    agree(alice)
    answer = client.post(path_for(alice), data={"what": "all"}, htmx=htmx)
    assert "only what you must know" in answer.text
    assert not mailed(alice, "stories.answered")
    assert not consents.has_given(alice.id, consents.NEWS_MAIL)


@pytest.mark.parametrize("first", ["", "all"])
@pytest.mark.parametrize("htmx", [False, True])
def test_start_again(client: PortalClient, make: Make, first: str, htmx: bool) -> None:
    alice = make.member()
    client.post(path_for(alice), data={"what": first})
    for _time in range(2):
        answer = client.post(path_for(alice), data={"what": "again"}, htmx=htmx)
        assert "Stop this mail" in answer.text
        assert mailed(alice)


def test_the_link_of_gathered_mail_stops_everything(client: PortalClient, make: Make) -> None:
    alice = make.member()
    answer = client.post(path_for(alice, ALL))
    assert "only what you must know" in answer.text
    assert not mailed(alice, "stories.answered")
    client.post(path_for(alice, ALL), data={"what": "again"})
    assert mailed(alice, "stories.answered")


def test_what_waits_to_be_sent_is_caught(client: PortalClient, make: Make) -> None:
    alice = make.member()
    with clock.travel(NOON):
        tell(alice)
        [letter] = letters_to(alice)
        assert letter.stop_path is not None
        client.post(letter.stop_path)
        mail.deliver_due()
    assert [letter.state for letter in letters_to(alice)] == [LetterState.DROPPED]


@pytest.mark.parametrize("change", ["x", "", "cut", "kind"])
def test_a_token_that_is_not_ours_is_nothing(client: PortalClient, make: Make, change: str) -> None:
    alice = make.member()
    path = path_for(alice)
    forged = {
        "x": path + "x",
        "": "/stop/" + alice.id,
        "cut": path[:-1],
        "kind": path.replace("test.mailed", "all"),
    }[change]
    for answer in (client.get(forged), client.post(forged)):
        assert answer.status_code == 404
    assert mailed(alice)


def test_somebody_who_is_gone_is_answered_like_everybody(client: PortalClient, make: Make) -> None:
    alice, gone = make.member(), make.member()
    gone.email, gone.state, gone.erased_at = None, MemberState.ERASED, NOON
    db.session.commit()
    ours, theirs = (
        BeautifulSoup(client.post(path_for(member)).text, "html.parser").find(id="stop").get_text()  # type: ignore[union-attr]
        for member in (alice, gone)
    )
    assert ours == theirs
    assert not queries.choices_of(gone.id).made


def test_it_needs_no_token_of_a_form(app: Any, make: Make) -> None:
    """As mail programs send it: no cookie, no CSRF token, no page before it."""
    alice = make.member()
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = PortalClient(app).post(path_for(alice), data={"List-Unsubscribe": "One-Click"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 200
    assert not mailed(alice)


def test_the_page_offers_both_and_leads_to_the_choices(client: PortalClient, make: Make) -> None:
    page = BeautifulSoup(client.get(path_for(make.member(), "stories.answered")).text, "html.parser")
    assert [button.get_text(strip=True) for button in page.select("#stop button")] == [
        "Stop this mail",
        "Stop all mail but what I must know",
    ]
    assert "The house answers your stories" in page.text
    assert page.select_one('#stop a[href="/me/notifications"]')
