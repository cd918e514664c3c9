"""Whatever happens in whatever order: every number that is kept equals the one that is counted."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.queries import viewer_of
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import DomainError
from portal.stories import services
from portal.stories.models import Comment, Story, StoryState
from tests.make import Make

STEPS = st.sampled_from(
    [
        "like",
        "unlike",
        "comment",
        "answer",
        "uncomment",
        "hide_comment",
        "restore_comment",
        "delete",
        "hide",
        "restore",
        "unapprove",
        "approve",
        "edit",
        "submit",
    ]
)


class Play:
    """A few people and stories, and everything that may be done to them."""

    def __init__(self, make: Make) -> None:
        self.people = [viewer_of(make.member().id) for _number in range(3)]
        self.staff = viewer_of(make.staff("moderator").id)
        self.stories: list[Story] = [
            make.story(author=person, state=state, body="#猫 #狗")
            for person in self.people[:2]
            for state in (StoryState.PUBLISHED, StoryState.HELD)
        ]
        self.comments: list[Comment] = []

    def do(self, step: str, which: int, who: int) -> None:
        story, by = self.stories[which % len(self.stories)], self.people[who % 3]
        db.session.rollback()
        try:
            with transaction():
                getattr(self, step)(story, by, which)
        except DomainError:
            pass  # a refusal is a right answer; the numbers must be true all the same

    def like(self, story: Story, by: Viewer, which: int) -> None:
        services.set_reaction(story, by=by, on=True)

    def unlike(self, story: Story, by: Viewer, which: int) -> None:
        services.set_reaction(story, by=by, on=False)

    def comment(self, story: Story, by: Viewer, which: int) -> None:
        link = " https://x.example" if which % 2 else ""
        self.comments.append(services.add_comment(story, by=by, body="hi" + link))

    def answer(self, story: Story, by: Viewer, which: int) -> None:
        self.comments.append(services.answer_story(story, by=self.staff, body="hi"))

    def uncomment(self, story: Story, by: Viewer, which: int) -> None:
        if comment := self._comment(which):
            author = self.staff if comment.as_brand else viewer_of(comment.author_id)
            services.delete_comment(comment, by=author)

    def hide_comment(self, story: Story, by: Viewer, which: int) -> None:
        if comment := self._comment(which):
            services.hide_comment(comment.id, "reason")

    def restore_comment(self, story: Story, by: Viewer, which: int) -> None:
        if comment := self._comment(which):
            services.restore_comment(comment.id, "published")

    def delete(self, story: Story, by: Viewer, which: int) -> None:
        services.delete_story(story, by=viewer_of(story.author_id))

    def hide(self, story: Story, by: Viewer, which: int) -> None:
        services.hide_story(story.id, "reason")

    def restore(self, story: Story, by: Viewer, which: int) -> None:
        services.restore_story(story.id, "published")

    def unapprove(self, story: Story, by: Viewer, which: int) -> None:
        services.restore_story(story.id, "held")

    def approve(self, story: Story, by: Viewer, which: int) -> None:
        services.approve_story(story.id)

    def edit(self, story: Story, by: Viewer, which: int) -> None:
        body = ("#鸟 only", "#猫 #鸟", "see https://x.example #狗")[which % 3]
        services.edit_story(story, by=viewer_of(story.author_id), body=body)

    def submit(self, story: Story, by: Viewer, which: int) -> None:
        self.stories.append(services.submit_story(services.draft_of(by), by=by, body="#新"))

    def _comment(self, which: int) -> Comment | None:
        return self.comments[which % len(self.comments)] if self.comments else None


@given(steps=st.lists(st.tuples(STEPS, st.integers(0, 20), st.integers(0, 2)), max_size=24))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_counters_stay_true(make: Make, steps: list[tuple[str, int, int]]) -> None:
    play = Play(make)
    for step, which, who in steps:
        play.do(step, which, who)
    assert make.recounted() == []
