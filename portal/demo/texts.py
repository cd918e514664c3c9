"""The demo's words: people, bags, stories, comments, answers. Everything is in memory, nothing is stored.

Stories carry their comments and the brand's answer with them, so that a conversation is read (and
changed) in one place; COMMENTS and ANSWERS list them all.
"""

import random
from collections import Counter

from . import stories_en, stories_zh_home, stories_zh_road
from .members import MEMBERS, STAFF
from .products import CATEGORIES, PRODUCTS
from .texts_types import MOODS, Answer, Both, Comment, Report, Story
from .themes import NEWS, PROMPTS, THEMES

# Those whom the sign-in page of the demo introduces.
PERSONAS = ("xiaoman", "coco", "mira", "moderator", "host", "manager", "analyst", "owner")
# The staff who answer, in turn.
ANSWERING = ("host", "moderator", "manager")


def _in_time(stories: tuple[Story, ...]) -> tuple[Story, ...]:
    """The stories, oldest first: everybody's in their order, but spread over the whole time.

    Those that wait (for the moderator, for an answer) are the newest.
    """
    rng = random.Random("stories")
    total = Counter(story.author for story in stories)
    told: Counter[str] = Counter()
    moments: list[tuple[float, Story]] = []
    for story in stories:
        moment = (told[story.author] + rng.random()) / total[story.author]
        moments.append((moment + (1 if story.held or story.asks else 0), story))
        told[story.author] += 1
    return tuple(story for _, story in sorted(moments, key=lambda entry: entry[0]))


# Oldest first.
STORIES: tuple[Story, ...] = _in_time(
    (*stories_zh_road.STORIES, *stories_zh_home.STORIES, *stories_en.STORIES)
)
PUBLISHED: tuple[Story, ...] = tuple(story for story in STORIES if not story.held)
HELD: tuple[Story, ...] = tuple(story for story in STORIES if story.held)
ASKING: tuple[Story, ...] = tuple(story for story in STORIES if story.asks)

COMMENTS: tuple[Comment, ...] = tuple(
    Comment(story, author, body) for story in STORIES for author, body in story.talk
)
ANSWERS: tuple[Answer, ...] = tuple(
    Answer(story, ANSWERING[place % len(ANSWERING)], story.answer)
    for place, story in enumerate(story for story in STORIES if story.answer)
)

REPORTS: tuple[Report, ...] = (
    Report("reported-resale", "yiyi", "spam", "像是在卖货，不是自己的故事。"),
    Report(
        "reported-unkind",
        "grace",
        "unkind",
        "This is aimed at Nanzhi, who has done nothing but write about her mother.",
    ),
)

# What a picture shows, for those who cannot see it.
ALT_TEXTS: dict[str, Both] = {
    "portrait": Both("一个人带着包，对着镜头笑", "Someone with their bag, smiling at us"),
    "friends": Both("几个朋友站在一起，身旁放着包", "Friends side by side, a bag beside them"),
    "bag": Both("一只包安静地摆在屋里", "A bag by itself in a quiet room"),
    "bag_closeup": Both("包的近照，看得见一针一线", "A bag so near that the stitches show"),
    "family": Both("一家两代人，中间是那只包", "Two generations with the bag between them"),
    "wedding": Both("花拱门下，穿着礼服，手边一只包", "Under an arch of flowers, dressed up, a bag at hand"),
    "cat": Both("猫趴在托特包里，眯着眼", "A cat dozing in a tote"),
    "travel": Both("路上的风景和同行的包", "A view from the road, and the bag that came along"),
    "commute": Both("上班路上，包在身边", "On the way to work with the bag"),
    "desk": Both("桌面上的一天：包、本子、杯子", "A day on the desk: bag, notebook, cup"),
    "cafe": Both("咖啡桌旁，包也有自己的位置", "At a café table where the bag has its own place"),
    "market": Both(
        "从市场回来的包，装着青菜、面包和花", "A bag back from the market with greens, bread and flowers"
    ),
    "rain": Both("雨里撑着伞，把包抱在身前", "Under an umbrella in the rain, the bag held close"),
    "festival": Both("傍晚的集市，灯串、帐篷和包", "The festival at dusk: lights, tents, bags"),
    "workshop": Both("工作台前，有人在缝一只包", "Someone sewing a bag at the bench"),
    "repair": Both("灯下，一只包正在修补", "A bag being mended under the lamp"),
}

__all__ = [
    "ALT_TEXTS",
    "ANSWERS",
    "ASKING",
    "CATEGORIES",
    "COMMENTS",
    "HELD",
    "MEMBERS",
    "MOODS",
    "NEWS",
    "PERSONAS",
    "PRODUCTS",
    "PROMPTS",
    "PUBLISHED",
    "REPORTS",
    "STAFF",
    "STORIES",
    "THEMES",
]
