"""The same where SQL filters the most, on both databases: walls, a member's stories, comments, search, the inbox."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.make import Make
from tests.stories.distance import World
from tests.stories.test_distance import SURFACES, hidden_by, wrongs

HEAVY = ("stories.", "home.search", "notifications.inbox")


@pytest.mark.parametrize(("kind", "by"), [("block", "a"), ("mute", "b")])
def test_lists_leave_the_hidden_out(app: Flask, make: Make, as_member: Any, kind: str, by: str) -> None:
    world = World(app, make, as_member)
    world.keep_away(kind, by)
    heavy = [surface for surface in SURFACES if surface.endpoint.startswith(HEAVY)]
    assert len(heavy) > 12
    muted = by if kind == "mute" else ""
    assert wrongs(world, hidden_by(kind, by), muted=muted, surfaces=heavy) == []
