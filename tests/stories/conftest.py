"""What the tests of the story wall share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.queries import viewer_of
from portal.brand.services import change_settings
from portal.core.access import Viewer
from portal.core.db import transaction
from portal.stories import services
from portal.stories.models import Story
from tests.make import Make


@pytest.fixture
def alice(make: Make) -> Viewer:
    """A member who has told nothing yet."""
    return viewer_of(make.member(display_name="Alice").id)


@pytest.fixture
def bob(make: Make) -> Viewer:
    return viewer_of(make.member(display_name="Bob").id)


@pytest.fixture
def moderator(make: Make) -> Viewer:
    return viewer_of(make.staff("moderator").id)


@pytest.fixture
def manager(make: Make) -> Viewer:
    return viewer_of(make.staff("manager").id)


@pytest.fixture
def trusting(make: Make) -> None:
    """The brand holds nothing back from newcomers."""
    with transaction():
        change_settings(by=None, newcomer_stories=0)


@pytest.fixture
def submit() -> Callable[..., Story]:
    """Hand a member's draft in."""

    def handed_in(by: Viewer, body: str = "一个故事。", **fields: Any) -> Story:
        with transaction():
            return services.submit_story(services.draft_of(by), by=by, body=body, **fields)

    return handed_in
