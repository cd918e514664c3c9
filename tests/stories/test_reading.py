"""The page of a story: kept for all who only read it, yet for each exactly what would be drawn for them alone."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer

from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.brand.services import change_settings
from portal.catalog import services as catalog
from portal.catalog.models import Product
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.media.queries import photos_of
from portal.stories import services
from portal.stories.models import Comment, CommentState, Story, StoryState
from portal.stories.views import reading
from tests.client import PortalClient

pytestmark = pytest.mark.one_database

TOKEN = re.compile(r'(?<=csrf_token" value=")[^"]+|(?<=csrf-token" content=")[^"]+')
LOOKS = [("en", ""), ("zh", ""), ("en", "dark")]


@pytest.fixture
def switch(app, monkeypatch):
    """Keeping, on or off."""
    settings = app.config["PORTAL"]
    return lambda on: monkeypatch.setitem(app.config, "PORTAL", dataclasses.replace(settings, card_cache=on))


@pytest.fixture
def drawn(monkeypatch):
    """The whole pages that were drawn to be kept."""
    log, render = [], reading.render

    def noted(template, **values):
        if template == reading.TEMPLATE:
            log.append(values["story"].id)
        return render(template, **values)

    monkeypatch.setattr(reading, "render", noted)
    return log


@pytest.fixture
def told(make):
    """A published story with all that its page can show."""
    author, staff = (
        make.member(display_name="Teller Tim", bio="Rides a lot.", avatar=new_id()),
        make.staff("host"),
    )
    story = make.story(
        author=author,
        state=StoryState.PREPARING,
        body="Mended twice #repair, <still> mine.",
        tags="#old",
        product=make.product(name_en="Tote & more"),
        region="Bern",
    )
    for _number in range(3):
        make.photo("story", story.id, by=author.id)
    with transaction():
        services.complete_story(story.id)
        services.approve_story(story.id)
    make.comment(story=story, as_brand=True, author=staff, body="Thank you from the bench.")
    top = make.comment(story=story, author=make.member(display_name="Talker Tina"), body="How <lovely>")
    make.comment(story=story, author=make.member(display_name="Other Otto"), parent=top, body="Indeed")
    return story


@pytest.fixture
def crowd(app, make, told):
    """Readers who differ in everything that the page shows of them, by name."""
    people = {
        "plain": make.member(display_name="Plain Paula"),
        "likes": make.member(display_name="<Ann & 'Bo'>"),
        "called": make.member(display_name="有人叫我"),
        "wrote": make.member(display_name="Wrote Willi"),
        "waits": make.member(display_name="Waits Wanda"),
        "host": make.staff("host"),
        "owner": make.staff("owner"),
        "author": db.session.get(Member, told.author_id),
    }
    make.reaction(story=told, member=people["likes"])
    make.notification(people["called"])
    make.comment(story=told, author=people["wrote"], body="mine to delete")
    make.comment(story=told, author=people["waits"], body="not for others yet", state=CommentState.HELD)
    db.session.commit()
    browsers = {"visitor": PortalClient(app), "another visitor": PortalClient(app)}
    for name, member in people.items():
        browsers[name] = PortalClient(app).sign_in(make.session_token(member))
        browsers[name].get("/stories/find")  # from now on the session holds its secret
    return browsers


def look(browser, story, tongue="en", theme=""):
    if theme:
        browser.set_cookie("theme", theme)
    else:
        browser.delete_cookie("theme")
    return browser.get(f"/stories/{story.id}", lang=tongue)


def seen(answer):
    """What the reader got, but for tokens, and for the id that only a slow answer carries."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    return answer.status, headers, TOKEN.sub("token", answer.get_data(as_text=True))


# ------------------------------------------------------------------ one page for many


@pytest.mark.parametrize("looks", LOOKS)
def test_everybody_gets_the_page_that_is_theirs(crowd, told, switch, looks):
    switch(False)
    alone = {name: seen(look(browser, told, *looks)) for name, browser in crowd.items()}
    assert len({page for _status, _headers, page in alone.values()}) == len(crowd) - 1
    switch(True)
    for order in (list(crowd), list(reversed(crowd))):
        for name in order:
            assert seen(look(crowd[name], told, *looks)) == alone[name], name


def test_languages_and_themes_in_turns(crowd, told, switch):
    asked = [(crowd[name], told, *looks) for looks in LOOKS for name in ("visitor", "likes", "called")]
    switch(False)
    alone = [seen(look(*wish)) for wish in asked]
    switch(True)
    for _round in range(2):
        assert [seen(look(*wish)) for wish in asked] == alone


def test_it_is_drawn_once_for_visitors_and_once_for_members(crowd, told, drawn):
    for _round in range(2):
        for name in ("visitor", "another visitor", "plain", "likes", "called"):
            look(crowd[name], told)
    assert len(drawn) == 2


def test_a_visitor_costs_one_question_and_a_member_three(crowd, told, queries):
    path = f"/stories/{told.id}"
    for name, number in (("visitor", 1), ("plain", 3)):
        crowd[name].get(path)
        with queries() as log:
            crowd[name].get(path)
        assert len(log) == number, log


def test_every_token_is_the_readers_own(app, crowd, told):
    secrets = set()
    for _round in range(2):
        for name in ("plain", "likes", "called"):
            tokens = set(TOKEN.findall(look(crowd[name], told).get_data(as_text=True)))
            with crowd[name].session_transaction() as session:
                mine = session["csrf_token"]
            serializer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
            assert [serializer.loads(token) for token in tokens] == [mine]
            secrets.add(mine)
    assert len(secrets) == 3
    assert "csrf" not in look(crowd["visitor"], told).text


def test_a_sentence_that_waits_is_said_once_and_only_to_whom_it_belongs(crowd, told):
    for name in ("visitor", "plain", "likes"):
        look(crowd[name], told)
    for name in ("visitor", "plain"):
        with crowd[name].session_transaction() as session:
            session["_flashes"] = [("done", "Only for one.")]
        assert "Only for one." not in look(crowd["likes"], told).text
        assert "Only for one." in look(crowd[name], told).text
        assert "Only for one." not in look(crowd[name], told).text


def test_a_page_that_is_too_long_is_drawn_each_time(crowd, told, drawn, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_PAGE", 1000)
    for _time in range(2):
        look(crowd["visitor"], told)
    assert len(drawn) == 2


# ------------------------------------------------------------------ nothing stale


def _rename(story, name="New Name"):
    accounts.update_profile(
        db.session.get(Member, story.author_id),
        by=viewer_of(story.author_id),
        display_name=name,
        bio="Walks now.",
        region="",
        language="en",
        greets_newcomers=False,
    )


def _rename_talker(story):
    talker = db.session.query(Member).filter_by(display_name="Talker Tina").one()
    talker.display_name, talker.version = "Tina Talks", talker.version + 1


def _product(story):
    return db.session.get(Product, story.product_id)


def _rename_product(story):
    product = _product(story)
    words = {
        name: getattr(product, name) for name in ("name_zh", "category_id", "story_zh", "story_en", "version")
    }
    catalog.change_product(product, by=None, name_en="Saddle bag", **words)


def _comment(story, **facts):
    author = db.session.query(Member).filter_by(display_name="Other Otto").one()
    return services.add_comment(story, by=viewer_of(author.id), **facts)


def _last_comment(story):
    return db.session.query(Comment).filter_by(story_id=story.id, body="Indeed").one()


def _describe(story, place):
    photo = photos_of("story", story.id)[place]
    services.describe_photo(story, photo, by=viewer_of(story.author_id), alt="On the bench")


def _staff(story):
    return viewer_of(db.session.query(Member).filter_by(display_name="Some owner").one().id)


DEEDS = {
    "edited": lambda story: services.edit_story(story, by=viewer_of(story.author_id), body="Quite different"),
    "author renamed": _rename,
    "author hidden": lambda story: accounts.hide_profile(story.author_id, "because"),
    "talker renamed": _rename_talker,
    "product renamed": _rename_product,
    "product hidden": lambda story: catalog.hide_product(_product(story), by=None),
    "comment added": lambda story: _comment(story, body="One more"),
    "comment deleted": lambda story: services.delete_comment(
        _last_comment(story), by=viewer_of(_last_comment(story).author_id)
    ),
    "comment hidden": lambda story: services.hide_comment(_last_comment(story).id, "because"),
    "answered": lambda story: services.answer_story(story, by=_staff(story), body="And from the shop."),
    "liked": lambda story: services.set_reaction(story, by=_staff(story), on=True),
    "featured": lambda story: services.feature_story(story, True, by=_staff(story)),
    "cover described": lambda story: _describe(story, 0),
    "third photo described": lambda story: _describe(story, 2),
    "photos in another order": lambda story: services.move_photo_by(
        story, photos_of("story", story.id)[2], by=viewer_of(story.author_id), steps=-1
    ),
    "photo removed": lambda story: services.remove_photo(
        story, photos_of("story", story.id)[2], by=viewer_of(story.author_id)
    ),
    "theme renamed": lambda story: services.set_theme(
        "repair", by=_staff(story), label_zh="修", label_en="Mending"
    ),
    "brand renamed": lambda story: change_settings(by=None, name_en="Another house"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_changed_is_never_shown_as_it_was(crowd, told, switch, deed):
    readers = [crowd[name] for name in ("visitor", "plain", "likes")]
    before = [seen(look(browser, told)) for _round in range(2) for browser in readers][3:]
    with transaction():
        DEEDS[deed](db.session.get(Story, told.id))
    db.session.expire_all()
    after = [seen(look(browser, told)) for _round in range(2) for browser in readers]
    switch(False)
    alone = [seen(look(browser, told)) for browser in readers]
    assert after == alone * 2
    assert all(old != new for old, new in zip(before, alone, strict=True))


@pytest.mark.parametrize("name", ["plain", "likes"])
def test_what_changes_for_one_is_seen_by_that_one_at_once(make, crowd, told, name):
    browser, others = crowd[name], crowd["called"]
    called = {"plain": "Plain Paula", "likes": "<Ann & 'Bo'>"}[name]
    reader = db.session.query(Member).filter_by(display_name=called).one()
    heart = 'id="like-' + told.id

    def likes(answer):
        return 'aria-pressed="true"' in answer.text.split(heart)[1].split(">")[0]

    for on in (True, False, True):
        with transaction():
            services.set_reaction(told, by=viewer_of(reader.id), on=on)
        assert [likes(look(browser, told)) for _time in range(2)] == [on, on]
        assert not likes(look(others, told))
    make.notification(reader)
    assert "1 unread" in look(browser, told).text
    make.comment(story=told, author=reader, body="mine to delete now")
    assert "Delete this comment for good?" in look(browser, told).text
    assert "Delete this comment for good?" not in look(others, told).text


def test_days_turn_the_page(crowd, told, switch):
    for hours in (0, 1, 24, 48, 24 * 8):
        with clock.travel(clock.now() + timedelta(hours=hours)):
            pages_seen = []
            for on in (True, True, False):
                switch(on)
                pages_seen.append([seen(look(crowd[name], told))[2] for name in ("visitor", "plain")])
            assert pages_seen[0] == pages_seen[1] == pages_seen[2]


# ------------------------------------------------------------------ nothing private


@pytest.mark.parametrize("state", [StoryState.HELD, StoryState.HIDDEN, StoryState.DELETED])
def test_what_left_the_wall_is_gone_at_once(crowd, told, state):
    from portal.stories.services.standing import move_story

    names = ("visitor", "plain", "likes", "wrote")
    assert [look(crowd[name], told).status_code for name in names * 2] == [200] * 8
    with transaction():
        move_story(db.session.get(Story, told.id), {StoryState.PUBLISHED}, state)
    assert [look(crowd[name], told).status_code for name in names] == [404] * 4
    assert look(crowd["author"], told).status_code == (404 if state is StoryState.DELETED else 200)


@pytest.mark.parametrize(
    "state", [StoryState.DRAFT, StoryState.PREPARING, StoryState.HELD, StoryState.REJECTED]
)
def test_what_its_author_sees_is_kept_for_nobody(make, app, crowd, state):
    author = make.member()
    story = make.story(author=author, state=state, body="for my eyes")
    mine = PortalClient(app).sign_in(make.session_token(author))
    for _round in range(2):
        assert look(mine, story).status_code == (303 if state is StoryState.DRAFT else 200)
        assert [look(crowd[name], story).status_code for name in ("visitor", "plain")] == [404, 404]


def test_a_held_comment_is_seen_by_its_author_alone(make, app, crowd, told):
    author = make.member()
    browser = PortalClient(app).sign_in(make.session_token(author))
    for reader in (browser, crowd["plain"]):
        look(reader, told)
    make.comment(story=told, author=author, body="still being read", state=CommentState.HELD)
    assert "still being read" in look(browser, told).text
    assert "still being read" not in look(crowd["plain"], told).text
    assert "still being read" not in look(crowd["visitor"], told).text
