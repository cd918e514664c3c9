"""What members hear of the story wall: the kinds of messages, their sentences, and who gets which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from portal.accounts.models import Member
from portal.brand import queries as brand_queries
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _, in_language, language, ngettext
from portal.core.i18n import lazy as _l
from portal.core.links import path_to
from portal.notifications import services as notifications
from portal.stories.models import Comment, Prompt, Story
from portal.stories.rules import week_number

EXCERPT = 60


def photo_refused(tongue: str | None) -> str:
    """The reason why a story came back from the worker, in its author's language."""
    with in_language(tongue):
        return _(
            "One of the photos could not be used. Remove it or choose another one, then hand the story in again."
        )


# ------------------------------------------------------------------ sentences


def _liked(facts: dict[str, Any], count: int) -> str:
    if count < 2:
        return _("%(name)s likes your story.", name=facts["actor_name"])
    return ngettext(
        "%(name)s and %(num)s other person like your story.",
        "%(name)s and %(num)s other people like your story.",
        count - 1,
        name=facts["actor_name"],
    )


def _commented(facts: dict[str, Any], count: int) -> str:
    if count > 1:
        return ngettext(
            "%(name)s and %(num)s other person wrote below your story.",
            "%(name)s and %(num)s other people wrote below your story.",
            count - 1,
            name=_speaker(facts),
        )
    return _("%(name)s wrote below your story: “%(text)s”", name=_speaker(facts), text=_own_words(facts))


def _answered(facts: dict[str, Any], count: int) -> str:
    return _(
        "%(brand)s answered your story: “%(text)s”", brand=brand_queries.current().name, text=facts["text"]
    )


def _replied(facts: dict[str, Any], count: int) -> str:
    if count > 1:
        return ngettext(
            "%(name)s and %(num)s other person replied to your comment.",
            "%(name)s and %(num)s other people replied to your comment.",
            count - 1,
            name=_speaker(facts),
        )
    return _("%(name)s replied to your comment: “%(text)s”", name=_speaker(facts), text=_own_words(facts))


def _speaker(facts: dict[str, Any]) -> str:
    """Who said it: the brand in the reader's language, or the member named."""
    spoke_as_brand = facts["as_brand"] and _is_theirs(facts)
    return brand_queries.current().name if spoke_as_brand else str(facts["actor_name"])


def _own_words(facts: dict[str, Any]) -> str:
    return str(facts["text"]) if _is_theirs(facts) else "…"


def _is_theirs(facts: dict[str, Any]) -> bool:
    """Whether the words at hand are those of the person named: not after the one who said them took them back."""
    return bool(facts["text_by"] == facts["actor_id"])


def _featured(facts: dict[str, Any], count: int) -> str:
    return _("Your story was chosen: it stands among the featured ones now.")


def _chosen(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your story was chosen as the story of week %(number)s: it hangs at the top of the wall.",
        number=facts["number"],
    )


def _greet(facts: dict[str, Any], count: int) -> str:
    return _("%(name)s has just told a story. Would you say hello?", name=facts["author_name"])


def _sent_back(facts: dict[str, Any], count: int) -> str:
    return _(
        "A photo of your story could not be used. Everything else is kept: remove it or choose another one."
    )


def _news(facts: dict[str, Any], count: int) -> str:
    name = brand_queries.current().name
    if not facts["text"]:
        return _("%(brand)s has news: look at the pictures.", brand=name)
    return _("%(brand)s has news: “%(text)s”", brand=name, text=facts["text"])


def _prompt(facts: dict[str, Any], count: int) -> str:
    text = facts["text_zh"] if language() == "zh_CN" else facts["text_en"]
    return _("The question of the week: %(text)s", text=text)


_YOURS = _l("because it is your story")

KINDS = (
    NotificationKind("stories.liked", "heart", _liked, _YOURS, label=_l("Likes for your stories")),
    NotificationKind(
        "stories.commented", "message-circle", _commented, _YOURS, label=_l("Comments below your stories")
    ),
    NotificationKind(
        "stories.answered",
        "message-circle-reply",
        _answered,
        _YOURS,
        label=_l("The house answers your stories"),
        mail=True,
    ),
    NotificationKind(
        "stories.replied",
        "reply",
        _replied,
        _l("because you wrote the comment"),
        label=_l("Replies to your comments"),
    ),
    NotificationKind("stories.featured", "sparkles", _featured, _YOURS, label=_l("Your story is featured")),
    NotificationKind(
        "stories.chosen", "award", _chosen, _YOURS, label=_l("Yours is the story of the week"), mail=True
    ),
    NotificationKind(
        "stories.greet_request",
        "hand-heart",
        _greet,
        _l("because you offered to greet newcomers"),
        label=_l("A newcomer’s first story to greet"),
    ),
    NotificationKind(
        "stories.sent_back",
        "image-off",
        _sent_back,
        _YOURS,
        label=_l("A photo of yours could not be used"),
        mail=True,
        initiative=Initiative.TRANSACTIONAL,
    ),
    NotificationKind(
        "stories.news",
        "megaphone",
        _news,
        _l("because you are a member here"),
        label=_l("News of the house"),
        mail=True,
        initiative=Initiative.BRAND,
    ),
    NotificationKind(
        "stories.prompt",
        "message-circle-question-mark",
        _prompt,
        _l("because you have told a story, or asked for it"),
        label=_l("The question of the week"),
        mail=True,
        initiative=Initiative.BRAND,
    ),
)


# ------------------------------------------------------------------ who gets which


def tell_liked(story: Story, by: Viewer) -> None:
    notifications.notify(
        [story.author_id],
        "stories.liked",
        path=_path(story),
        group=f"liked:{story.id}",
        actor_id=by.id,
        actor_name=by.display_name,
    )


def retract_liked(story: Story, by: Viewer) -> None:
    notifications.retract(f"liked:{story.id}", actor_id=by.id)


def tell_commented(comment: Comment, story: Story) -> None:
    _tell_of(comment, story, [story.author_id], "stories.commented", f"commented:{story.id}")


def tell_answered(comment: Comment, story: Story) -> None:
    _tell_of(comment, story, [story.author_id], "stories.answered", f"answered:{comment.id}")


def tell_replied(comment: Comment, story: Story, target: Comment) -> None:
    _tell_of(
        comment, story, [target.author_id], "stories.replied", f"replied:{target.parent_id or target.id}"
    )


def retract_comment(comment: Comment) -> None:
    """The text is gone: no unread message may still quote it."""
    notifications.retract(f"answered:{comment.id}")
    for group in (f"commented:{comment.story_id}", f"replied:{comment.parent_id}"):
        notifications.retract(group, actor_id=comment.author_id)


def tell_featured(story: Story, by: Viewer) -> None:
    notifications.notify(
        [story.author_id],
        "stories.featured",
        path=_path(story),
        group=f"featured:{story.id}",
        actor_id=by.id,
        as_brand=True,
    )


def retract_featured(story: Story) -> None:
    notifications.retract(f"featured:{story.id}")


def tell_chosen(story: Story, by: Viewer) -> None:
    """It is the story of its week."""
    assert story.chosen_week is not None
    notifications.notify(
        [story.author_id],
        "stories.chosen",
        path=_path(story),
        group=f"chosen:{story.id}",
        actor_id=by.id,
        as_brand=True,
        number=week_number(story.chosen_week),
    )


def retract_chosen(story_id: str) -> None:
    notifications.retract(f"chosen:{story_id}")


def tell_greeters(story: Story, greeters: list[str]) -> None:
    notifications.notify(
        greeters,
        "stories.greet_request",
        path=_path(story, anchor="comments"),
        group=f"greet:{story.id}",
        actor_id=story.author_id,
        author_name=_name_of(story.author_id),
    )


def tell_sent_back(story: Story) -> None:
    path = path_to("stories.new") if story.state == "draft" else path_to("stories.edit", story_id=story.id)
    notifications.notify([story.author_id], "stories.sent_back", path=path, group=f"sent_back:{story.id}")


# ------------------------------------------------------------------ what the brand says of its own accord


def news_group(story: Story) -> str:
    return f"news:{story.id}"


def prompt_group(prompt_id: str) -> str:
    return f"prompt:{prompt_id}"


def tell_news(story: Story, member_ids: Sequence[str], *, expires_in: timedelta) -> None:
    notifications.touch(
        member_ids,
        "stories.news",
        path=_path(story),
        group=news_group(story),
        expires_in=expires_in,
        text=_excerpt(story.open_words),
    )


def tell_prompt(prompt: Prompt, member_ids: Sequence[str], *, path: str, expires_in: timedelta) -> None:
    notifications.touch(
        member_ids,
        "stories.prompt",
        path=path,
        group=prompt_group(prompt.id),
        expires_in=expires_in,
        text_zh=prompt.text_zh,
        text_en=prompt.text_en,
    )


def retract_news(story: Story) -> None:
    notifications.take_touches_back(news_group(story))


def retract_prompt(prompt_id: str) -> None:
    notifications.take_touches_back(prompt_group(prompt_id))


# ------------------------------------------------------------------ inside


def _tell_of(comment: Comment, story: Story, member_ids: list[str], kind: str, group: str) -> None:
    notifications.notify(
        member_ids,
        kind,
        path=_path(story, anchor=f"comment-{comment.id}"),
        group=group,
        whose=None if story.as_brand else story.author_id,
        actor_id=comment.author_id,
        actor_name=_name_of(comment.author_id) if not comment.as_brand else brand_queries.current().name,
        as_brand=comment.as_brand,
        text="…" if story.members_only else _excerpt(comment.body),
        text_by=comment.author_id,
    )


def _path(story: Story, *, anchor: str | None = None) -> str:
    return path_to("stories.story", story_id=story.id, _anchor=anchor)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"


def _name_of(member_id: str) -> str:
    return db.session.get_one(Member, member_id).display_name
