"""Every list costs a fixed number of queries, at most ten: for one row and for many, on page 1 and far behind."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.accounts.services import consents, desk
from portal.brand.models import LegalKind
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.media.models import Photo, PhotoState
from portal.stories.models import Comment, CommentState, Story
from portal.stories.queries.weeks import WEEK, this_week
from tests import databases
from tests.make import Make

MOST = 10
#: what a process asks that has kept nothing, where room is left for what comes next
ROOMY = {"/console/members/": 9}
FEW, MANY = 1, 60
TAG, REGION, WORDS = "旅行", "杭州", "冬天"
Counted = Callable[[], contextlib.AbstractContextManager[list[str]]]


class House:
    """A portal with so many rows in every list."""

    def __init__(self, make: Make) -> None:
        self.make, self.rows = make, 0
        self.member, self.owner = make.member(), make.staff("owner")
        for kind in LegalKind:
            make.legal_text(kind)
        with transaction():
            for reader in (self.member, self.owner):
                consents.accept_texts(reader.id, dict.fromkeys(LegalKind, 1), how="sign_up")
        self.author = make.member(display_name="冬天里的人")
        self.shelf = make.category()
        self.product = make.product(category=self.shelf)
        self.tag = make.hashtag(TAG, theme_position=1)
        make.prompt(tag=self.tag)
        make.story(author=self.member, state="held")
        for writer in (self.member, self.owner):
            make.story(author=writer, state="draft", tags=f"#{TAG}")
        make.story(as_brand=True, author=self.owner, pinned_until=clock.now() + timedelta(days=1))
        self.story: Story = self._story(-1)
        with transaction():
            desk.note_contacts_seen(self.author.id, by=viewer_of(self.owner.id))

    def grow(self, rows: int) -> None:
        """Until every list has so many rows."""
        with transaction():
            for number in range(self.rows, rows):
                self._story(number)
                self.make.product(category=self.shelf)
                self.make.case(self.make.member(), origin=("held", "reported")[number % 2])
                self.make.notification(self.member)
                self.make.touch(self.member)
                self.make.staff("host")
                self.make.source(f"code-{number}")
                self.make.staff_note(self.author, by=self.owner)
                self.make.invitation(by=self.owner)
        self.rows = rows

    def comment(self, comments: int) -> None:
        """Until the first story has so many, by many people, some of them replies."""
        have = db.session.scalar(sa.select(sa.func.count()).where(Comment.story_id == self.story.id)) or 0
        authors = list(db.session.scalars(sa.select(Member.id).limit(30)))
        rows: list[dict[str, Any]] = []
        for number in range(have, comments):
            rows.append(
                {
                    "id": new_id(),
                    "story_id": self.story.id,
                    "parent_id": rows[0]["id"] if rows and number % 3 == 2 else None,
                    "author_id": authors[number % len(authors)],
                    "state": CommentState.PUBLISHED,
                    "body": f"真好看 {number}",
                    "as_brand": False,
                    "created_at": clock.now() + timedelta(milliseconds=number),
                }
            )
        with transaction():
            if rows:
                db.session.execute(sa.insert(Comment), rows)

    def _story(self, number: int) -> Story:
        """Every second one by the same author, so that one member has many too."""
        moment = clock.now() - timedelta(minutes=number + 2)
        story: Story = self.make.story(
            author=self.author if number % 2 else self.make.member(display_name=f"冬天 {number}"),
            tags=f"#{TAG}",
            product=self.product,
            published_at=moment,
            featured_at=moment,
            region=REGION,
            chosen_week=this_week() - WEEK * (number + 1),
        )
        self.make.reaction(story=story, member=self.member)
        photo = _photo(story, moment)
        db.session.add(photo)
        db.session.flush()
        self.make.photo_right(photo, by=story.author_id)
        self.make.photo_right(photo, by=self.member.id, use="print")
        return story

    def pages(self) -> dict[str, str]:
        """Every list, and who looks at it."""
        words = quote(WORDS)
        return {
            "/stories": "visitor",
            "/stories?show=featured": "visitor",
            f"/stories?product={self.product.slug}": "visitor",
            f"/stories?tag={quote(TAG)}": "visitor",
            f"/stories?region={quote(REGION)}": "visitor",
            f"/tags/{quote(TAG)}": "visitor",
            f"/stories/by/{self.author.id}": "visitor",
            f"/members/{self.author.id}": "visitor",
            f"/stories/{self.story.id}": "visitor",
            f"/stories/{self.story.id}/history": "visitor",
            "/stories/find": "visitor",
            "/products": "visitor",
            f"/products?category={self.shelf.slug}": "visitor",
            f"/products/{self.product.slug}": "visitor",
            "/terms": "visitor",
            f"/search?q={words}": "visitor",
            f"/search?q={words}&kind=story": "visitor",
            f"/search?q={words}&kind=member": "visitor",
            "/stories/new": "member",
            "/me": "member",
            "/me/privacy": "member",
            "/me/photo-rights": "member",
            "/inbox": "member",
            "/me/notifications": "member",
            "/console": "owner",
            "/console/queue": "owner",
            "/console/replies": "owner",
            "/console/themes": "owner",
            "/console/weeks": "owner",
            "/console/products": "owner",
            "/console/staff": "owner",
            "/console/members": "owner",
            f"/console/members?q={words}&state=active": "owner",
            f"/console/members/{self.author.id}": "owner",
            f"/console/members/{self.author.id}/timeline": "owner",
            "/console/photo-rights": "owner",
            "/console/settings": "owner",
            "/console/settings/legal": "owner",
            "/console/sources": "owner",
        }


def _photo(story: Story, moment: Any) -> Photo:
    return Photo(
        owner_kind="story",
        owner_id=story.id,
        uploaded_by=story.author_id,
        position=0,
        state=PhotoState.READY,
        published=True,
        width=1200,
        height=900,
        color="#c8a078",
        byte_size=1,
        created_at=moment,
        updated_at=moment,
    )


def most_of(path: str) -> int:
    return next((most for beginning, most in ROOMY.items() if path.startswith(beginning)), MOST)


@pytest.fixture
def house(make: Make) -> House:
    return House(make)


@pytest.fixture(params=[True, False], ids=["caches on", "caches off"])
def caches(request: pytest.FixtureRequest, app: Flask) -> Iterator[bool]:
    settings = app.config["PORTAL"]
    app.config["PORTAL"] = replace(settings, card_cache=request.param)
    yield request.param
    app.config["PORTAL"] = settings


class Counter:
    """Opens pages in the name of somebody and counts what the database is asked."""

    def __init__(self, app: Flask, house: House, counted: Counted) -> None:
        self.app, self.counted, self.house = app, counted, house
        people = {"member": house.member, "owner": house.owner}
        self.browsers: dict[str, FlaskClient] = {"visitor": app.test_client()}
        for name, person in people.items():
            self.browsers[name] = app.test_client()
            with self.browsers[name].session_transaction() as session:
                session["_user_id"] = house.make.session_token(person)
        self.log: list[str] = []

    def open(self, path: str, who: str, *, cold: bool = True) -> tuple[int, str]:
        """How many queries, and the page."""
        db.session.commit()
        if cold:
            databases.forget_caches(self.app)
        with self.app.app_context(), self.counted() as log:
            response = self.browsers[who].get(path, headers={"Accept-Language": "zh-CN"})
        assert response.status_code == 200, f"{path}: {response.status_code}"
        self.log = log
        return len(log), response.get_data(as_text=True)

    def steady(self, path: str, who: str) -> tuple[int, str]:
        """The same in a process that has run for a while: what it asks again every minute is not counted."""
        first, _text = self.open(path, who, cold=False)
        second, text = self.open(path, who, cold=False)
        return min(first, second), text

    def all(self, *, cold: bool) -> dict[tuple[str, str], int]:
        """Every list, seen by everyone who may: how many queries each."""
        seen = {}
        for path, least in self.house.pages().items():
            for who in list(self.browsers)[list(self.browsers).index(least) :]:
                seen[path, who] = (self.open if cold else self.steady)(path, who)[0]
        return seen


@pytest.fixture
def counter(app: Flask, house: House, queries: Counted) -> Counter:
    return Counter(app, house, queries)


@pytest.mark.usefixtures("caches")
def test_lists_cost_the_same_for_one_row_and_for_many(house: House, counter: Counter) -> None:
    house.grow(FEW)
    house.comment(1)
    few = counter.all(cold=True), counter.all(cold=False)
    house.grow(MANY)
    house.comment(30)
    many = counter.all(cold=True), counter.all(cold=False)
    for cost in (*few, *many):
        assert {key: count for key, count in cost.items() if count > most_of(key[0])} == {}
    for before, after in zip(few, many, strict=True):
        assert {key: (count, after[key]) for key, count in before.items() if after[key] != count} == {}


@pytest.mark.usefixtures("caches")
def test_who_keeps_somebody_away_pays_little_more(house: House, counter: Counter) -> None:
    """One more only in a process that has kept nothing; what everyone shares is kept there a moment later."""
    house.grow(FEW)
    house.comment(1)
    with transaction():
        house.make.distance(house.member)
    paths = [path for path, least in house.pages().items() if least != "owner"]
    cold = {path: counter.open(path, "member")[0] for path in paths}
    assert {path: count for path, count in cold.items() if count > MOST + 1} == {}
    warm = {path: counter.steady(path, "member")[0] for path in paths}
    assert {path: count for path, count in warm.items() if count > MOST} == {}


@pytest.mark.usefixtures("caches")
@pytest.mark.parametrize("who", ["visitor", "member", "owner"])
def test_a_story_costs_the_same_with_0_30_and_300_comments(house: House, counter: Counter, who: str) -> None:
    path, costs = f"/stories/{house.story.id}", []
    for comments in (0, 30, 300):
        house.comment(comments)
        costs.append(counter.steady(path, who)[0])
    assert max(costs) <= MOST
    assert costs[0] <= costs[1] == costs[2]


def test_every_page_of_a_list_costs_the_same(house: House, counter: Counter) -> None:
    """From page to page by the links on them, until the end."""
    house.grow(MANY)
    house.comment(300)
    walked = 0
    for path, who in house.pages().items():
        costs, place = [], path
        while len(costs) < 12:
            cost, text = counter.steady(place, who)
            costs.append(cost)
            link = re.search(
                rf'href="({re.escape(html.escape(path.partition("?")[0]))}\?[^"]*after=[^"]+)"', text
            )
            if link is None:
                break
            place = html.unescape(link[1])
        assert max(costs) <= MOST, path
        assert len(set(costs[1:])) <= 1, f"{path}: {costs}"
        walked += len(costs) > 1
    assert walked >= 12, "hardly any list had a second page"
