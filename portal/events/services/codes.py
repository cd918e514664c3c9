"""Access codes: words that open a hidden ticket type. They are known once, when they are made; then only their digests."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import datetime

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.crypto import keyed_digest
from portal.core.db import changed_rows, db, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.events.models import AccessCode, TicketType

#: without letters and digits that are mistaken for each other; 10 of them are 50 bits
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 10
#: a word that staff think of is at least so long
SHORTEST = 6
MOST_AT_ONCE = 500


def make_code(
    ticket_type: TicketType,
    *,
    label: str,
    most_uses: int,
    by: Viewer,
    word: str = "",
    ends_at: datetime | None = None,
    key: str | None = None,
) -> tuple[AccessCode, str]:
    """A code for so many sign-ups, and what is handed out; ``word`` if staff chose one. This is the only time it is known.
    ``key`` is made with the form: sent twice it raises Conflict, because nobody can read the first answer again.

    Raises Invalid beside ``word`` for one that is too short, or that this event has already.
    """
    typed = word or _random()
    if len(_plain(typed)) < SHORTEST:
        raise Invalid(_("Please use at least %(least)s letters or digits.", least=SHORTEST), field="word")
    if key and db.session.get(AccessCode, key) is not None:
        raise Conflict(_("These codes were made already. They can only be read once."))
    digest = digest_of(ticket_type.event_id, typed)
    same = sa.select(AccessCode.id).where(
        AccessCode.event_id == ticket_type.event_id, AccessCode.digest == digest
    )
    if db.session.scalar(same) is not None:
        raise Invalid(_("There is such a code already."), field="word")
    made = AccessCode(
        id=key or new_id(),
        event_id=ticket_type.event_id,
        ticket_type_id=ticket_type.id,
        digest=digest,
        label=label,
        most_uses=most_uses,
        created_at=clock.now(),
        ends_at=ends_at,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "event.make_code", by=by, target_kind="access_code", target_id=made.id, label=label, uses=most_uses
    )
    return made, typed


def make_codes(
    ticket_type: TicketType,
    number: int,
    *,
    label: str,
    by: Viewer,
    most_uses: int = 1,
    ends_at: datetime | None = None,
    key: str | None = None,
) -> list[str]:
    """So many codes at once, each for ``most_uses`` sign-ups; at most 500. ``key`` as for one."""
    if not 1 <= number <= MOST_AT_ONCE:
        raise Invalid(_("At most %(most)s codes at once.", most=MOST_AT_ONCE), field="number")
    facts = {"label": label, "most_uses": most_uses, "ends_at": ends_at}
    keys = [key, *[None] * (number - 1)]
    return [make_code(ticket_type, by=by, key=one, **facts)[1] for one in keys]  # type: ignore[arg-type]


def find_code(event_id: str, typed: str) -> AccessCode:
    """The open code with these letters. Raises Invalid beside ``code``: one sentence for all that open nothing, so that
    guessing teaches nothing."""
    now = clock.now()
    found = db.session.scalar(
        sa.select(AccessCode).where(
            AccessCode.event_id == event_id, AccessCode.digest == digest_of(event_id, typed)
        )
    )
    over = found is not None and found.ends_at is not None and found.ends_at <= now
    if found is None or found.closed_at is not None or over or found.used >= found.most_uses:
        raise Invalid(_("This code opens nothing here. Please check it letter by letter."), field="code")
    return found


def close_code(code: AccessCode, *, by: Viewer) -> None:
    """It opens nothing any more; who signed up with it stays."""
    still = sa.update(AccessCode).where(AccessCode.id == code.id, AccessCode.closed_at.is_(None))
    if not changed_rows(still.values(closed_at=clock.now())):
        raise Conflict(_("This code is closed already."))
    audit.record("event.close_code", by=by, target_kind="access_code", target_id=code.id)


def digest_of(event_id: str, typed: str) -> str:
    """Of a code as anybody may type it: wide letters, small ones, blanks and dashes do not matter."""
    return keyed_digest(f"access:{event_id}:{_plain(typed)}")


def _plain(typed: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", typed).upper())


def _random() -> str:
    plain = "".join(secrets.choice(_ALPHABET) for _place in range(_LENGTH))
    return f"{plain[:5]}-{plain[5:]}"
