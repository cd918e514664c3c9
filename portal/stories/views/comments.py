"""Talk under a story: comments and answers to them, two levels."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import members, public, the_viewer, viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError, Invalid, NotAllowed
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page, wants_fragment
from portal.stories import queries, rules, services
from portal.stories.forms import CommentForm
from portal.stories.models import CommentState, Story
from portal.stories.views.blueprint import bp
from portal.stories.views.story import story_context, talk_context


@bp.post("/stories/<story_id>/comments")
@members
@WRITING
def add_comment(story_id: str) -> Response:
    me = the_viewer()
    story = queries.get_story_for(me, story_id)
    form = CommentForm()
    if not form.validate_on_submit():
        return _again(story, form)
    try:
        with transaction():
            comment = services.add_comment(
                story, by=me, body=form.body.data or "", parent_id=form.parent_id.data or None
            )
    except (Invalid, NotAllowed) as refusal:
        return _again(story, form, refusal)
    except Conflict as refusal:
        if not rules.may_see_story(me, story):
            raise
        form.parent_id.data = None  # what it answered is gone: the words go on as a comment of their own
        return _again(story, form, refusal)
    held = comment.state is CommentState.HELD
    said = (
        _("Your comment is in review; until then only you see it.") if held else _("Your comment is posted.")
    )
    return _answered(story, said, anchor=f"comment-{comment.id}")


@bp.post("/stories/<story_id>/comments/<comment_id>/delete")
@members
@WRITING
def delete_comment(story_id: str, comment_id: str) -> Response:
    """Also below a story of which only the teaser is left to them: their words stay theirs."""
    me = the_viewer()
    story = queries.get_story_or_teaser(me, story_id)
    comment = queries.get_comment_to_delete(me, story, comment_id)
    with transaction():
        services.delete_comment(comment, by=me)
    said = _("The comment is deleted.")
    if not queries.may_read(me, story):
        return done(url_for("stories.story", story_id=story.id), said)
    return _answered(story, said, anchor="comments")


@bp.get("/stories/<story_id>/comments/<comment_id>")
@public
def replies(story_id: str, comment_id: str) -> Response:
    """One comment with all answers to it."""
    me = viewer()
    story = queries.get_story_for(me, story_id)
    top = queries.get_top_for(story, me, comment_id)
    rows = queries.replies_of(top.id, me, request.args.get("after"))
    return page("stories/replies.html", block="replies", story=story, top=top, rows=rows)


def _again(story: Story, form: CommentForm, refusal: DomainError | None = None) -> Response:
    """The page with everything typed, and why it was not posted."""
    if refusal is not None:
        form.say(refusal, beside="body")
    context_of = talk_context if wants_fragment() else story_context
    context = context_of(story, the_viewer(), form=form)
    return page("stories/story.html", block="comments", status=422, **context)


def _answered(story: Story, said: str, *, anchor: str) -> Response:
    url = url_for("stories.story", story_id=story.id, _anchor=anchor)
    return done(
        url,
        said,
        fragment=lambda: page("stories/story.html", block="comments", **talk_context(story, the_viewer())),
    )
