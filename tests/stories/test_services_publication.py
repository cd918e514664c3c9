"""Drafts, handing in, editing, deleting, and what moderators decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from PIL import Image

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.media import jobs as media_jobs
from portal.core.media.models import Photo, PhotoState
from portal.core.media.reasons import Reason
from portal.core.media.services import stage_upload
from portal.moderation.models import Case, CaseState
from portal.notifications.models import Notification
from portal.stories import jobs, queries, services
from portal.stories.models import Mood, Story, StoryState
from tests.make import Make

Submit = Callable[..., Story]


def draft(by: Viewer) -> Story:
    with transaction():
        return services.draft_of(by)


def photo_of(make: Make, story: Story, *, ready: bool = True) -> Photo:
    return make.photo("story", story.id, by=story.author_id, ready=ready)  # type: ignore[no-any-return]


# ------------------------------------------------------------------ drafts


def test_a_member_has_one_draft(alice: Viewer, bob: Viewer) -> None:
    assert draft(alice).id == draft(alice).id
    assert draft(bob).id != draft(alice).id


def test_after_handing_in_there_is_room_for_a_new_draft(alice: Viewer, submit: Submit) -> None:
    first = submit(alice)
    assert draft(alice).id != first.id


def test_a_draft_keeps_everything_that_was_typed(alice: Viewer, make: Make) -> None:
    story, product = draft(alice), make.product()
    with transaction():
        services.save_draft(
            story, by=alice, body=" A long day. ", mood=Mood.CALM, product_id=product.id, tags_text="#rain"
        )
    db.session.expire_all()
    kept = queries.find_draft(alice.id)
    assert kept is not None
    assert (kept.body, kept.mood, kept.product_id) == ("A long day.", Mood.CALM, product.id)
    assert (kept.language, queries.field_tags_of(kept)) == ("en", "#rain")


def test_a_draft_may_be_empty_but_not_name_an_unknown_product(alice: Viewer) -> None:
    story = draft(alice)
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
    story = draft(alice)
    with pytest.raises(NotFound), transaction():
        services.save_draft(story, by=bob, body="hello")
    with pytest.raises(NotFound):
        queries.get_story_of(bob, story.id)


# ------------------------------------------------------------------ handing in


def test_a_newcomers_story_is_held(alice: Viewer, submit: Submit, make: Make) -> None:
    story = submit(alice)
    assert story.state is StoryState.HELD
    assert story.published_at is None
    assert queries.wall_head().stories == 0
    assert make.recounted() == []


def test_staff_and_known_members_are_published_at_once(
    alice: Viewer, moderator: Viewer, submit: Submit, make: Make
) -> None:
    for _number in range(2):
        make.story(author=alice)
    assert submit(alice).state is StoryState.PUBLISHED
    assert submit(moderator).state is StoryState.PUBLISHED
    head = queries.wall_head()
    assert (head.stories, head.storytellers) == (4, 2)
    assert make.recounted() == []


def test_an_empty_story_is_refused(alice: Viewer, submit: Submit) -> None:
    with pytest.raises(Invalid) as refusal:
        submit(alice, "  ")
    assert refusal.value.field == "body"


def test_before_the_address_is_confirmed_the_draft_is_all_there_is(make: Make, submit: Submit) -> None:
    stranger = viewer_of(make.member(email_verified_at=None).id)
    with pytest.raises(NotAllowed):
        submit(stranger, "hello")
    assert draft(stranger).state is StoryState.DRAFT


def test_handing_in_twice_is_once(alice: Viewer, trusting: None, make: Make) -> None:
    story = draft(alice)
    for _time in range(2):
        with transaction():
            services.submit_story(story, by=alice, body="once")
    assert queries.wall_head().stories == 1
    assert make.recounted() == []


def test_region_and_language_come_from_author_and_text(make: Make, submit: Submit, trusting: None) -> None:
    author = viewer_of(make.member(region="杭州", language="en").id)
    story = submit(author, "妈妈的包，我的路。")
    assert (story.region, story.language) == ("杭州", "zh_CN")


# ------------------------------------------------------------------ photos


def test_a_story_of_photos_alone_waits_for_them(alice: Viewer, trusting: None, make: Make) -> None:
    story = draft(alice)
    first, second = photo_of(make, story), photo_of(make, story, ready=False)
    with transaction():
        services.submit_story(story, by=alice, body="")
    assert story.state is StoryState.PREPARING
    media_jobs.prepare_photo(second.id)
    db.session.expire_all()
    assert story.state is StoryState.PUBLISHED
    assert (story.cover, story.photo_count) == (first.id, 2)
    assert all(db.session.scalars(sa.select(Photo.published)))
    assert make.recounted() == []


def test_the_sweep_finds_a_story_whose_signal_got_lost(alice: Viewer, trusting: None, make: Make) -> None:
    story = draft(alice)
    photo = photo_of(make, story, ready=False)
    with transaction():
        services.submit_story(story, by=alice, body="text")
    values = {"state": PhotoState.READY, "due_at": None, "width": 10, "height": 10}
    with transaction():
        db.session.execute(sa.update(Photo).where(Photo.id == photo.id).values(values))
    with clock.travel(clock.now() + timedelta(minutes=1)):
        jobs.complete_stories()
    db.session.expire_all()
    assert story.state is StoryState.PUBLISHED


def refuse(photo: Photo) -> None:
    from portal.core.media import preparation

    with transaction():
        claim = preparation.claim_photo(photo.id)
    assert claim is not None
    with transaction():
        preparation.settle_photo(claim, preparation.Outcome(reason=Reason.DAMAGED))
    db.session.expire_all()


def test_a_refused_photo_sends_the_story_back_to_the_draft(alice: Viewer, trusting: None, make: Make) -> None:
    story = draft(alice)
    photo = photo_of(make, story, ready=False)
    with transaction():
        services.submit_story(story, by=alice, body="my words", tags_text="#rain")
    refuse(photo)
    assert (story.state, story.body) == (StoryState.DRAFT, "my words")
    assert queries.field_tags_of(story) == "#rain"
    assert kinds_for(alice) == ["stories.sent_back"]
    with pytest.raises(Invalid) as refusal, transaction():
        services.submit_story(story, by=alice, body="my words")
    assert refusal.value.field == "photos"
    with transaction():
        services.remove_photo(story, photo, by=alice)
        services.submit_story(story, by=alice, body="my words")
    assert story.state is StoryState.PUBLISHED


def test_with_another_draft_begun_the_story_waits_among_the_rejected(
    alice: Viewer, trusting: None, make: Make
) -> None:
    story = draft(alice)
    photo = photo_of(make, story, ready=False)
    with transaction():
        services.submit_story(story, by=alice, body="my words")
    other = draft(alice)
    refuse(photo)
    assert (story.state, other.state) == (StoryState.REJECTED, StoryState.DRAFT)
    assert story.rejected_reason
    assert story.body == "my words"


def test_a_newcomers_story_with_photos_is_held_once_they_are_ready(alice: Viewer, make: Make) -> None:
    story = draft(alice)
    photo = photo_of(make, story, ready=False)
    with transaction():
        services.submit_story(story, by=alice, body="hello")
    assert open_cases() == 0
    media_jobs.prepare_photo(photo.id)
    db.session.expire_all()
    assert story.state is StoryState.HELD
    assert (open_cases(), story.cover) == (1, photo.id)
    assert not photo.published


def test_cover_follows_order_description_and_removal(alice: Viewer, make: Make) -> None:
    story = draft(alice)
    first, second = photo_of(make, story), photo_of(make, story)
    with transaction():
        services.refresh_photos(story)
    assert story.cover == first.id
    with transaction():
        services.move_photo_by(story, second, by=alice, steps=-1)
        services.describe_photo(story, second, by=alice, alt="A bag on a bench")
    assert (story.cover, story.cover_alt) == (second.id, "A bag on a bench")
    with transaction():
        services.remove_photo(story, second, by=alice)
    assert (story.cover, story.photo_count) == (first.id, 1)


def test_the_last_photo_of_a_wordless_published_story_stays(
    alice: Viewer, trusting: None, make: Make
) -> None:
    story = draft(alice)
    photo = photo_of(make, story)
    with transaction():
        services.submit_story(story, by=alice, body="")
    with pytest.raises(Conflict), transaction():
        services.remove_photo(story, photo, by=alice)


# ------------------------------------------------------------------ editing


def test_an_edit_keeps_what_it_said_before(alice: Viewer, trusting: None, submit: Submit) -> None:
    story = submit(alice, "first words")
    before = story.version
    for body in ("second words", "second words", "third words"):
        with transaction():
            services.edit_story(story, by=alice, body=body)
    assert [edit.body for edit in queries.edits_of(story)] == ["second words", "first words"]
    assert story.state is StoryState.PUBLISHED
    assert story.version > before
    assert story.edited_at is not None


def test_a_newcomers_edit_is_held_only_for_new_photos_or_links(alice: Viewer, make: Make) -> None:
    story = make.story(author=alice, body="see https://old.example")
    published_at = story.published_at
    with transaction():
        services.edit_story(story, by=alice, body="look at https://old.example")
    assert story.state is StoryState.PUBLISHED
    with transaction():
        services.edit_story(story, by=alice, body="look at https://new.example")
    assert story.state is StoryState.HELD
    assert make.recounted() == []
    with transaction():
        services.approve_story(story.id)
    assert (story.state, story.published_at) == (StoryState.PUBLISHED, published_at)
    photo = photo_of(make, story)
    with transaction():
        services.edit_story(story, by=alice, body=story.body)
    assert story.state is StoryState.HELD
    assert not photo.published
    assert make.recounted() == []


def test_a_known_member_adds_photos_at_once(alice: Viewer, make: Make) -> None:
    stories = [make.story(author=alice) for _number in range(2)]
    photo = photo_of(make, stories[0])
    assert stories[0].photo_count == 0
    with transaction():
        services.edit_story(stories[0], by=alice, body="with a photo")
    assert photo.published
    assert (stories[0].state, stories[0].photo_count) == (StoryState.PUBLISHED, 1)


def test_a_changed_held_story_is_new_to_the_queue(alice: Viewer, submit: Submit) -> None:
    story = submit(alice, "first")
    version = db.session.scalar(sa.select(Case.version))
    with transaction():
        services.edit_story(story, by=alice, body="second")
    assert story.state is StoryState.HELD
    assert queries.edits_of(story) == []
    assert db.session.scalar(sa.select(Case.version)) == version + 1


# ------------------------------------------------------------------ moderation


def test_a_rejected_story_may_be_mended_and_is_looked_at_again(alice: Viewer, make: Make) -> None:
    for _number in range(3):
        make.story(author=alice)
    story = make.story(author=alice, state="held")
    with transaction():
        services.hide_story(story.id, "Please leave the address out.")
    assert (story.state, story.rejected_reason) == (StoryState.REJECTED, "Please leave the address out.")
    with transaction():
        services.edit_story(story, by=alice, body="without address")
    assert story.state is StoryState.HELD


def test_hiding_and_restoring_gives_the_old_place_back(make: Make) -> None:
    story = make.story(published_at=clock.now() - timedelta(days=3), tags="猫")
    before = (story.published_at, story.reaction_count)
    with transaction():
        services.hide_story(story.id, "reason")
    assert story.state is StoryState.HIDDEN
    assert queries.wall(queries.WallFilter()).items == []
    assert make.recounted() == []
    with transaction():
        services.restore_story(story.id, "published")
    assert (story.published_at, story.reaction_count) == before
    assert [row.id for row in queries.wall(queries.WallFilter("tag", "猫")).items] == [story.id]
    assert make.recounted() == []


def test_an_approval_taken_back_leaves_no_trace(make: Make, submit: Submit, alice: Viewer) -> None:
    story = submit(alice)
    for _time in range(2):
        with transaction():
            services.approve_story(story.id)
    assert story.state is StoryState.PUBLISHED
    with transaction():
        services.restore_story(story.id, "held")
    assert (story.state, story.published_at) == (StoryState.HELD, None)
    assert make.recounted() == []


# ------------------------------------------------------------------ deleting


@pytest.mark.parametrize("state", [state for state in StoryState if state is not StoryState.DELETED])
def test_deleting_leaves_nothing_behind(make: Make, state: StoryState) -> None:
    author = viewer_of(make.member().id)
    story = make.story(author=author, state=state, body="#猫 words")
    photo_of(make, story)
    for _time in range(2):
        with transaction():
            services.delete_story(story, by=author)
    assert (story.state, story.body, story.cover) == (StoryState.DELETED, "", None)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Photo)) == 0
    with pytest.raises(NotFound):
        queries.get_story_for(author, story.id)
    assert make.recounted() == []


def test_deleting_a_held_story_closes_its_case(alice: Viewer, submit: Submit) -> None:
    story = submit(alice)
    assert open_cases() == 1
    with transaction():
        services.delete_story(story, by=alice)
    assert open_cases() == 0


def test_a_deleted_story_does_not_come_back(make: Make) -> None:
    author = viewer_of(make.member().id)
    story = make.story(author=author, state="held")
    with transaction():
        services.delete_story(story, by=author)
        services.approve_story(story.id)
        services.restore_story(story.id, "published")
    assert story.state is StoryState.DELETED
    assert make.recounted() == []


def test_strangers_cannot_delete(make: Make, bob: Viewer, moderator: Viewer) -> None:
    story = make.story()
    for stranger in (bob, moderator):
        with pytest.raises(NotFound), transaction():
            services.delete_story(story, by=stranger)


# ------------------------------------------------------------------ brand news and staff picks


def test_news_speaks_as_the_brand_and_is_pinned_for_a_while(manager: Viewer, make: Make) -> None:
    until = clock.now() + timedelta(days=2)
    with transaction():
        news = services.publish_news(by=manager, body="新工坊开了。", pinned_until=until)
    head = queries.wall_head()
    assert head.pinned_news is not None
    assert (head.pinned_news.id, head.stories, head.storytellers) == (news.id, 1, 0)
    assert queries.open_replies() == 0
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
        news = services.publish_news(
            by=manager, body="Look.", language_code="en", staged=[staged], alts=["A new bench"]
        )
    assert (news.state, news.language) == (StoryState.PREPARING, "en")
    media_jobs.prepare_photo(staged.id)
    db.session.expire_all()
    assert (news.state, news.cover, news.cover_alt) == (StoryState.PUBLISHED, staged.id, "A new bench")


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


def kinds_for(member: Viewer) -> list[str]:
    statement = sa.select(Notification.kind).where(Notification.member_id == member.id)
    return list(db.session.scalars(statement.order_by(Notification.created_at)))


def open_cases() -> int:
    waiting = sa.select(sa.func.count()).select_from(Case).where(Case.state == CaseState.OPEN)
    return db.session.scalar(waiting) or 0
