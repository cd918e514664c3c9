"""The story wall: members tell what they lived with a product, the brand answers, the world reads it.

A story goes from its author's desk (one draft each, kept through every failure) through moderation to the wall; its
photos wait in the worker and appear with it. Beside it stand likes, comments of two levels, hashtags, themes and the
week's prompt, brand news, staff picks and the reply clock, which counts how long each story waits for an answer.
Everything that the wall shows is kept with the story, so a page of it is one statement; ``flask prove`` recounts it.
"""

from flask import Flask

from portal.core.access import Permission
from portal.core.feature import Block, ConsoleGroup, ConsoleItem, Feature, NavItem, SearchSource
from portal.core.i18n import lazy as _l
from portal.core.media.views import let_see
from portal.stories import (
    campaign_words,
    console,
    demo,
    jobs,
    notices,
    photo_words,
    proofs,
    queries,
    receivers,
    views,
)
from portal.stories.moderated import COMMENT, STORY
from portal.stories.personal import PERSONAL
from portal.stories.queries.life import LIFE
from portal.stories.views import around, kept_wall

assert jobs, "importing them is what registers them"
assert receivers


def _install(app: Flask) -> None:
    kept_wall.install(app)
    let_see(STORY.kind, queries.may_see_photos)


FEATURE = Feature(
    name="stories",
    blueprints=(views.bp, console.bp),
    navigation=(
        NavItem("stories.wall", _l("Stories"), "layout-grid", order=10, tab=True),
        NavItem("stories.new", _l("Share"), "plus", order=30, tab=True, stitched=True),
    ),
    console=(
        ConsoleItem(
            "stories_console.replies",
            _l("Replies"),
            "message-circle-reply",
            order=20,
            group=ConsoleGroup.WALL,
            permission=Permission.REPLY_AS_BRAND,
            text=_l("Stories that wait for an answer: members with priority first, then the oldest"),
            count=queries.open_replies,
        ),
        ConsoleItem(
            "stories_console.weeks",
            _l("Story of the week"),
            "award",
            order=35,
            group=ConsoleGroup.WALL,
            permission=Permission.FEATURE_STORIES,
            text=_l("Which story stands at the top of the wall, and those of earlier weeks"),
        ),
        ConsoleItem(
            "stories.photo_desk",
            _l("Photo rights"),
            "image",
            order=45,
            group=ConsoleGroup.WALL,
            permission=Permission.FEATURE_STORIES,
            text=_l("Which photos members let the brand use, and for what"),
        ),
        ConsoleItem(
            "stories_console.themes",
            _l("Themes"),
            "hash",
            order=40,
            group=ConsoleGroup.WALL,
            permission=Permission.MANAGE_TAGS,
            text=_l("Hashtags on the wall, and the question of the week"),
        ),
        ConsoleItem(
            "stories_console.campaign_list",
            _l("Campaigns"),
            "flag",
            order=42,
            group=ConsoleGroup.WALL,
            permission=Permission.MANAGE_TAGS,
            text=_l("Hashtags with a period, and the same thanks for every story"),
        ),
    ),
    blocks=(Block("catalog.product", "stories/_of_product.html", order=90),),
    search_sources=(SearchSource("story", _l("Stories"), "stories/found.html", queries.find_stories),),
    moderation_targets=(STORY, COMMENT),
    notification_kinds=(*notices.KINDS, photo_words.ASKED, campaign_words.TOOK_PART),
    proofs=proofs.PROOFS,
    personal=PERSONAL,
    timeline=LIFE,
    template_globals={"story_cards": around.story_cards},
    install=_install,
    load_demo=demo.load,
)
