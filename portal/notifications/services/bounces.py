"""Mail that came back, or was not welcome. Each report counts once; at four points only what must be known is mailed."""

from __future__ import annotations

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.services.mailing import count_mail_trouble
from portal.core import clock
from portal.core.db import db, insert_once, new_id
from portal.core.mail.models import Letter
from portal.notifications.models import Bounce, BounceKind
from portal.notifications.rules import POINTS, STOPS_AT
from portal.notifications.services.messages import notify
from portal.notifications.speech import MAIL_STOPPED, chosen_at


def note_bounce(
    kind: BounceKind,
    *,
    source: str,
    event_key: str,
    recipient: str | None = None,
    letter_id: str | None = None,
) -> None:
    """A mail server, or the provider's hook, reports trouble with a letter or with an address.

    Reports about nobody we know, or about an address that a member no longer has, change nothing. When mail stops, the
    member reads so in the inbox. Mail they ask for or must know, such as codes to sign in, still goes out: without it
    nobody could come back to mend the address.
    """
    letter = db.session.get(Letter, letter_id) if letter_id else None
    address = letter.recipient if letter else recipient
    member_id = db.session.scalar(sa.select(Member.id).where(Member.email == address)) if address else None
    if member_id is None:
        return
    known = insert_once(
        Bounce,
        id=new_id(),
        member_id=member_id,
        letter_id=letter.id if letter else None,
        kind=kind,
        source=source,
        event_key=event_key,
        at=clock.now(),
    )
    if known and count_mail_trouble(member_id, POINTS[kind], stops_at=STOPS_AT):
        notify([member_id], MAIL_STOPPED.name, path=chosen_at(MAIL_STOPPED.name), group="mail stopped")
