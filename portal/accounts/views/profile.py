"""What others see of me: my words, my photo, and who sees which of it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries, services
from portal.accounts.forms.profile import AvatarForm, ProfileForm
from portal.accounts.models import Member
from portal.accounts.queries.profiles import OWNER_KIND
from portal.accounts.services.profiles import seen_profile
from portal.accounts.views.answers import fill_kept, refused
from portal.accounts.views.blueprint import bp
from portal.accounts.views.browser import remember
from portal.core import i18n
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError
from portal.core.i18n import _
from portal.core.limits import TAPPING, UPLOADING, WRITING
from portal.core.media.queries import photos_of
from portal.core.media.services import stage_upload
from portal.core.web import done, page


@bp.route("/me/profile", methods=["GET", "POST"])
@members
@WRITING
def profile() -> Response:
    """What I tell of myself, and whom."""
    member, offered = queries.get_member(the_viewer().id), queries.offered_interests()
    form = ProfileForm.of(member, offered)
    if request.method == "GET":
        fill_kept(form, request.path)
        form.offer(offered)
        return page("accounts/profile.html", block="profile_form", form=form, **_profile(member))
    if not form.validate_on_submit():
        return page("accounts/profile.html", block="profile_form", status=422, form=form, **_profile(member))
    try:
        with transaction():
            services.update_profile(member, by=the_viewer(), seen=form.seen.data, **form.changes())
    except DomainError as error:
        if isinstance(error, Conflict):
            form.seen.data = seen_profile(member)  # they have been told: saving once more is meant
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
    form = ProfileForm.of(member, queries.offered_interests(), fresh=True)
    return page(
        "accounts/profile.html", block="face", status=status, form=form, **_profile(member, face_form)
    )


def _profile(member: Member, face_form: AvatarForm | None = None) -> dict[str, Any]:
    photos = photos_of(OWNER_KIND, member.id)
    ready = [photo.id for photo in photos if photo.is_ready]
    return {
        "member": member,
        "face": {"display_name": member.display_name, "avatar": ready[-1] if ready else None},
        "face_form": face_form or AvatarForm(formdata=None),
        "preparing": next((photo for photo in photos if photo.is_waiting), None),
        "refused": next((photo for photo in photos if photo.problem), None),
    }
