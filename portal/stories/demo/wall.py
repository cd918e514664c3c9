"""Fills the wall from the demo's words: in the order in which things happened, by the same services as ever."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import place_of, viewer_of
from portal.brand import queries as brand_queries
from portal.catalog.models import Product
from portal.core import clock
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db
from portal.membership.services import standings
from portal.moderation.models import ReportReason
from portal.moderation.services import open_report
from portal.notifications import services as notifications
from portal.stories import queries, services
from portal.stories.demo import campaigns, timeline, weeks
from portal.stories.demo.people import acquaint
from portal.stories.demo.photo_rights import allow_some
from portal.stories.demo.pictures import Drawing, Drawn, add_ready_photo, drawn
from portal.stories.models import Comment, Hashtag, Mood, Reaction, Story, StoryState
from portal.stories.services.drafts import write_down
from portal.stories.services.standing import put_on_wall

if TYPE_CHECKING:
    from portal.demo.texts_types import News
    from portal.demo.texts_types import Story as Words

STAFF = ("owner", "manager", "host", "moderator", "analyst")
#: ages of the brand's news, in days
NEWS_DAYS = (2.2, 19, 44, 83, 131, 0.9)
PINNED_FOR = timedelta(days=12)
#: this story was changed once by its author, so that a history can be seen
EDITED = "mum-ticket"


@dataclass
class Stage:
    """Who and what is there, and the dice: the same demo every time."""

    now: datetime
    people: dict[str, Viewer]
    joined: dict[str, datetime]
    products: dict[str, str]
    rng: random.Random = field(default_factory=lambda: random.Random("wall"))
    told: dict[str, Story] = field(default_factory=dict)
    inbox_read: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing to happen at one moment: a story, a piece of news, or the choice of a week's story."""

    moment: datetime
    words: Words | None = None
    news: News | None = None


def load() -> None:
    """Everything on the wall, within the open transaction. Products and members must be there."""
    from portal.demo.texts import REPORTS

    stage = _stage()
    _plan_tags(stage)
    campaigns.plan(stage.now, by=stage.people["manager"])
    scenes = _scenes(stage)
    with drawn(_drawings(scenes)) as pictures:
        for scene in scenes:
            _play(scene, pictures, stage)
    allow_some(brand_queries.shop_day(stage.now))
    for report in REPORTS:
        open_report(
            "story",
            stage.told[report.story].id,
            ReportReason(report.reason),
            report.note,
            by=stage.people[report.by],
        )
    acquaint(stage.people)
    _climb()


# ------------------------------------------------------------------ preparing


def _stage() -> Stage:
    members = db.session.scalars(sa.select(Member).where(Member.email.like("%@demo.example"))).all()
    keys = {member.id: (member.email or "").partition("@")[0] for member in members}
    return Stage(
        now=clock.now(),
        people={key: viewer_of(member_id) for member_id, key in keys.items()},
        joined={keys[member.id]: member.joined_at for member in members},
        products={product.slug: product.id for product in db.session.scalars(sa.select(Product))},
    )


def _plan_tags(stage: Stage) -> None:
    """Themes, and a prompt for each of the last weeks."""
    from portal.demo.texts import PROMPTS, THEMES

    manager = stage.people["manager"]
    today = brand_queries.shop_day(stage.now)
    monday = today - timedelta(days=today.weekday())
    with clock.travel(stage.now - timeline.SINCE):
        for theme in THEMES:
            services.set_theme(theme.tag, by=manager, label_zh=theme.label.zh, label_en=theme.label.en)
        for prompt in PROMPTS:
            starts_on = monday - timedelta(weeks=prompt.week)
            planned = services.schedule_prompt(
                by=manager,
                name=prompt.tag,
                text_zh=prompt.question.zh,
                text_en=prompt.question.en,
                starts_on=starts_on,
                last_day=starts_on + timedelta(days=6),
            )
            tag = db.session.get_one(Hashtag, planned.hashtag_id)
            tag.label_zh, tag.label_en = prompt.label.zh, prompt.label.en


def _scenes(stage: Stage) -> list[Scene]:
    """What happens, oldest first."""
    from portal.demo.texts import ASKING, HELD, NEWS, STORIES

    settled = [words for words in STORIES if not words.held and not words.asks]
    when = timeline.moments(len(settled), stage.now, stage.rng)
    scenes = [
        Scene(max(moment, stage.joined[words.author] + timedelta(hours=5)), words)
        for words, moment in zip(settled, when, strict=True)
    ]
    for waiting, before, ago in (
        (ASKING, timeline.last_open(stage.now), timeline.STILL_WAITING),
        (HELD, stage.now, timeline.STILL_HELD),
    ):
        scenes += [
            Scene(before - timedelta(minutes=minutes), words)
            for words, minutes in zip(waiting, ago, strict=False)
        ]
    scenes += [
        Scene(stage.now - timedelta(days=days), news=news)
        for news, days in zip(NEWS, NEWS_DAYS, strict=False)
    ]
    scenes += [Scene(moment) for moment in weeks.mornings(stage.now)]
    return sorted(scenes, key=lambda scene: scene.moment)


def _drawings(scenes: list[Scene]) -> list[Drawing]:
    """Every picture in the order in which it will be asked for."""
    from portal.demo.texts import PRODUCTS

    bags = {product.slug: product for product in PRODUCTS}
    found: list[Drawing] = []
    for scene in scenes:
        kinds = scene.words.pictures if scene.words else (scene.news.kind,) if scene.news else ()
        bag = bags.get(scene.words.product) if scene.words else None
        for kind in kinds:
            shape, color = (bag.shape, bag.color) if bag else (None, None)
            found.append(Drawing(len(found) + 1, kind, shape, color))
    return found


# ------------------------------------------------------------------ playing


def _play(scene: Scene, pictures: Iterator[Drawn], stage: Stage) -> None:
    if not stage.inbox_read and scene.moment > stage.now - timeline.READ_BEFORE:
        _read_inboxes(stage)
    if scene.news is not None:
        _tell_news(scene.news, scene.moment, pictures, stage)
    elif scene.words is not None:
        story = _tell(scene.words, scene.moment, pictures, stage)
        if story.state is StoryState.PUBLISHED:
            _live(story, scene.words, scene.moment, stage)
    else:
        chosen = weeks.choose(scene.moment, by=stage.people["moderator"])
        if chosen is not None and scene.moment < stage.now - timeline.FORGOTTEN_BEFORE:
            _forget_messages(chosen)


def _tell(words: Words, moment: datetime, pictures: Iterator[Drawn], stage: Stage) -> Story:
    """The author writes, adds photos and hands in; older stories were approved long ago."""
    from portal.demo.texts import ALT_TEXTS

    by = stage.people[words.author]
    with clock.travel(moment):
        story = services.draft_of(by)
        for kind in words.pictures:
            add_ready_photo(story, next(pictures), by=by, alt=ALT_TEXTS[kind].in_language(words.language))
        worn = campaigns.tags_at(moment, stage.now, words.tags, len(words.body))
        tags = " ".join(f"#{tag}" for tag in worn)
        product_id = stage.products.get(words.product)
        mood = Mood(words.mood) if words.mood else None
        if words.held:
            services.submit_story(
                story, by=by, body=words.body, mood=mood, product_id=product_id, tags_text=tags
            )
        else:
            body = words.body if words.key != EDITED else words.body[: words.body.rfind("。", 0, -1) + 1]
            write_down(story, body=body or words.body, mood=mood, product_id=product_id, tags_text=tags)
            story.region, story.submitted_at = place_of(by.id), moment
            db.session.flush()
            put_on_wall(story, {StoryState.DRAFT})
    if words.key:
        stage.told[words.key] = story
    return story


def _live(story: Story, words: Words, moment: datetime, stage: Stage) -> None:
    """What readers, the brand and staff did with a published story."""
    if words.key == EDITED:
        with clock.travel(moment + timedelta(minutes=14)):
            services.edit_story(
                story,
                by=stage.people[words.author],
                body=words.body,
                mood=story.mood,
                product_id=story.product_id,
                tags_text=" ".join(f"#{tag}" for tag in words.tags),
            )
    if words.answer:
        _answer(story, words, moment, stage)
    _talk(story, words, moment, stage)
    _like(story, words, moment, stage)
    if words.featured:
        with clock.travel(min(stage.now, moment + timedelta(hours=stage.rng.uniform(3, 30)))):
            services.feature_story(story, True, by=stage.people["moderator"])
    if moment < stage.now - timeline.FORGOTTEN_BEFORE:
        _forget_messages(story)


def _answer(story: Story, words: Words, moment: datetime, stage: Stage) -> None:
    answered = timeline.answered_at(moment, stage.rng)
    if answered > stage.now - timedelta(minutes=1):
        return
    from portal.demo.texts import ANSWERING

    by = stage.people[stage.rng.choice(ANSWERING)]
    with clock.travel(answered):
        services.answer_story(story, by=by, body=words.answer)


def _talk(story: Story, words: Words, moment: datetime, stage: Stage) -> None:
    """Comments in their order; what the author writes answers the comment before it."""
    when = timeline.talked_at(moment, len(words.talk), stage.now, stage.rng)
    before: Comment | None = None
    for (author, body), at in zip(words.talk, when, strict=True):
        reply = before is not None and author == words.author
        with clock.travel(at):
            before = services.add_comment(
                story, by=stage.people[author], body=body, parent_id=before.id if before and reply else None
            )


def _like(story: Story, words: Words, moment: datetime, stage: Stage) -> None:
    """Some of those who were members at that time; more for what was featured or talked about."""
    fans = [key for key, joined in stage.joined.items() if joined < moment and key != words.author]
    share = min(0.92, stage.rng.betavariate(1.6, 4.2) + 0.05 * len(words.talk) + 0.22 * words.featured)
    liking = stage.rng.sample(sorted(fans), round(share * len(fans)))
    if moment > stage.now - timeline.FORGOTTEN_BEFORE:
        for key, at in zip(
            liking, timeline.talked_at(moment, len(liking), stage.now, stage.rng), strict=True
        ):
            with clock.travel(at):
                services.set_reaction(story, by=stage.people[key], on=True)
        return
    rows = [{"story_id": story.id, "member_id": stage.people[key].id, "created_at": moment} for key in liking]
    if rows:
        db.session.execute(sa.insert(Reaction), rows)
        counted = sa.update(Story).where(Story.id == story.id)
        changed_rows(
            counted.values(reaction_count=Story.reaction_count + len(rows), version=Story.version + 1)
        )
        db.session.refresh(story)


def _tell_news(news: News, moment: datetime, pictures: Iterator[Drawn], stage: Stage) -> None:
    """In both languages: the brand speaks to everybody at once."""
    from portal.demo.texts import ALT_TEXTS

    writer = stage.people[news.by]
    by = writer if writer.can(Permission.PUBLISH_NEWS) else stage.people["manager"]
    with clock.travel(moment):
        story = Story(author_id=by.id, as_brand=True, state=StoryState.PREPARING, body="", created_at=moment)
        story.submitted_at, story.language, story.version = moment, "zh_CN", 1
        story.pinned_until = moment + PINNED_FOR if news.pinned else None
        story.members_only = news.teaser is not None
        story.teaser = f"{news.teaser.zh}\n{news.teaser.en}" if news.teaser else ""
        db.session.add(story)
        db.session.flush()
        write_down(story, body=f"{news.body.zh}\n\n{news.body.en}", mood=None, product_id=None, tags_text="")
        story.language = "zh_CN"
        add_ready_photo(story, next(pictures), by=by, alt=ALT_TEXTS[news.kind].zh)
        put_on_wall(story, {StoryState.PREPARING})
    fans = [key for key, joined in stage.joined.items() if joined < moment and key not in STAFF]
    with clock.travel(min(stage.now, moment + timedelta(hours=6))):
        fans = [key for key in fans if queries.may_read(stage.people[key], story)]
        for key in stage.rng.sample(sorted(fans), round(0.6 * len(fans))):
            services.set_reaction(story, by=stage.people[key], on=True)


def _climb() -> None:
    """Stories were told out of the order of their days; what they add up to is seen now, as the sweep would see it."""
    for member_id in standings.overlooked(limit=1000):
        standings.look_at(member_id)


# ------------------------------------------------------------------ messages


def _forget_messages(story: Story) -> None:
    """Nobody keeps months of unread messages (nor their mail)."""
    groups = {f"liked:{story.id}", f"commented:{story.id}", f"featured:{story.id}", f"chosen:{story.id}"}
    for comment_id in db.session.scalars(sa.select(Comment.id).where(Comment.story_id == story.id)):
        groups |= {f"answered:{comment_id}", f"replied:{comment_id}"}
    for group in sorted(groups):
        notifications.retract(group)
    campaigns.forget_messages(story)


def _read_inboxes(stage: Stage) -> None:
    """Two days ago everybody had read everything; what came since is new."""
    stage.inbox_read = True
    with clock.travel(stage.now - timeline.READ_BEFORE):
        for viewer in stage.people.values():
            notifications.mark_all_read(by=viewer)
