"""One's own pages: the card, and what others see of it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries, services
from portal.accounts.forms.profile import AvatarForm, ProfileForm
from portal.accounts.models import Member
from portal.accounts.services.profiles import OWNER_KIND
from portal.accounts.views.answers import fill_kept, refused
from portal.accounts.views.blueprint import bp
from portal.accounts.views.browser import remember
from portal.core import i18n
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.i18n import _
from portal.core.limits import TAPPING, UPLOADING, WRITING
from portal.core.links import find_path
from portal.core.media.queries import photos_of
from portal.core.media.services import stage_upload
from portal.core.web import done, page


@bp.get("/me")
@members
def me() -> Response:
    """The card, and the way to everything that is mine."""
    member = queries.get_member(the_viewer().id)
    return page(
        "accounts/me.html",
        member=member,
        card=queries.card_of(member),
        stories_url=find_path("stories.by_member", member_id=member.id),
        inbox_url=find_path("notifications.inbox"),
        notifications_url=find_path("notifications.choices"),
        console_url=find_path("home.console"),
    )


@bp.route("/me/profile", methods=["GET", "POST"])
@members
@WRITING
def profile() -> Response:
    """What others see of me."""
    member = queries.get_member(the_viewer().id)
    form = ProfileForm(obj=member)
    if request.method == "GET":
        form.language.data = member.language or i18n.language()
        fill_kept(form, request.path)
        return page("accounts/profile.html", block="profile_form", form=form, **_profile(member))
    if not form.validate_on_submit():
        return page("accounts/profile.html", block="profile_form", status=422, form=form, **_profile(member))
    try:
        with transaction():
            services.update_profile(
                member,
                by=the_viewer(),
                display_name=form.display_name.data or "",
                bio=form.bio.data or "",
                region=form.region.data or "",
                language=form.language.data,
                greets_newcomers=bool(form.greets_newcomers.data),
            )
    except DomainError as error:
        return refused(error, form, "accounts/profile.html", block="profile_form", **_profile(member))
    response = done(url_for("accounts.profile"), _("Saved. This is what others see now."))
    remember(response, i18n.COOKIE, form.language.data)
    return response


@bp.route("/me/avatar", methods=["GET", "POST"])
@members
@UPLOADING
def avatar() -> Response:
    """A photo of oneself: sent, prepared, then shown. Looking shows how far it is."""
    member = queries.get_member(the_viewer().id)
    form = AvatarForm()
    if request.method == "GET":
        return _face(member, form)
    photo = form.photo.data
    if not form.validate_on_submit() or not photo:
        form.refuse("photo", _("Choose a photo first."))
        return _face(member, form, status=422)
    try:
        staged = stage_upload(photo.stream)
        with transaction():
            services.receive_avatar(member, staged, by=the_viewer())
    except DomainError as error:
        form.say(error, beside="photo")
        return _face(member, form, status=error.status)
    return _face_changed(member, _("Your photo is being prepared. It shows in a moment."))


@bp.post("/me/avatar/remove")
@members
@TAPPING
def remove_avatar() -> Response:
    member = queries.get_member(the_viewer().id)
    with transaction():
        services.remove_avatar(member)
    return _face_changed(member, _("Your photo is gone."))


def _face_changed(member: Member, said: str) -> Response:
    return done(url_for("accounts.profile"), said, fragment=lambda: _face(member, AvatarForm(formdata=None)))


def _face(member: Member, face_form: AvatarForm, *, status: int = 200) -> Response:
    """The block with the face; without htmx the whole profile page."""
    form = ProfileForm(formdata=None, obj=member)
    form.language.data = member.language or i18n.language()
    return page(
        "accounts/profile.html", block="face", status=status, form=form, **_profile(member, face_form)
    )


def _profile(member: Member, face_form: AvatarForm | None = None) -> dict[str, Any]:
    photos = photos_of(OWNER_KIND, member.id)
    return {
        "member": member,
        "face_form": face_form or AvatarForm(formdata=None),
        "preparing": next((photo for photo in photos if photo.is_waiting), None),
        "refused": next((photo for photo in photos if photo.problem), None),
    }
