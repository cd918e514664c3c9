"""Brand news, pins and staff picks."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import NotAllowed
from portal.core.media import jobs as media_jobs
from portal.core.media.services import stage_upload
from portal.stories import queries, services
from portal.stories.models import StoryState
from tests.make import Make
from tests.stories.telling import kinds_for


def test_news_speaks_as_the_brand_and_is_pinned_for_a_while(manager: Viewer, make: Make) -> None:
    until = clock.now() + timedelta(days=2)
    with transaction():
        news = services.publish_news(by=manager, body="新工坊开了。", pinned_until=until)
    head = queries.wall_head()
    assert head.pinned_news is not None
    assert (head.pinned_news.id, head.stories, head.storytellers) == (news.id, 1, 0)
    assert db.session.scalar(queries.open_replies()) == 0
    with clock.travel(until + timedelta(minutes=1)):
        assert queries.wall_head().pinned_news is None
        with transaction():
            assert services.expire_pins() == 1
    assert make.recounted() == []


def test_news_with_a_photo_appears_when_it_is_ready(manager: Viewer) -> None:
    file = BytesIO()
    Image.new("RGB", (60, 40), "#c86450").save(file, "JPEG")
    file.seek(0)
    staged = stage_upload(file)
    with transaction():
        news = services.publish_news(by=manager, body="Look.", language_code="en", staged=[staged])
    assert (news.state, news.language) == (StoryState.PREPARING, "en")
    media_jobs.prepare_photo(staged.id)
    db.session.expire_all()
    assert (news.state, news.cover) == (StoryState.PUBLISHED, staged.id)


def test_only_news_is_pinned_and_only_by_those_who_may(
    make: Make, manager: Viewer, moderator: Viewer
) -> None:
    story = make.story()
    for staff in (manager, moderator):
        with pytest.raises(NotAllowed), transaction():
            services.pin_news(story, clock.now() + timedelta(days=1), by=staff)
    with pytest.raises(NotAllowed), transaction():
        services.publish_news(by=moderator, body="hello")


def test_featuring_is_once_told_and_taken_back(make: Make, moderator: Viewer, alice: Viewer) -> None:
    story = make.story(author=alice)
    for _time in range(2):
        with transaction():
            services.feature_story(story, True, by=moderator)
    assert [row.id for row in queries.wall(queries.WallFilter("featured")).items] == [story.id]
    assert kinds_for(alice) == ["stories.featured"]
    with transaction():
        services.feature_story(story, False, by=moderator)
    assert queries.wall(queries.WallFilter("featured")).items == []
    assert kinds_for(alice) == []
    with pytest.raises(NotAllowed), transaction():
        services.feature_story(story, True, by=alice)


def test_news_sent_twice_is_one(manager: Viewer, make: Make) -> None:
    def tell(body: str = "新工坊开了。") -> str:
        with transaction():
            return services.publish_news(by=manager, body=body).id

    first = tell()
    assert tell(" 新工坊开了。 ") == first
    assert tell("老工坊还在。") != first
    with clock.travel(clock.now() + timedelta(minutes=2)):
        assert tell() != first
    assert make.recounted() == []
