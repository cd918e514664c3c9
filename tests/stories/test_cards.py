"""Kept cards: drawn once, drawn anew when anything changes, and never one viewer's to another."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.i18n import in_language
from portal.core.keeping import Fresh, Kept
from portal.stories import cards, queries, services

pytestmark = pytest.mark.one_database


@pytest.fixture
def drawn(app, monkeypatch):
    """How often a card was really drawn."""
    log = []
    draw = cards.draw
    monkeypatch.setattr(
        cards, "draw", lambda row, liked, **more: log.append(row.id) or draw(row, liked, **more)
    )
    return log


def row_of(story):
    return queries.cards([story.id])[0]


def render(app, story, liked=None, tongue="en"):
    with app.test_request_context(), in_language(tongue):
        return str(cards.render_cards([row_of(story)], liked=liked)[0])


def test_a_card_is_drawn_once(app, make, drawn):
    story = make.story()
    first = render(app, story)
    assert render(app, story) == first
    assert len(drawn) == 1


def test_a_change_of_the_story_draws_it_anew(app, make, drawn):
    story = make.story(body="before")
    render(app, story)
    with transaction():
        services.edit_story(story, by=viewer_of(story.author_id), body="after")
    assert "after" in render(app, story)
    assert len(drawn) == 2


def test_a_new_name_or_face_of_the_author_draws_it_anew(app, make):
    author = make.member(display_name="Old name")
    story = make.story(author=author)
    assert "Old name" in render(app, story)
    author.display_name, author.version = "New name", author.version + 1
    db.session.commit()
    assert "New name" in render(app, story)


def test_likes_comments_and_the_brands_answer_draw_it_anew(app, make):
    story = make.story()
    before = render(app, story)
    make.reaction(story=story)
    liked = render(app, story)
    make.comment(story=story)
    commented = render(app, story)
    make.comment(story=story, as_brand=True, author=make.staff("host"), body="Thank you from the bench.")
    answered = render(app, story)
    assert len({before, liked, commented, answered}) == 4
    assert '<span lang="en">Thank you from the bench.</span>' in answered, "the story is Chinese"


def test_a_product_that_is_hidden_and_shown_again_draws_it_anew(app, make):
    product = make.product(slug="tote")
    story = make.story(product=product)
    seen = []
    for shown in (True, False, True):
        product.shown = shown
        db.session.commit()
        seen.append("/products/tote" in render(app, story))
    assert seen == [True, False, True]


def test_each_language_and_day_has_its_own_card(app, make):
    story = make.story()
    with clock.travel(clock.now() + timedelta(days=3)):
        later = render(app, story)
    assert len({render(app, story), render(app, story, tongue="zh_CN"), later}) >= 2
    assert "Today" in render(app, story)
    assert "Today" not in later


def test_a_like_is_shown_only_to_whoever_likes(app, make):
    story = make.story()
    mine = render(app, story, liked={story.id})
    others = render(app, story, liked=set())
    strangers = render(app, story)
    assert 'aria-pressed="true"' in mine
    assert 'aria-pressed="false"' in others
    assert "aria-pressed" not in strangers
    assert "/sign-in" in strangers
    assert render(app, story, liked={story.id}) == mine
    assert render(app, story, liked=set()) == others


def test_a_card_carries_no_token(app, make):
    story = make.story()
    for liked in ({story.id}, set(), None):
        assert "csrf" not in render(app, story, liked=liked)


def test_what_two_members_see_differs_only_by_their_own_likes(make, as_member):
    """The same wall, one after the other through the same kept cards."""
    story, other = make.story(), make.story()
    alice, bob = make.member(display_name="Alice A"), make.member(display_name="Bob B")
    make.reaction(story=story, member=alice)
    for _round in range(2):
        seen_by_alice = as_member(alice).get("/stories").get_data(as_text=True)
        seen_by_bob = as_member(bob).get("/stories").get_data(as_text=True)
        assert f'id="like-{story.id}"' in seen_by_alice
        assert seen_by_alice.count('aria-pressed="true"') == seen_by_bob.count('aria-pressed="true"') + 1
        assert "Alice A" not in seen_by_bob
        assert "Bob B" not in seen_by_alice
    assert other.id in seen_by_bob


def test_the_setting_switches_keeping_off(app, make, drawn, monkeypatch):
    settings = dataclasses.replace(app.config["PORTAL"], card_cache=False)
    monkeypatch.setitem(app.config, "PORTAL", settings)
    story = make.story()
    render(app, story)
    render(app, story)
    assert len(drawn) == 2


# ------------------------------------------------------------------ the memory itself


def test_kept_forgets_what_nobody_asked_for():
    kept = Kept(4)
    for number in range(10):
        kept.keep(number, str(number))
        kept.find(0)
    assert kept.find(0) == "0"
    assert kept.find(3) is None
    assert len(kept) <= 5


def test_fresh_asks_again_when_old():
    asked = []
    fresh = Fresh(60, lambda argument: asked.append(argument) or len(asked))
    assert [fresh("a"), fresh("a"), fresh("b")] == [1, 1, 2]
    fresh.forget()
    assert fresh("a") == 3
    old = Fresh(-1, lambda argument: asked.append(argument) or len(asked))
    assert old() != old()
