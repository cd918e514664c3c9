"""The wall for members: whoever asks, in whatever order, gets exactly the page that is drawn for them alone."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer

from portal.accounts import services as accounts
from portal.accounts.models import AccountSession, Member, MemberState, Role
from portal.accounts.queries import viewer_of
from portal.brand.services import change_settings
from portal.core import clock
from portal.core.crypto import digest
from portal.core.db import db, new_id, transaction
from portal.stories import front, services, walls
from portal.stories.models import StoryState
from tests.client import PortalClient

TOKEN = re.compile(r'(?<=csrf_token" value=")[^"]+|(?<=csrf-token" content=")[^"]+')
LOOKS = [("en", ""), ("zh", ""), ("en", "dark"), ("zh", "light")]


def look(browser, tongue="en", theme=""):
    browser.set_cookie("theme", theme)
    return browser.get("/stories", lang=tongue)


def without_tokens(answer):
    return TOKEN.sub("token", answer.get_data(as_text=True))


def token_in(answer):
    """The one token that all forms of this page carry."""
    tokens = set(TOKEN.findall(answer.get_data(as_text=True)))
    assert len(tokens) == 1
    return tokens.pop()


def lasting(answer):
    """The headers, but for the id that only a slow answer carries."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}


@pytest.fixture
def keeps(app, asked, monkeypatch):
    """Whether the front answers, or the application alone."""
    kept, alone = app.wsgi_app, app.wsgi_app._inner
    return lambda on: monkeypatch.setattr(app, "wsgi_app", kept if on else alone)


@pytest.fixture
def enter(app, make, asked):
    """A member's browser that has seen the wall before: its session holds its secret, and its page is known."""

    def entered(member):
        browser = PortalClient(app).sign_in(make.session_token(member))
        look(browser), look(browser)
        return browser

    return entered


@pytest.fixture
def paula(make):
    return make.member(display_name="Plain Paula")


@pytest.fixture
def crowd(app, make, enter, paula):
    """Members who differ in everything that a page shows of its reader, as browsers by name."""
    stories = [make.story(body=f"story {number}") for number in range(4)]
    people = {
        "plain": paula,
        "likes": make.member(display_name="<Ann & 'Bo'>"),
        "called": make.member(display_name="有人叫我"),
        "same name": make.member(display_name="Plain Paula"),
        "teller": make.member(display_name="Teller Tim"),
        "waits": make.member(display_name="Waiting Wim"),
        "moderator": make.staff("moderator"),
        "owner": make.staff("owner"),
    }
    make.reaction(story=stories[0], member=people["likes"])
    make.reaction(story=stories[2], member=people["likes"])
    make.reaction(story=stories[2], member=people["owner"])
    for _number in range(3):
        make.notification(people["called"])
    make.notification(people["moderator"])
    make.story(author=people["teller"], body="my own")
    make.story(author=people["waits"], state=StoryState.HELD, body="not for others yet")
    people["teller"].joined_at = clock.now() - clock.days(500)
    db.session.commit()
    return {name: enter(member) for name, member in people.items()}


# ------------------------------------------------------------------ kept and not kept are the same


@pytest.mark.parametrize("looks", LOOKS)
def test_everybody_gets_the_page_that_is_theirs(crowd, keeps, looks):
    keeps(False)
    alone = {name: look(browser, *looks) for name, browser in crowd.items()}
    assert len({without_tokens(answer) for answer in alone.values()}) >= len(crowd) - 1
    keeps(True)
    for order in (list(crowd), list(reversed(crowd)), list(crowd)):
        for name in order:
            answer = look(crowd[name], *looks)
            assert without_tokens(answer) == without_tokens(alone[name]), name
            assert (answer.status, lasting(answer)) == (alone[name].status, lasting(alone[name]))


def test_languages_and_themes_in_turns(crowd, keeps):
    browsers = [crowd["likes"], crowd["owner"], crowd["called"]]
    turns = [(browser, *looks) for looks in LOOKS for browser in browsers]
    keeps(False)
    alone = [without_tokens(look(browser, *looks)) for browser, *looks in turns]
    keeps(True)
    for _round in range(2):
        assert [without_tokens(look(browser, *looks)) for browser, *looks in turns] == alone


def test_whoever_is_known_does_not_reach_the_application(crowd, asked):
    asked.clear()
    for name in ("plain", "likes", "called", "same name", "teller", "plain"):
        look(crowd[name])
    assert asked == []
    for name in ("waits", "owner", "moderator"):
        look(crowd[name])
    assert len(asked) == 3, "staff, and who waits for a story, have a page of their own"


def test_whoever_shows_the_same_needs_no_page_of_their_own(make, crowd, asked, paula):
    """What is drawn for one serves all who are told the same of themselves."""
    browser = PortalClient(crowd["plain"].application).sign_in(make.session_token(paula))
    look(browser)  # its session gets its secret
    asked.clear()
    assert without_tokens(look(browser)) == without_tokens(look(crowd["plain"]))
    assert asked == []


# ------------------------------------------------------------------ the session


def test_every_token_is_the_readers_own(app, crowd, asked):
    serializer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    secrets, number = set(), len(asked)
    for _round in range(2):
        for name in ("plain", "likes", "called"):
            token = token_in(look(crowd[name]))
            with crowd[name].session_transaction() as session:
                assert serializer.loads(token) == session["csrf_token"]
                secrets.add(session["csrf_token"])
    assert len(secrets) == 3
    assert len(asked) == number


def test_the_token_of_a_kept_page_is_taken_and_changes_with_the_session(app, make, enter, paula, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    story, browser = make.story(), enter(paula)
    before = token_in(look(browser))
    send = {"on": "1", "csrf_token": before}
    assert browser.post(f"/stories/{story.id}/reaction", data=send).status_code == 303
    assert 'aria-pressed="true"' in look(browser).text
    browser.get("/stories")  # the sentence is said
    with browser.session_transaction() as session:
        old = session["csrf_token"]
        session.clear()
    look(browser.sign_in(make.session_token(paula)))
    after = token_in(look(browser))
    assert after != before
    with browser.session_transaction() as session:
        assert session["csrf_token"] != old


@pytest.mark.parametrize("way", ["signed out", "revoked", "suspended"])
def test_an_ended_session_is_refused_at_once(crowd, client, asked, paula, way):
    look(crowd["plain"])
    stranger = look(client).data
    asked.clear()
    with crowd["plain"].session_transaction() as session:
        token = session["_user_id"]
    with transaction():
        if way == "signed out":
            accounts.close_session(token)
        elif way == "revoked":
            accounts.revoke_session(paula.id, digest(token))
        else:
            db.session.get_one(Member, paula.id).state = MemberState.SUSPENDED
    for _time in range(2):
        assert look(crowd["plain"]).data == stranger
    assert len(asked) == 2
    assert look(client).data == stranger
    assert "Plain Paula" in look(crowd["same name"]).text


def test_signing_out_in_the_browser(crowd, asked):
    token = token_in(look(crowd["plain"]))
    cookie = crowd["plain"].get_cookie("portal").value
    crowd["plain"].post("/sign-out", data={"csrf_token": token})
    assert "Plain Paula" not in look(crowd["plain"]).text
    crowd["plain"].set_cookie("portal", cookie)  # somebody kept the cookie
    assert "Plain Paula" not in look(crowd["plain"]).text


def test_a_forged_cookie_is_nobodys(crowd, keeps):
    whole = crowd["plain"].get_cookie("portal").value
    look(crowd["plain"])
    content, signature = whole.split(".", 1)
    other = crowd["likes"].get_cookie("portal").value.split(".", 1)
    for forged in (whole[:-1], whole + "x", f"{content}.{other[1]}", f"{other[0]}.{signature}", "x", ""):
        crowd["plain"].set_cookie("portal", forged)
        keeps(False)
        alone = look(crowd["plain"])
        keeps(True)
        for _time in range(2):
            answer = look(crowd["plain"])
            assert answer.data == alone.data
            assert lasting(answer) == lasting(alone)
            assert "Sign in" in answer.text


def test_a_session_without_a_member_is_a_visitors(client, crowd, asked):
    """Whoever has looked at the sign-in page, for example."""
    stranger = look(client)
    with client.session_transaction() as session:
        session |= {"csrf_token": "a secret", "mailed": {"email": "x@example.com"}}
    asked.clear()
    for _time in range(2):
        assert look(client).data == stranger.data
    assert asked == []


@pytest.mark.parametrize("meanwhile", ["gone", "renamed"])
def test_what_changes_while_it_is_drawn_is_not_kept(make, crowd, asked, monkeypatch, paula, meanwhile):
    """Between the statement and the drawing of what is a member's own, they sign out or change their name."""
    other = None if meanwhile == "gone" else viewer_of(make.member(display_name="Other Olga").id)
    browser = PortalClient(crowd["plain"].application).sign_in(make.session_token(make.member()))
    look(browser)
    asked.clear()
    with monkeypatch.context() as patch:
        patch.setattr(front, "viewer", lambda: other)
        look(browser)
    assert len(asked) == 1
    assert "Other Olga" not in look(browser).text


def test_presence_is_noted_by_the_application(crowd, asked, paula):
    look(crowd["plain"])
    asked.clear()
    with clock.travel(clock.now() + timedelta(minutes=11)):
        assert "Set-Cookie" in look(crowd["plain"]).headers
        assert asked == ["/stories"]
        seen = db.session.scalars(sa.select(AccountSession.last_seen_at).filter_by(member_id=paula.id)).one()
        assert clock.now() - seen < timedelta(minutes=1)
        for _time in range(3):
            assert "Set-Cookie" not in look(crowd["plain"]).headers


def test_a_sentence_that_waits_is_said_once_and_only_to_whom_it_belongs(crowd):
    with crowd["plain"].session_transaction() as session:
        session["_flashes"] = [("done", "Only for Paula.")]
    assert "Only for Paula." not in look(crowd["likes"]).text
    assert "Only for Paula." in look(crowd["plain"]).text
    assert "Only for Paula." not in look(crowd["plain"]).text
    assert "Only for Paula." not in look(crowd["likes"]).text


# ------------------------------------------------------------------ changes


def test_what_changes_for_one_is_seen_by_that_one_at_once(make, enter, crowd, keeps, asked):
    reader, other = make.member(display_name="Reader"), crowd["likes"]
    story = make.story(body="the one")
    browser = enter(reader)

    def changed(expected, times=1):
        answers = []
        for on in (True, True, False):
            keeps(on)
            answers.append((without_tokens(look(browser)), without_tokens(look(other))))
        keeps(True)
        assert answers[0] == answers[1] == answers[2]
        assert answers[0][0].count(expected) == times
        assert answers[0][1].count(expected) != times or times == 0

    for on, times in ((True, 2), (False, 1)):  # one of them is the theme's button
        with transaction():
            services.set_reaction(story, by=viewer_of(reader.id), on=on)
        changed('aria-pressed="true"', times)
    make.notification(reader)
    changed("1 unread")
    reader.display_name, reader.version = "New Name", reader.version + 1
    changed("New Name", 2)
    reader.avatar, reader.version = new_id(), reader.version + 1
    changed(reader.avatar, 2)
    waiting = make.story(author=reader, state=StoryState.HELD, body="still waiting")
    changed("still waiting")
    with transaction():
        services.approve_story(waiting.id)
    with transaction():
        services.hide_story(story.id, "because")
    changed("the one", 0)


def test_a_role_given_and_taken_shows_at_once(crowd, keeps, paula):
    for change, seen in ((accounts.grant_role, True), (accounts.revoke_role, False)):
        with transaction():
            change(db.session.merge(paula), Role.MODERATOR, by=None)
        for on in (True, True, False):
            keeps(on)
            assert ("Studio" in look(crowd["plain"]).text) is seen
            assert "Studio" not in look(crowd["same name"]).text


def test_the_brands_settings_show_at_once(crowd, keeps):
    with transaction():
        change_settings(by=None, name_en="Another house")
    answers = []
    for on in (True, True, False):
        keeps(on)
        answers.append([without_tokens(look(crowd[name])) for name in ("plain", "likes")])
    assert answers[0] == answers[1] == answers[2]
    assert all("Another house ·" in text for text in answers[0])


def test_the_hour_turns_the_page(crowd, keeps, monkeypatch):
    for hours in (0, 6, 12, 24):
        later = time.monotonic() + hours * 3600
        monkeypatch.setattr(walls.time, "monotonic", lambda later=later: later)
        with clock.travel(clock.now() + timedelta(hours=hours)):
            look(crowd["plain"])  # presence is noted
            seen = []
            for on in (True, True, False):
                keeps(on)
                seen.append(without_tokens(look(crowd["plain"])))
            keeps(True)
            assert seen[0] == seen[1] == seen[2]


def test_after_some_seconds_it_is_drawn_anew(crowd, asked, monkeypatch):
    look(crowd["plain"])
    asked.clear()
    later = time.monotonic() + walls.FRESH_SECONDS + 1
    monkeypatch.setattr(walls.time, "monotonic", lambda: later)
    look(crowd["plain"]), look(crowd["likes"])
    assert len(asked) == 1
