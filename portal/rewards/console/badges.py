"""Staff sew badges, and give or take them by hand."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.web import done, page
from portal.rewards import queries, services
from portal.rewards.console.blueprint import bp, member_named
from portal.rewards.forms import AwardForm, BadgeForm, NewBadgeForm, TakeBackForm
from portal.rewards.models import Badge

NEW, BADGE = "rewards/console/badge_new.html", "rewards/console/badge.html"


@bp.get("/badges")
@staff(Permission.MANAGE_REWARDS)
def badges() -> Response:
    """Every badge, and how many hold it."""
    cursor = request.args.get("after")
    return page(
        "rewards/console/badges.html",
        block="badge_page" if cursor else None,
        badges=queries.all_badges(cursor=cursor),
    )


@bp.get("/badges/new")
@staff(Permission.MANAGE_REWARDS)
def new_badge() -> Response:
    return page(NEW, form=NewBadgeForm(formdata=None, hue=14, position=0, rule_value=1))


@bp.post("/badges/new")
@staff(Permission.MANAGE_REWARDS)
def create_badge() -> Response:
    form = NewBadgeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                badge = services.create_badge(form.slug.data or "", by=the_viewer(), **form.badge_words())
                badge_id = badge.id
        except Invalid as refusal:
            form.say(refusal)
        else:
            return done(url_for(".badge", badge_id=badge_id), _("There is a new badge."))
    return page(NEW, block="badge_form", status=422, form=form)


@bp.get("/badges/<badge_id>")
@staff(Permission.MANAGE_REWARDS)
def badge(badge_id: str) -> Response:
    """The badge, who holds it, and a form to give it."""
    block = "holder_page" if request.args.get("after") else None
    return page(BADGE, block=block, **_context(queries.get_badge(badge_id)))


@bp.post("/badges/<badge_id>")
@staff(Permission.MANAGE_REWARDS)
def change_badge(badge_id: str) -> Response:
    found, form, status = queries.get_badge(badge_id), BadgeForm(), 422
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_badge(
                    found, by=the_viewer(), version=form.version.data or 0, **form.badge_words()
                )
        except (Invalid, Conflict) as refusal:
            form.say(refusal)
            form.renew_version(found.version)
            status = refusal.status
        else:
            return _answer(found, _("Saved."), "badge_form")
    return page(BADGE, block="badge_form", status=status, **_context(found, form=form))


@bp.post("/badges/<badge_id>/award")
@staff(Permission.MANAGE_REWARDS)
def award(badge_id: str) -> Response:
    """Give it to one member, with a why that they read."""
    found, form = queries.get_badge(badge_id), AwardForm()
    if form.validate_on_submit():
        try:
            with transaction():
                member = member_named(form.who.data or "")
                name = member.display_name
                given = services.award_badge(found.id, member.id, why=form.why.data or "", by=the_viewer())
        except Invalid as refusal:
            form.say(refusal)
        else:
            sentence = _("%(name)s holds it now.") if given else _("%(name)s holds it already.")
            return _answer(found, sentence % {"name": name}, "badge_holders")
    return page(BADGE, block="badge_holders", status=422, **_context(found, award_form=form))


@bp.post("/badges/awards/<award_id>/take-back")
@staff(Permission.MANAGE_REWARDS)
def take_back(award_id: str) -> Response:
    """Take it from one member; the why stays with it."""
    found = queries.get_badge(queries.get_award(award_id).badge_id)
    form = TakeBackForm()
    if not form.validate_on_submit():
        context = _context(found, refused={award_id: form})
        return page(BADGE, block="badge_holders", status=422, **context)
    with transaction():
        services.take_back_badge(award_id, why=form.why.data or "", by=the_viewer())
    return _answer(found, _("Taken back."), "badge_holders")


def _answer(found: Badge, message: str, block: str) -> Response:
    return done(
        url_for(".badge", badge_id=found.id),
        message,
        fragment=lambda: page(BADGE, block=block, **_context(found)),
    )


def _context(
    found: Badge,
    *,
    form: BadgeForm | None = None,
    award_form: AwardForm | None = None,
    refused: dict[str, TakeBackForm] | None = None,
) -> dict[str, Any]:
    """``refused``: the form that was refused, by award."""
    return {
        "badge": found,
        "form": form or BadgeForm.of(found),
        "award_form": award_form or AwardForm(formdata=None),
        "take_back_form": TakeBackForm(formdata=None),
        "refused": refused or {},
        "holders": queries.holders_of(found.id, cursor=request.args.get("after")),
    }
