"""What the tests of the story wall share."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.brand.services import change_settings
from portal.core.access import Viewer
from portal.core.db import transaction
from portal.stories import services, walls
from portal.stories.front import Front
from portal.stories.models import Story, StoryState
from portal.stories.views.kept_wall import own_pieces
from tests.client import PortalClient
from tests.fronts import lent_driver, put_before
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


# ------------------------------------------------------------------ the front before the application


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Puts a front before the application; what the application itself is asked then stands in this list."""
    monkeypatch.setattr(walls, "FRESH_SECONDS", 3600.0)  # a busy machine takes its time
    return put_before(app, monkeypatch, lambda inner: Front(app, inner, own_pieces, lent_driver))


# ------------------------------------------------------------------ somebody who writes, in the browser


@pytest.fixture
def author(make: Make) -> Member:
    return make.member(display_name="Nanzhi")


@pytest.fixture
def browser(author: Member, as_member: Callable[..., PortalClient]) -> PortalClient:
    return as_member(author)


@pytest.fixture
def draft(make: Make, author: Member) -> Story:
    return make.story(author=author, state=StoryState.DRAFT, body="")


def jpeg(color: str = "#c86450") -> tuple[BytesIO, str]:
    """A small photo, as a form sends it."""
    stream = BytesIO()
    Image.new("RGB", (160, 120), color).save(stream, "JPEG")
    return BytesIO(stream.getvalue()), "photo.jpg"
