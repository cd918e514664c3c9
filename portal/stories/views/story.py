"""One story, read: its page, its history, likes, and taking it down."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts.kept import take_kept
from portal.accounts.queries import members_named
from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Permission, Viewer, members, public, the_viewer, viewer
from portal.core.db import transaction
from portal.core.i18n import _, language
from portal.core.limits import TAPPING, WRITING
from portal.core.links import absolute
from portal.core.media import photo_url
from portal.core.web import done, go, page, safe_path, wants_fragment, whole
from portal.stories import queries, rules, services, tagging
from portal.stories.forms import MOODS, AnswerForm, CommentForm, TeaserForm
from portal.stories.models import Story, StoryState
from portal.stories.queries import StoryFacts, campaigns
from portal.stories.queries.apart import NOTHING, unseen_among
from portal.stories.queries.reading import MineHere, mine_here
from portal.stories.views import reading
from portal.stories.views.blueprint import bp

LONGEST_TITLE = 60
LONGEST_DESCRIPTION = 160


@bp.get("/stories/<story_id>")
@public
def story(story_id: str) -> Response:
    me = viewer()
    mine = mine_here(me.id, story_id) if me else None
    shared = reading.answer(
        me, mine, story_id, lambda: story_context(queries.get_story_for(me, story_id), me, mine=mine)
    )
    if shared is not None:
        return shared
    found = queries.get_story_or_teaser(me, story_id)
    if not queries.may_read(me, found):
        return page("stories/teaser.html", **_teaser_context(found, me))
    if found.state is StoryState.DRAFT:
        return go(url_for("stories.new"))
    form = _kept_form(found, me)
    if wants_fragment():
        block = "comment_page" if request.args.get("after") else "comments"
        return page("stories/story.html", block=block, **talk_context(found, me, form=form))
    return page("stories/story.html", **story_context(found, me, mine=mine, form=form))


@bp.get("/stories/<story_id>/prepared")
@members
def prepared(story_id: str) -> Response:
    """Asked every few seconds by a page whose photos are in the worker: nothing yet, or the way to what became of it."""
    waits = queries.is_preparing(the_viewer(), story_id)
    if waits and wants_fragment():
        return whole("", 204)
    return go(url_for("stories.story", story_id=story_id))


@bp.get("/stories/<story_id>/history")
@public
def history(story_id: str) -> Response:
    """What the story said before; open to everyone who may read it."""
    found = queries.get_story_for(viewer(), story_id)
    author = None if found.as_brand else members_named([found.author_id])[found.author_id]
    name = author.display_name if author else brand.current().name
    return page("stories/history.html", story=found, author_name=name, edits=queries.edits_of(found))


@bp.post("/stories/<story_id>/reaction")
@members
@TAPPING
def react(story_id: str) -> Response:
    """Like (``on=1``) or not any more (``on=0``): said twice is said once."""
    me, on = the_viewer(), request.form.get("on") == "1"
    found = queries.get_story_for(me, story_id)
    with transaction():
        services.set_reaction(found, by=me, on=on)
    if wants_fragment():
        count = found.reaction_count - unseen_among(me, [story_id]).get(story_id, NOTHING).reactions
        return page("stories/like.html", block="like", story_id=story_id, count=count, liked=on)
    back = safe_path(request.form.get("next"), url_for("stories.story", story_id=story_id))
    return go(f"{back}#story-{story_id}")


@bp.post("/stories/<story_id>/delete")
@members
@WRITING
def delete(story_id: str) -> Response:
    me = the_viewer()
    found = queries.get_story_of(me, story_id)
    draft = found.state is StoryState.DRAFT
    with transaction():
        services.delete_story(found, by=me)
    if draft:
        return done(url_for("stories.wall"), _("The draft is thrown away."))
    return done(url_for("stories.wall"), _("The story is taken down, and its photos are deleted."))


# ------------------------------------------------------------------ context


def story_context(
    found: Story,
    me: Viewer | None,
    *,
    mine: MineHere | None = None,
    form: CommentForm | None = None,
    answer_form: AnswerForm | None = None,
    teaser_form: TeaserForm | None = None,
) -> dict[str, Any]:
    """Everything the page of a story shows to this viewer. Six queries at most, five when ``mine`` is known."""
    facts, talk = queries.story_facts(found, me), talk_context(found, me, form=form)
    mine = mine or (mine_here(me.id, found.id) if me else None)
    name = brand.current().name if found.as_brand else facts.author.display_name
    if mine:
        talk["unread"] = lambda: mine.unread
    return talk | {
        "facts": facts,
        "author_name": name,
        "pieces": [(found.body, "")] if found.members_only else list(tagging.pieces(found.body)),
        "mood": MOODS.get(found.mood) if found.mood else None,
        "product_name": _product_name(facts),
        "liked": mine.liked if mine else None,
        "answer_form": answer_form or (AnswerForm(formdata=None) if talk["may"]["answer"] else None),
        "parts": campaigns.parts_of(found.id) if me and me.id == found.author_id else [],
        "teaser_form": teaser_form or _teaser_form(found, talk["may"]["keep"]),
        "share": _share(found, name),
        "review_minutes": brand.current().reply_target_minutes,
    }


def _teaser_context(found: Story, me: Viewer | None) -> dict[str, Any]:
    """What everybody may know of a story that is for members, and nothing else of it but their own words."""
    name = brand.current().name
    own = queries.own_comments(me, found.id) if me else ()
    return {"story": found, "author_name": name, "share": _share(found, name), "own": own}


def talk_context(found: Story, me: Viewer | None, *, form: CommentForm | None = None) -> dict[str, Any]:
    """What is below the story, which htmx asks for alone. Two queries, three for who keeps away from people."""
    allowed = may(found, me)
    return {
        "story": found,
        "may": allowed,
        "unseen": unseen_among(me, [found.id]).get(found.id, NOTHING),
        "thread": queries.comments_of(
            found, me, request.args.get("after") if request.method == "GET" else None
        ),
        "form": form or (CommentForm(formdata=None) if allowed["comment"] else None),
        "most_comment": rules.LONGEST_COMMENT,
    }


def may(found: Story, me: Viewer | None) -> dict[str, bool]:
    """What this viewer can do here: the page shows nothing else."""
    on_the_wall = found.state is StoryState.PUBLISHED
    return {
        "edit": rules.may_edit_story(me, found),
        "delete": rules.may_delete_story(me, found),
        "comment": me is not None and on_the_wall,
        "report": me is not None and on_the_wall and not found.as_brand and me.id != found.author_id,
        "answer": rules.may_answer_as_brand(me) and on_the_wall and not found.as_brand,
        "feature": rules.may_feature_story(me, found),
        "choose": rules.may_choose_story(me, found),
        "ask": rules.may_ask_for_photos(me, found),
        "pin": rules.may_pin_story(me, found),
        "keep": rules.may_keep_for_members(me, found) and on_the_wall,
        "moderate": me is not None and me.can(Permission.MODERATE),
    }


def _teaser_form(found: Story, may_keep: bool) -> TeaserForm | None:
    return TeaserForm(formdata=None, data={"teaser": found.teaser}) if may_keep else None


def _kept_form(found: Story, me: Viewer | None) -> CommentForm | None:
    """A comment that was typed before the session ended."""
    kept = take_kept(url_for("stories.add_comment", story_id=found.id)) if me else None
    return CommentForm(formdata=None, data=kept) if kept else None


def _product_name(facts: StoryFacts) -> str:
    if facts.product is None:
        return ""
    return facts.product.name_zh if language() == "zh_CN" else facts.product.name_en


def _share(found: Story, name: str) -> dict[str, Any]:
    """What other places show when somebody passes the address on."""
    words = " ".join(found.open_words.split())
    cover = found.cover if found.state is StoryState.PUBLISHED and not found.members_only else None
    return {
        "kind": "article",
        "title": _shortened(words, LONGEST_TITLE) or _("A story in pictures"),
        "description": _shortened(words, LONGEST_DESCRIPTION) or _("A story by %(name)s", name=name),
        "url": absolute(url_for("stories.story", story_id=found.id)),
        "image": absolute(photo_url(cover, 800)) if cover else None,
        "published": found.published_at or clock.now(),
        "hidden": found.state is not StoryState.PUBLISHED,
    }


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
