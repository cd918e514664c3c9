"""The wall for members: whoever asks, in whatever order, gets exactly the page that is drawn for them alone."""

from __future__ import annotations

import dataclasses
import re
import time

import pytest
from itsdangerous import URLSafeTimedSerializer

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import the_viewer
from portal.core.db import db, transaction
from portal.stories import services
from portal.stories.models import StoryState
from portal.stories.sheets import cut
from portal.stories.views import members_wall
from tests.client import PortalClient

pytestmark = pytest.mark.one_database

TOKEN = re.compile(r'(?<=csrf_token" value=")[^"]+|(?<=csrf-token" content=")[^"]+')


def _lasting(answer):
    """The headers, but for the id that only a slow answer carries."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}


@pytest.fixture
def drawn(monkeypatch):
    """For whom the whole page was drawn."""
    log = []
    draw = members_wall._draw
    monkeypatch.setattr(
        members_wall,
        "_draw",
        lambda key, context: log.append(the_viewer().display_name) or draw(key, context),
    )
    return log


@pytest.fixture
def switch(app, monkeypatch):
    """Keeping, on or off."""
    settings = app.config["PORTAL"]
    return lambda on: monkeypatch.setitem(app.config, "PORTAL", dataclasses.replace(settings, card_cache=on))


@pytest.fixture
def crowd(app, make):
    """Members who differ in everything that a page shows of its reader: (browser, headers) by name."""
    stories = [make.story(body=f"story {number}") for number in range(4)]
    people = {
        "plain": make.member(display_name="Plain Paula"),
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
    browsers = {}
    for name, member in people.items():
        browsers[name] = PortalClient(app).sign_in(make.session_token(member))
    return browsers


LOOKS = [("en", ""), ("zh", ""), ("en", "dark"), ("zh", "light")]


def look(browser, path="/stories", tongue="en", theme="", **more):
    if theme:
        browser.set_cookie("theme", theme)
    else:
        browser.delete_cookie("theme")
    return browser.get(path, lang=tongue, **more)


def without_tokens(answer):
    return TOKEN.sub("token", answer.get_data(as_text=True))


@pytest.mark.parametrize("looks", LOOKS)
def test_everybody_gets_the_page_that_is_theirs(crowd, switch, looks):
    switch(False)
    for browser in crowd.values():
        look(browser)  # from now on the session holds its secret
    alone = {name: look(browser, "/stories", *looks) for name, browser in crowd.items()}
    assert len({without_tokens(answer) for answer in alone.values()}) >= len(crowd) - 1
    switch(True)
    for order in (list(crowd), list(reversed(crowd)), list(crowd)):
        for name in order:
            answer = look(crowd[name], "/stories", *looks)
            assert without_tokens(answer) == without_tokens(alone[name]), name
            assert answer.status == alone[name].status
            assert _lasting(answer) == _lasting(alone[name])


def test_languages_and_themes_in_turns(crowd, switch):
    browsers = [crowd["likes"], crowd["owner"], crowd["called"]]
    asked = [(browser, *looks) for looks in LOOKS for browser in browsers]
    switch(False)
    alone = [without_tokens(look(browser, "/stories", *looks)) for browser, *looks in asked]
    switch(True)
    for _round in range(2):
        assert [without_tokens(look(browser, "/stories", *looks)) for browser, *looks in asked] == alone


def test_the_page_is_drawn_once_for_all_who_may_do_the_same(crowd, drawn):
    for _round in range(2):
        for name in ("plain", "likes", "called", "same name", "teller"):
            look(crowd[name])
    assert drawn == ["Plain Paula"]


def test_every_token_is_the_readers_own(app, crowd):
    seen = set()
    for _round in range(2):
        for name in ("plain", "likes", "called"):
            tokens = set(TOKEN.findall(look(crowd[name]).get_data(as_text=True)))
            assert len(tokens) == 1
            with crowd[name].session_transaction() as session:
                mine = session["csrf_token"]
            serializer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
            assert serializer.loads(tokens.pop()) == mine
            seen.add(mine)
    assert len(seen) == 3


def test_what_changes_for_one_is_seen_by_that_one_at_once(make, crowd, switch):
    reader, other = make.member(display_name="Reader"), crowd["likes"]
    browser = PortalClient(other.application).sign_in(make.session_token(reader))
    story = make.story(body="the one")

    def changed(expected, times=1):
        answers = []
        for on in (True, True, False):
            switch(on)
            answers.append((without_tokens(look(browser)), without_tokens(look(other))))
        assert answers[0] == answers[1] == answers[2]
        assert answers[0][0].count(expected) == times

    changed('aria-pressed="true"', 1)  # the theme's button
    with transaction():
        services.set_reaction(story, by=viewer_of(reader.id), on=True)
    changed('aria-pressed="true"', 2)
    with transaction():
        services.set_reaction(story, by=viewer_of(reader.id), on=False)
    changed('aria-pressed="true"', 1)
    make.notification(reader)
    changed("1 unread")
    reader.display_name, reader.version = "New Name", reader.version + 1
    changed("New Name", 2)
    make.story(author=reader, state=StoryState.HELD, body="still waiting")
    changed("still waiting")
    with transaction():
        services.hide_story(story.id, "because")
    changed("the one", 0)


def test_a_sentence_that_waits_is_said_once_and_only_to_whom_it_belongs(crowd):
    for name in ("plain", "likes"):
        look(crowd[name])
    with crowd["plain"].session_transaction() as session:
        session["_flashes"] = [("done", "Only for Paula.")]
    assert "Only for Paula." not in look(crowd["likes"]).text
    assert "Only for Paula." in look(crowd["plain"]).text
    assert "Only for Paula." not in look(crowd["plain"]).text
    assert "Only for Paula." not in look(crowd["likes"]).text


def test_the_hour_turns_the_page(crowd, switch):
    for hours in (0, 6, 12, 24):
        with clock.travel(clock.now() + clock.days(hours / 24)):
            seen = []
            for on in (True, True, False):
                switch(on)
                seen.append(without_tokens(look(crowd["plain"])))
            assert seen[0] == seen[1] == seen[2]


def test_after_some_seconds_it_is_drawn_anew(crowd, drawn, monkeypatch):
    look(crowd["plain"])
    later = time.monotonic() + members_wall.FRESH_SECONDS + 1
    monkeypatch.setattr(members_wall.time, "monotonic", lambda: later)
    look(crowd["plain"])
    assert len(drawn) == 2


@pytest.mark.parametrize(
    "path", ["/stories?show=featured", "/stories?tag=x", "/stories?after=x", "/stories?x"]
)
def test_other_addresses_are_drawn_each_time(crowd, drawn, path):
    look(crowd["plain"])
    look(crowd["plain"], path)
    assert drawn == ["Plain Paula"]


def test_a_kept_page_costs_three_queries(crowd, queries):
    look(crowd["plain"]), look(crowd["called"])
    with queries() as log:
        look(crowd["plain"])
    assert len(log) <= 3, log


# ------------------------------------------------------------------ sheets


def test_a_sheet_filled_with_its_own_pieces_is_the_page():
    page = "<p>a<b>1</b>ü<b>2</b></p>"
    sheet = cut(page, {"one": "<b>1</b>", "two": "<b>2</b>"})
    assert sheet.filled({"one": b"<b>1</b>", "two": b"<b>2</b>"}).decode() == page
    assert sheet.filled({"one": b"x", "two": b"y"}).decode() == "<p>axüy</p>"


def test_every_place_of_a_piece_is_a_hole():
    assert cut("token, token", {"token": "token"}).filled({"token": b"x"}) == b"x, x"


def test_no_hole_stays_open_and_no_piece_is_lost():
    with pytest.raises(KeyError):
        cut("<b>1</b>", {"one": "<b>1</b>"}).filled({})
    assert cut("<b>1</b>", {"one": "<b>1</b>", "two": "<b>2</b>"}) is None
    assert cut("<b><i></i></b>", {"outer": "<b><i></i></b>", "inner": "<i></i>"}) is None
    assert cut("<b></b>", {"nothing": ""}) is None
