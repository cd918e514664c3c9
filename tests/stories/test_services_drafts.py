"""The draft: one for each member, kept through everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotFound
from portal.stories import queries, services
from portal.stories.models import Mood, Story
from tests.make import Make
from tests.stories.telling import draft_of, tag_names

Submit = Callable[..., Story]


def test_a_member_has_one_draft(alice: Viewer, bob: Viewer) -> None:
    assert draft_of(alice).id == draft_of(alice).id
    assert draft_of(bob).id != draft_of(alice).id


def test_after_handing_in_there_is_room_for_a_new_draft(alice: Viewer, submit: Submit) -> None:
    first = submit(alice)
    assert draft_of(alice).id != first.id


def test_a_draft_keeps_everything_that_was_typed(alice: Viewer, make: Make) -> None:
    story, product = draft_of(alice), make.product()
    with transaction():
        services.save_draft(
            story, by=alice, body=" A long day. ", mood=Mood.CALM, product_id=product.id, tags_text="#rain"
        )
    db.session.expire_all()
    kept = queries.find_draft(alice.id)
    assert kept is not None
    assert (kept.body, kept.mood, kept.product_id) == ("A long day.", Mood.CALM, product.id)
    assert (kept.language, tag_names(kept)) == ("en", ["rain"])


def test_a_draft_may_be_empty_but_not_name_an_unknown_product(alice: Viewer) -> None:
    story = draft_of(alice)
    with transaction():
        services.save_draft(story, by=alice, body="")
    with pytest.raises(Invalid) as refusal, transaction():
        services.save_draft(story, by=alice, body="", product_id="nothing")
    assert refusal.value.field == "product"


def test_a_story_handed_in_in_another_tab_is_not_overwritten(alice: Viewer, submit: Submit) -> None:
    story = submit(alice, "the real one")
    with pytest.raises(Conflict), transaction():
        services.save_draft(story, by=alice, body="old text")
    assert story.body == "the real one"


def test_nobody_writes_into_anothers_draft(alice: Viewer, bob: Viewer) -> None:
    story = draft_of(alice)
    with pytest.raises(NotFound), transaction():
        services.save_draft(story, by=bob, body="hello")
    with pytest.raises(NotFound):
        queries.get_story_of(bob, story.id)
