"""Members, for staff: the list, searched and filtered, and the list to take along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response as Streamed
from flask import request, stream_with_context, url_for
from werkzeug.wrappers import Response

from portal.accounts.console.blueprint import bp
from portal.accounts.forms.desk import NO_CODE, DeskForm
from portal.accounts.models import MemberState
from portal.accounts.queries import desk as queries
from portal.accounts.queries.desk import MemberFilter
from portal.accounts.roles import ROLE_LABELS
from portal.accounts.rules import shown_number
from portal.accounts.services import desk as services
from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _, in_language, language
from portal.core.limits import WRITING
from portal.core.sheets import csv_pieces
from portal.core.web import page

TEMPLATE = "accounts/console/members.html"


@bp.get("/console/members")
@staff(Permission.VIEW_MEMBERS)
def members() -> Response:
    """The newest first. htmx asks for the list alone, and for more of it."""
    form, me = DeskForm.sent(), the_viewer()
    contacts = me.can(Permission.VIEW_CONTACTS)
    found = queries.find_members(form.wanted(me.id), contacts=contacts, cursor=request.args.get("after"))
    address = form.address()
    return page(
        TEMPLATE,
        block="more_members" if request.args.get("after") else "member_list",
        form=form,
        rows=found.items,
        contacts=contacts,
        labels=ROLE_LABELS,
        suspended=MemberState.SUSPENDED,
        filtered=bool(address),
        address=address,
        no_code=NO_CODE,
        more_url=found.next_cursor and url_for(".members", after=found.next_cursor, **address),
    )


@bp.post("/console/members/list.csv")
@staff(Permission.VIEW_CONTACTS)
@WRITING
def take_members() -> Response:
    """The members who fit, with mail and phone, as a table. Audited before the first row leaves the house."""
    form, me = DeskForm.sent(request.form), the_viewer()
    wanted = form.wanted(me.id)
    with transaction():
        services.note_list_taken(by=me, **form.address())
    rows = stream_with_context(_table(wanted, language()))
    answer = Streamed(rows, mimetype="text/csv")
    day = brand.shop_day(clock.now()).isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="members-{day}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _table(wanted: MemberFilter, tongue: str) -> Iterator[bytes]:
    with in_language(tongue):
        head = [
            _("Number"),
            _("Name"),
            _("Region"),
            _("Mail"),
            _("Mail proven"),
            _("Phone"),
            _("Joined"),
            _("Code they came with"),
            _("State"),
        ]
    yield from csv_pieces(head, (_row(member) for member in queries.members_to_take_along(wanted)))


def _row(member: Any) -> list[object]:
    return [
        shown_number(member.number),
        member.display_name,
        member.region,
        member.email,
        "1" if member.email_verified_at else "0",
        member.phone,
        brand.shop_day(member.joined_at).isoformat(),
        member.join_source,
        member.state.value,
    ]
