"""What the wall can be narrowed to: no page names a region that its members hid."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.accounts.queries import viewer_of
from portal.accounts.services import profiles
from portal.accounts.showing import Audience
from portal.core.db import transaction
from portal.core.keeping import Fresh
from portal.stories import services, ways
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database


def regions(client: PortalClient) -> str:
    return client.get("/stories/find").get_data(as_text=True)


@pytest.mark.parametrize("deed", ["hide the region", "clear the region", "delete the story"])
def test_a_region_that_is_hidden_is_gone_at_once(client: PortalClient, make: Make, deed: str) -> None:
    alice = make.member(region="Atlantis")
    story = make.story(author=alice, region="Atlantis")
    me = viewer_of(alice.id)
    assert "Atlantis" in regions(client)
    with transaction():
        if deed == "hide the region":
            profiles.update_profile(alice, by=me, visibility={"region": Audience.STAFF})
        elif deed == "clear the region":
            profiles.update_profile(alice, by=me, region="")
        else:
            services.delete_story(story, by=me)
    assert "Atlantis" not in regions(client)


def test_what_is_not_stored_forgets_nothing(app: Flask, make: Make) -> None:
    make.story(region="Atlantis")
    before = ways.choices(None)
    with pytest.raises(ZeroDivisionError), transaction():
        ways.changed()
        raise ZeroDivisionError
    assert ways.choices(None) is before


def test_other_processes_are_late_by_five_seconds_at_most() -> None:
    assert ways.CHOICES_SECONDS <= 5


def test_an_answer_from_before_the_change_is_not_kept() -> None:
    """Somebody asks, meanwhile it is forgotten, and only then the old answer arrives."""
    answers = iter(["old", "new"])

    def ask(_argument: str) -> str:
        answer = next(answers)
        if answer == "old":
            fresh.forget()
        return answer

    fresh: Fresh[str] = Fresh(60, ask)
    assert (fresh(), fresh()) == ("old", "new")
