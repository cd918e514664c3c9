"""What the pages of the studio share: the blueprint, how large a file may be, and that contacts were seen."""

from __future__ import annotations

from flask import Blueprint, request

from portal.accounts.services import desk
from portal.core.access import Permission, the_viewer
from portal.core.db import transaction
from portal.orders.queries import Person

bp = Blueprint("orders_console", __name__, url_prefix="/console/orders")

MEGABYTE = 1024 * 1024
#: a file that staff send; the command line takes larger ones
LARGEST_FILE = 64 * MEGABYTE
#: a file that is too large still gets a sentence of its own
_LARGEST_REQUEST = 200 * MEGABYTE


@bp.url_value_preprocessor
def raise_limit(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Before anything reads the form: the token check does."""
    if endpoint == f"{bp.name}.send_file":
        request.max_content_length = _LARGEST_REQUEST


def note_contacts_seen(person: Person | None) -> None:
    """The page shows a member's phone and address, as their own page does: written down once a day."""
    me, member = the_viewer(), person.member if person else None
    if member is None or not me.can(Permission.VIEW_CONTACTS) or not (member.email or member.phone):
        return
    if not desk.contacts_were_seen(member.id, by=me):
        with transaction():
            desk.note_contacts_seen(member.id, by=me)
