"""Who is staff, for the owner."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries, services
from portal.accounts.console.blueprint import bp
from portal.accounts.forms.staff import InviteForm, StaffForm
from portal.accounts.models import Role
from portal.accounts.queries import invitations
from portal.accounts.roles import PERMISSION_LABELS, PERMISSIONS, ROLE_LABELS
from portal.accounts.views.answers import refused
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, NotFound
from portal.core.i18n import _
from portal.core.web import done, page


@bp.route("/console/staff", methods=["GET", "POST"], endpoint="staff")
@staff(Permission.MANAGE_STAFF)
def staff_page() -> Response:
    """Everyone with a role, the table of who may do what, and a form that gives a role to a member."""
    form = StaffForm()
    if request.method == "GET":
        block = "more_invitations" if request.args.get("after") else None
        return page("accounts/staff.html", block=block, form=form, **staff_context())
    if not form.validate_on_submit():
        return page("accounts/staff.html", block="staff_list", status=422, form=form, **staff_context())
    role = Role(form.role.data)
    try:
        with transaction():
            member = queries.member_by_email(form.email.data or "")
            given = services.grant_role(member, role, by=the_viewer())
            name = member.display_name
    except DomainError as error:
        return refused(error, form, "accounts/staff.html", block="staff_list", **staff_context())
    sentence = _("%(name)s is %(role)s now.") if given else _("%(name)s was %(role)s already.")
    return _answer(sentence % {"name": name, "role": ROLE_LABELS[role]})


@bp.post("/console/staff/<member_id>/revoke/<role>")
@staff(Permission.MANAGE_STAFF)
def revoke(member_id: str, role: str) -> Response:
    """Take a role away; it works from the next request on."""
    if role not in list(Role):
        raise NotFound(_("There is no such role."))
    member = queries.get_member(member_id)
    name = member.display_name
    with transaction():
        services.revoke_role(member, Role(role), by=the_viewer())
    return _answer(_("%(name)s is no longer %(role)s.", name=name, role=ROLE_LABELS[Role(role)]))


def _answer(message: str) -> Response:
    return done(
        url_for("accounts_console.staff"),
        message,
        fragment=lambda: page(
            "accounts/staff.html", block="staff_list", form=StaffForm(formdata=None), **staff_context()
        ),
    )


def staff_context(invite_form: InviteForm | None = None) -> dict[str, Any]:
    """Everything the page shows beside the form that gives a role."""
    cursor = request.args.get("after") if request.method == "GET" else None
    waiting = invitations.open_invitations(cursor=cursor)
    return {
        "people": queries.staff(),
        "invite_form": invite_form or InviteForm(formdata=None),
        "invitations": waiting.items,
        "more_invitations_url": waiting.next_cursor
        and url_for("accounts_console.staff", after=waiting.next_cursor),
        "now": clock.now(),
        "labels": ROLE_LABELS,
        "roles": list(Role),
        "may": [
            (label, [permission in PERMISSIONS[role] for role in Role])
            for permission, label in PERMISSION_LABELS.items()
        ],
    }
