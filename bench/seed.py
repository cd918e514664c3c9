"""Fills a fresh database with any number of stories, by bulk inserts."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Member
from portal.brand import demo as brand_demo
from portal.catalog.models import Category, Product
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.media.models import Photo, PhotoState
from portal.stories.models import Hashtag, Story, StoryHashtag, StoryState, Storyteller, WallTotals

SENTENCES = (
    "妈妈 2009 年买的，去年传给我。里面还有她的车票。",
    "和闺蜜在展上撞包，撞出了一顿火锅。",
    "三个人，同一天入职，同一款包。",
    "The strap was mended once, and I like it better now.",
    "下雨天背着它走了很久，到家一滴水都没进。",
    "婚礼那天的第二位伴娘。",
)
REGIONS = ("上海", "成都", "杭州", "重庆", "北京", "Singapore")


def fill(app: Flask, stories: int, *, members: int = 1000) -> None:
    """``stories`` published stories by ``members`` members, with covers, products, hashtags and true counters."""
    picks = random.Random(7)
    with app.app_context():
        with transaction():
            brand_demo.load()
            people = _people(members)
            product_ids = _products(14)
            tag_ids = [new_id() for _ in range(6)]
            _insert(Member, people)
            now = clock.now()
            rows, photos, links = [], [], []
            for number in range(stories):
                story_id, photo_id = new_id(), new_id()
                moment = now - timedelta(minutes=7 * number + 1)
                rows.append(_story(picks, story_id, photo_id, moment, people, product_ids))
                photos.append(_photo(story_id, photo_id, moment, rows[-1]["author_id"]))
                links.append(
                    {"story_id": story_id, "hashtag_id": tag_ids[number % 6], "published_at": moment}
                )
            _insert(Story, rows)
            _insert(Photo, photos)
            _tags(tag_ids, stories)
            _insert(StoryHashtag, links)
            _totals(rows)
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 5000):
        db.session.execute(sa.insert(model), rows[start : start + 5000])


def _people(number: int) -> list[dict[str, Any]]:
    now = clock.now()
    return [
        {
            "id": new_id(),
            "number": index + 1,
            "display_name": f"禾友{index}",
            "email": f"member{index}@bench.example",
            "email_verified_at": now,
            "region": REGIONS[index % 6],
            "joined_at": now,
        }
        for index in range(number)
    ]


def _products(number: int) -> list[str]:
    category = Category(slug="bags", name_zh="包", name_en="Bags")
    db.session.add(category)
    db.session.flush()
    made = [
        Product(
            slug=f"bag-{index}",
            name_zh=f"麦浪托特 {index}",
            name_en=f"Wheat tote {index}",
            category_id=category.id,
            story_zh="缝",
            story_en="Stitched",
            created_at=clock.now(),
        )
        for index in range(number)
    ]
    db.session.add_all(made)
    db.session.flush()
    return [product.id for product in made]


def _story(
    picks: random.Random, story_id: str, photo_id: str, moment: Any, people: Any, products: Any
) -> dict[str, Any]:
    author = picks.choice(people)
    return {
        "id": story_id,
        "author_id": author["id"],
        "state": StoryState.PUBLISHED,
        "body": picks.choice(SENTENCES),
        "language": "zh_CN",
        "product_id": picks.choice(products),
        "region": author["region"],
        "cover": photo_id,
        "cover_width": 1080,
        "cover_height": picks.choice((810, 1080, 1350)),
        "cover_color": "#c8a078",
        "cover_alt": "",
        "photo_count": 1,
        "reaction_count": 0,
        "comment_count": 0,
        "created_at": moment,
        "submitted_at": moment,
        "published_at": moment,
        "featured_at": moment if picks.random() < 0.05 else None,
    }


def _photo(story_id: str, photo_id: str, moment: Any, author_id: str) -> dict[str, Any]:
    return {
        "id": photo_id,
        "owner_kind": "story",
        "owner_id": story_id,
        "uploaded_by": author_id,
        "position": 0,
        "state": PhotoState.READY,
        "published": True,
        "width": 1080,
        "height": 1350,
        "byte_size": 200_000,
        "color": "#c8a078",
        "created_at": moment,
        "updated_at": moment,
    }


def _tags(tag_ids: list[str], stories: int) -> None:
    rows = [
        {
            "id": tag_id,
            "name": f"话题{index}",
            "label_zh": f"话题{index}",
            "label_en": f"Theme {index}",
            "theme_position": index,
            "story_count": len(range(index, stories, 6)),
        }
        for index, tag_id in enumerate(tag_ids)
    ]
    _insert(Hashtag, rows)


def _totals(rows: list[dict[str, Any]]) -> None:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["author_id"]] = counts.get(row["author_id"], 0) + 1
    _insert(Storyteller, [{"member_id": member, "stories": number} for member, number in counts.items()])
    _insert(WallTotals, [{"id": 1, "stories": len(rows), "storytellers": len(counts)}])
