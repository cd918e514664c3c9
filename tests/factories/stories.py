"""Stories, comments, hashtags and likes for tests, made by the services wherever that matters."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, datetime, timedelta
from typing import Any

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.brand import queries as brand_queries
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, scoped_write, transaction
from portal.stories import services, tagging
from portal.stories.models import Comment, CommentState, Hashtag, Prompt, Story, StoryState
from portal.stories.services.drafts import write_down
from portal.stories.services.standing import move_story, put_on_wall


def story(
    *,
    author: Member | Viewer | None = None,
    state: StoryState | str = StoryState.PUBLISHED,
    body: str = "它陪我走过第一个冬天。",
    tags: str = "",
    product: Any = None,
    published_at: datetime | None = None,
    **facts: Any,
) -> Story:
    """A story in any state, moved there as the services move it (counters, tags and search agree)."""
    from tests.factories.accounts import member

    moment = published_at or clock.now()
    with _writing():
        author = author or member()
        story = Story(
            author_id=author.id, created_at=moment, submitted_at=moment, state=StoryState.PREPARING, **facts
        )
        story.version, story.language = 1, facts.get("language", "zh_CN")
        db.session.add(story)
        db.session.flush()
        write_down(
            story,
            body=body,
            mood=facts.get("mood"),
            product_id=product.id if product else None,
            tags_text=tags,
        )
        _bring(story, StoryState(state), moment)
    return story


def _bring(story: Story, state: StoryState, moment: datetime) -> None:
    desk = (StoryState.PREPARING,)
    with clock.travel(moment):
        if state in (StoryState.PUBLISHED, StoryState.HIDDEN):
            put_on_wall(story, desk)
        if state is StoryState.HIDDEN:
            services.hide_story(story.id, "reason")
        elif state not in (StoryState.PUBLISHED, StoryState.PREPARING):
            move_story(story, desk, state, rejected_reason="reason" if state is StoryState.REJECTED else "")


def comment(
    *,
    story: Story | None = None,
    author: Member | Viewer | None = None,
    body: str = "真好看。",
    parent: Comment | None = None,
    as_brand: bool = False,
    state: CommentState | str = CommentState.PUBLISHED,
    created_at: datetime | None = None,
) -> Comment:
    """A comment in any state, with the story's counter and answer."""
    from portal.stories.services.comments import _move
    from tests.factories.accounts import member

    with _writing():
        story = story or globals()["story"]()
        author = author or member()
        db.session.flush()
        comment = Comment(
            story_id=story.id,
            parent_id=parent.id if parent else None,
            author_id=author.id,
            as_brand=as_brand,
            state=CommentState.HELD,
            body=body,
            created_at=created_at or clock.now(),
        )
        db.session.add(comment)
        db.session.flush()
        if CommentState(state) is not CommentState.HELD:
            _move(comment, {CommentState.HELD}, CommentState(state))
    return comment


def reaction(*, story: Story, member: Member | Viewer | None = None) -> None:
    """A like."""
    from tests.factories.accounts import member as make_member

    with _writing():
        member = member or make_member()
        db.session.flush()
        services.set_reaction(story, by=viewer_of(member.id), on=True)


def hashtag(
    name: str = "旅行", *, label_zh: str = "", label_en: str = "", theme_position: int | None = None
) -> Hashtag:
    """A hashtag; with a position it is a theme of the wall."""
    kept = tagging.normal(name)
    tag = Hashtag(
        name=kept, label_zh=label_zh or kept, label_en=label_en or kept, theme_position=theme_position
    )
    tag.story_count = 0
    db.session.add(tag)
    return tag


def prompt(
    *,
    tag: Hashtag | None = None,
    text_zh: str = "今天，你的包里装了什么？",
    text_en: str = "What is in your bag today?",
    starts_on: date | None = None,
    days: int = 7,
) -> Prompt:
    """A prompt that runs from today (shop time) for a week."""
    first = starts_on or brand_queries.shop_day(clock.now())
    tag = tag or hashtag("包里有什么")
    db.session.flush()
    made = Prompt(
        hashtag_id=tag.id,
        text_zh=text_zh,
        text_en=text_en,
        starts_on=first,
        ends_on=first + timedelta(days=days),
    )
    db.session.add(made)
    return made


def recounted() -> list[tuple[str, int, int]]:
    """What every proof of the stories finds wrong; nothing, if all is well."""
    from portal.stories.proofs import PROOFS

    db.session.expire_all()
    return [difference for proof in PROOFS for difference in proof.differences()]


def _writing() -> Any:
    """Services want a transaction (for what follows the commit); inside one there is nothing to open."""
    return nullcontext() if scoped_write() else transaction()
