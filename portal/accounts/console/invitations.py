"""Staff invitations, for the owner: send, send again, withdraw."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from portal.accounts.console.blueprint import bp
from portal.accounts.console.staff import staff_context
from portal.accounts.forms.staff import InviteForm, StaffForm
from portal.accounts.models import Role
from portal.accounts.queries.invitations import get_invitation
from portal.accounts.services import invitations as services
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.i18n import _, language
from portal.core.limits import WRITING
from portal.core.web import done, page

TEMPLATE = "accounts/staff.html"


@bp.post("/console/staff/invitations")
@staff(Permission.MANAGE_STAFF)
@WRITING
def invite() -> Response:
    """Mail somebody a link that makes them staff."""
    form = InviteForm()
    try:
        if form.validate_on_submit():
            email = form.email.data or ""
            with transaction():
                services.invite(email, Role(form.role.data), by=the_viewer(), language=language())
            return _answer(_("The invitation is on its way to %(email)s.", email=email))
    except DomainError as refusal:
        form.say(refusal, beside="email")
    return page(
        TEMPLATE,
        block="invitations",
        status=422,
        form=StaffForm(formdata=None),
        **staff_context(invite_form=form),
    )


@bp.post("/console/staff/invitations/<invitation_id>/<any(again, withdraw):deed>")
@staff(Permission.MANAGE_STAFF)
@WRITING
def change_invitation(invitation_id: str, deed: str) -> Response:
    found, me = get_invitation(invitation_id), the_viewer()
    with transaction():
        if deed == "again":
            services.send_again(found, by=me, language=language())
        else:
            services.withdraw(found, by=me)
    if deed == "again":
        return _answer(_("A new link is on its way; the one before leads nowhere any more."))
    return _answer(_("Withdrawn: the link leads nowhere any more."))


def _answer(said: str) -> Response:
    return done(
        url_for("accounts_console.staff", _anchor="invitations"),
        said,
        fragment=lambda: page(
            TEMPLATE, block="invitations", form=StaffForm(formdata=None), **staff_context()
        ),
    )
