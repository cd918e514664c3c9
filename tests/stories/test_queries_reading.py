"""What reading a story depends on: the stamp of its page, and what a member has to do with it."""

from __future__ import annotations

import pytest

from portal.accounts.queries import viewer_of
from portal.catalog.models import Product
from portal.core.db import db, transaction
from portal.stories import services
from portal.stories.models import CommentState, StoryState
from portal.stories.queries.reading import find_stamp, mine_here


def test_the_stamp_names_what_the_page_shows(make):
    author, talker = make.member(), make.member()
    story = make.story(author=author, tags="#road", product=make.product())
    comment = make.comment(story=story, author=talker)
    seen_so_far = [find_stamp(story.id)]
    assert find_stamp(story.id) == seen_so_far[0]
    assert (seen_so_far[0].author_id, seen_so_far[0].reaction_count) == (author.id, 0)

    def change(thing, **values):
        for name, value in values.items():
            setattr(thing, name, value)
        db.session.commit()
        seen_so_far.append(find_stamp(story.id))

    change(author, version=author.version + 1)
    change(talker, version=talker.version + 1)
    change(db.session.get(Product, story.product_id), shown=False)
    change(story, version=story.version + 1)
    with transaction():
        services.set_theme(
            "road", by=viewer_of(make.staff("owner").id), label_zh="路上", label_en="On the road"
        )
    seen_so_far.append(find_stamp(story.id))
    with transaction():
        services.hide_comment(comment.id, "because")
    seen_so_far.append(find_stamp(story.id))
    assert len({stamp.shown for stamp in seen_so_far}) == len(seen_so_far)


@pytest.mark.parametrize("state", [state for state in StoryState if state is not StoryState.PUBLISHED])
def test_only_what_is_on_the_wall_has_a_stamp(make, state):
    assert find_stamp(make.story(state=state).id) is None
    assert find_stamp("nothing") is None


def test_what_a_member_has_to_do_with_a_story(make):
    member, story, other = make.member(), make.story(), make.story()
    assert mine_here(member.id, story.id) == (False, False, 0)
    make.reaction(story=story, member=member)
    make.comment(story=story, author=member, state=CommentState.HELD)
    make.notification(member)
    assert mine_here(member.id, story.id) == (True, True, 1)
    assert mine_here(member.id, other.id) == (False, False, 1)
