"""Reading the outbox."""

from __future__ import annotations

import sqlalchemy as sa

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.mail.models import Letter
from portal.core.paging import Page, keyset_page


def newest_letters(*, cursor: str | None) -> Page[Letter]:
    return keyset_page(sa.select(Letter), (Letter.created_at, Letter.id), cursor=cursor)


def get_letter(letter_id: str) -> Letter:
    letter = db.session.get(Letter, letter_id)
    if letter is None:
        raise NotFound(_("There is no such letter."))
    return letter
