"""The shapes of the demo's content."""

from dataclasses import dataclass
from typing import NamedTuple

MOODS = ("joy", "calm", "proud", "moved", "adventurous", "nostalgic")


class Both(NamedTuple):
    """The same words in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Member:
    """Somebody with an account; `role` is empty for those who are not staff."""

    key: str
    number: int
    name: str
    city: Both
    bio: str
    language: str = "zh_CN"
    role: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@demo.example"

    @property
    def region(self) -> str:
        """The city as this member writes it."""
        return self.city.in_language(self.language)


@dataclass(frozen=True)
class Category:
    """A shelf; `parent` is the slug of the shelf above, or empty."""

    slug: str
    name: Both
    parent: str = ""


@dataclass(frozen=True)
class Product:
    """A bag; shape and color are words of portal.demo.art, paragraphs of the story part at empty lines."""

    slug: str
    name: Both
    category: str
    shape: str
    color: str
    story: Both


@dataclass(frozen=True)
class Revision:
    """A version of a bag, so many days old, and what became different in it."""

    label: str
    days_ago: int
    note: Both


@dataclass(frozen=True)
class Theme:
    """A hashtag with its label."""

    tag: str
    label: Both


@dataclass(frozen=True)
class Prompt:
    """A week's question with its hashtag; week 0 is this week, 1 the week before."""

    week: int
    tag: str
    label: Both
    question: Both


@dataclass(frozen=True)
class Story:
    """What a member told. `kinds` and `hashtags` are words parted by spaces; kinds are those of draw_story.

    `talk` are comments as (member key, text), oldest first; `answer` is the brand's own.
    `asks` marks stories that wait for an answer, `held` first stories that wait for the moderator.
    """

    author: str
    body: str
    mood: str
    kinds: str
    product: str = ""
    hashtags: str = ""
    talk: tuple[tuple[str, str], ...] = ()
    answer: str = ""
    key: str = ""
    featured: bool = False
    asks: bool = False
    held: bool = False

    @property
    def language(self) -> str:
        return "zh_CN" if any("\u4e00" <= letter <= "\u9fff" for letter in self.body) else "en"

    @property
    def pictures(self) -> tuple[str, ...]:
        return tuple(self.kinds.split())

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(self.hashtags.split())


class Comment(NamedTuple):
    """A comment below a story."""

    story: Story
    author: str
    body: str


class Answer(NamedTuple):
    """What the brand answered to a story; `by` is the member of staff."""

    story: Story
    by: str
    body: str


@dataclass(frozen=True)
class Report:
    """Somebody asks the moderator to look at a story (by its key); `reason` is a word of moderation."""

    story: str
    by: str
    reason: str
    note: str


@dataclass(frozen=True)
class News:
    """News of the brand, written as a story of its own."""

    by: str
    body: Both
    kind: str
    pinned: bool = False
    #: what everybody sees of news that is kept for members
    teaser: Both | None = None
