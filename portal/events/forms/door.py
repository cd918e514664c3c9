"""What a door sends: a scan as a form, or the queue of one that was offline."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from wtforms import BooleanField, FileField, HiddenField, IntegerField, SelectField
from wtforms.validators import Length, NumberRange, Optional

from portal.core.characters import plain
from portal.core.errors import Invalid
from portal.core.forms import Form, line
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.media.queries import is_photo_id
from portal.events.models import ScanResult
from portal.events.services.door import LONGEST_NONCE, Told

#: a party and its children are never more
MOST_PEOPLE = 15
LONGEST_TEXT = 400
LONGEST_DOOR = 40
#: so many scans of a queue at a time
AT_ONCE = 200


class DoorForm(Form):
    """A typed code or a picture of one, for all of the party or some of it."""

    code = line(_l("Code on the ticket"), most=LONGEST_TEXT, required=False)
    picture = FileField(_l("A picture of the code"))
    people = SelectField(_l("How many come in"), choices=[], validate_choice=False)
    door = line(_l("Name of this door"), most=LONGEST_DOOR, required=False)
    session = SelectField(_l("You scan at"), choices=[], validators=[Optional()])
    anyway = BooleanField()
    nonce = HiddenField(validators=[Length(max=LONGEST_NONCE)])

    @property
    def number(self) -> int | None:
        """How many come in; None: all who are left outside."""
        chosen = self.people.data or ""
        return int(chosen) if chosen.isascii() and chosen.isdigit() and 0 < len(chosen) < 3 else None


class FewerForm(Form):
    """Only so many of them are here."""

    people = IntegerField(validators=[NumberRange(1, MOST_PEOPLE)])
    nonce = HiddenField(validators=[Length(max=LONGEST_NONCE)])


def read_queue(body: bytes) -> list[Any]:
    """What an offline door sends, in its order; each is read by ``read_scan``. Raises Invalid unless it is a list, and not too long."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise _no_queue() from None
    rows = data.get("scans") if isinstance(data, dict) else None
    if not isinstance(rows, list) or len(rows) > AT_ONCE:
        raise _no_queue()
    return rows


def nonce_of(row: Any) -> str:
    """By what the door finds its scan again, whatever else is odd in it; "" when that is odd too."""
    nonce = row.get("nonce") if isinstance(row, dict) else None
    return nonce if isinstance(nonce, str) and len(nonce) <= LONGEST_NONCE else ""


def read_scan(row: Any) -> Told:
    """One scan of a queue. Raises Invalid unless it is what a door sends."""
    if not isinstance(row, dict):
        raise _odd()
    people, session = row.get("people", 0), row.get("session") or None
    if type(people) is not int or not 0 <= people <= MOST_PEOPLE:
        raise _odd()
    if session is not None and not (isinstance(session, str) and is_photo_id(session)):
        raise _odd()
    try:
        result = ScanResult(_text(row, "result", 32))
        at = datetime.fromisoformat(_text(row, "at", 40))
    except ValueError:
        raise _odd() from None
    let_in = result is ScanResult.ADMITTED
    if at.tzinfo is None or let_in == (people == 0 and session is None):
        raise _odd()
    return Told(
        nonce=_text(row, "nonce", LONGEST_NONCE),
        code=_text(row, "code", LONGEST_TEXT),
        door=_text(row, "door", LONGEST_DOOR),
        at=at,
        result=result,
        people=people if let_in else 0,
        session_id=session,
        anyway=row.get("anyway") is True,
        undone=row.get("undone") is True and let_in,
    )


def _text(row: dict[str, Any], name: str, most: int) -> str:
    value = row.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise _odd()
    return " ".join(plain(value).split())


def _no_queue() -> Invalid:
    return Invalid(_("We could not read these scans. They stay on this device."))


def _odd() -> Invalid:
    return Invalid(_("We could not read this scan."))
