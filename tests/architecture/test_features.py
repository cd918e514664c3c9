"""What every room tells the house of its members, or why it has nothing to tell."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.installation import registry

pytestmark = pytest.mark.one_database

#: rooms in which nothing happens to a member by name
NO_LIFE = {
    "brand": "its acts are the owner's, and stand in the audit trail",
    "home": "doors only, without tables",
}
NOT_PERSONAL = {
    "home": "doors only, without tables",
}


def test_every_room_tells_of_lives_and_data_or_says_why_not(app: Flask) -> None:
    features = registry().features
    assert {feature.name for feature in features if not feature.timeline} == set(NO_LIFE)
    assert {feature.name for feature in features if feature.personal is None} == set(NOT_PERSONAL)
