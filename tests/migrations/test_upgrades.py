"""A portal of the first revision, with rows in it, moves up to the present one and goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from config import ROOT
from portal import create_app
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.draw import services as draws
from portal.core.draw.models import Draw, DrawEntry
from portal.core.draw.queries import terms_of
from portal.core.media.models import Photo
from portal.core.migrations import upgrade
from portal.stories import queries, services
from portal.stories.models import Story
from portal.stories.queries.weeks import this_week
from tests import databases
from tests.make import Make

STORIES = 3
PLAIN: dict[type, Any] = {
    str: "",
    int: 0,
    bool: False,
    object: {},
    datetime: datetime(2026, 11, 1, tzinfo=UTC),
}


def put(table_name: str, **values: Any) -> str:
    """A row as the first revision knows it: columns that must not be empty get something plain."""
    table = sa.Table(table_name, sa.MetaData(), autoload_with=db.session.connection())
    must = {column.name: PLAIN[column.type.python_type] for column in table.c if not column.nullable}
    row = must | {"id": new_id()} | values
    db.session.execute(sa.insert(table), row)
    return str(row["id"])


def fill() -> list[str]:
    """A member with stories on the wall."""
    with transaction():
        author = put(
            "member", number=9000, email="first@portal.example", display_name="First", state="active"
        )
        published = {"state": "published", "published_at": PLAIN[datetime], "author_id": author}
        return [put("story", body=f"story {number}", **published) for number in range(STORIES)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_stories_stay_and_one_can_be_that_of_the_week(kind: str, tmp_path: Path) -> None:
    with databases.fresh_url(kind, tmp_path) as url:
        app = create_app(databases.settings_for(url, tmp_path), testing=True)
        with app.app_context():
            databases.forget_caches(app)
            upgrade(directory=str(ROOT / "migrations"), revision="0001")
            ids = fill()
            db.session.remove()
            upgrade(directory=str(ROOT / "migrations"))

            stories = list(db.session.scalars(sa.select(Story)))
            assert sorted(story.id for story in stories) == sorted(ids)
            assert {story.chosen_week for story in stories} == {None}
            owner = viewer_of(Make(app).staff("owner").id)
            with transaction():
                services.choose_story_of_week(stories[0], by=owner)
            found = queries.wall_head("en").week_story
            assert found is not None
            assert found.card.id == stories[0].id
            with pytest.raises(sa.exc.IntegrityError), transaction():
                db.session.execute(
                    sa.update(Story).where(Story.id == stories[1].id).values(chosen_week=this_week())
                )
            db.session.remove()
            db.engines[None].dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_products_hidden_before_lose_the_address_of_their_pictures(kind: str, tmp_path: Path) -> None:
    with databases.fresh_url(kind, tmp_path) as url:
        app = create_app(databases.settings_for(url, tmp_path), testing=True)
        with app.app_context():
            databases.forget_caches(app)
            upgrade(directory=str(ROOT / "migrations"), revision="0017")
            with transaction():
                shelf = put("category", slug="bags")
                for slug, shown in (("in-sight", True), ("hidden", False)):
                    product = put("product", slug=slug, shown=shown, category_id=shelf)
                    size = {"state": "ready", "width": 800, "height": 600}
                    put("photo", owner_kind="product", owner_id=product, published=True, alt=slug, **size)
            db.session.remove()
            upgrade(directory=str(ROOT / "migrations"))

            found = {photo.alt: photo.published for photo in db.session.scalars(sa.select(Photo))}
            assert found == {"in-sight": True, "hidden": False}
            db.session.remove()
            db.engines[None].dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_draws_from_before_have_a_moment_and_keep_the_hash_of_their_list(kind: str, tmp_path: Path) -> None:
    with databases.fresh_url(kind, tmp_path) as url:
        app = create_app(databases.settings_for(url, tmp_path), testing=True)
        with app.app_context():
            databases.forget_caches(app)
            upgrade(directory=str(ROOT / "migrations"), revision="0023")
            froze = PLAIN[datetime]
            drew = froze + timedelta(days=2)
            frozen = {"frozen_at": froze, "list_hash": "h"}
            with transaction():
                for name, facts in {
                    "open": {},
                    "frozen": frozen,
                    "drawn": frozen | {"drawn_at": drew, "value": "7"},
                    "mixed": {"method": "mixed", "secret_hash": "s"},
                }.items():
                    entry = {
                        "draw": put("draw", **{"method": "public", "owner_id": name} | facts),
                        "off": False,
                    }
                    into = "INSERT INTO draw_entry (draw_id, entry_id, salt, later)"
                    db.session.execute(sa.text(f"{into} VALUES (:draw, 'one', '', :off)"), entry)
            db.session.remove()
            upgrade(directory=str(ROOT / "migrations"))

            found = {one.owner_id: one for one in db.session.scalars(sa.select(Draw))}
            known = {name: one.known_at for name, one in found.items()}
            assert known.pop("open") > clock.now()
            assert known == {"frozen": froze, "drawn": drew, "mixed": None}
            assert "known_at" not in str(terms_of(found["drawn"])), "its hash was made without it"
            assert db.session.scalar(sa.select(sa.func.count()).select_from(DrawEntry)) == 4
            with transaction():
                draws.draw(found["frozen"], "7")
                draws.freeze(found["open"])
            db.session.remove()
            db.engines[None].dispose()
