"""The mark of those who bought what they write about: there when it is true, gone when it is not any more."""

from __future__ import annotations

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.orders import personal
from portal.stories import proofs, services
from portal.stories.models import Story
from tests.make import Make


def write(make: Make, member_id: str, product_id: str) -> Story:
    by = viewer_of(member_id)
    with transaction():
        draft = services.draft_of(by)
        return services.submit_story(draft, by=by, body="It carries everything.", product_id=product_id)


def test_the_mark_follows_what_the_author_owns(make: Make) -> None:
    member, product = make.member(), make.product()
    other = make.story(author=make.member(), product=product)
    facts = {"member": member, "product": product, "order_no": "O-1", "ordered_at": clock.now()}
    make.order(**facts)
    story = write(make, member.id, product.id)
    assert story.owns_it
    version = story.version

    make.order(**facts, refund=10000)
    db.session.refresh(story)
    assert (story.owns_it, story.version) == (False, version + 1)

    make.order(member=member, product=product)
    db.session.refresh(story)
    assert (story.owns_it, story.version) == (True, version + 2)
    make.order(member=member, product=product)
    db.session.refresh(story)
    assert story.version == version + 2
    assert list(proofs.owning()) == []
    assert not other.owns_it

    with transaction():
        personal.erase(member.id)
    db.session.refresh(story)
    assert not story.owns_it


def test_another_product_is_another_question(make: Make) -> None:
    member, bought, wanted = make.member(), make.product(), make.product()
    make.order(member=member, product=bought)
    story = write(make, member.id, wanted.id)
    assert not story.owns_it
    with transaction():
        services.edit_story(story, by=viewer_of(member.id), body=story.body, product_id=bought.id)
    assert story.owns_it
