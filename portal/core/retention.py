"""How long things are kept: one list of periods, and the one job that lets go of what is older.

Features add their own (``Feature.retention``). Members read the list on their privacy page; it is what happens.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from portal.core import clock
from portal.core.db import changed_rows, db, transaction
from portal.core.feature import Retention
from portal.core.i18n import lazy as _l
from portal.core.installation import registry
from portal.core.jobs import periodic
from portal.core.mail import services as mail
from portal.core.mail.models import Letter, LetterState
from portal.core.media.sweeping import PATIENCE
from portal.core.sms import services as sms

log = logging.getLogger(__name__)

#: rows in one transaction: a step holds the write lock for some hundredths of a second
MOST = 1000
#: at most so many steps of one period in an hour; the rest waits for the next
STEPS = 500
WORDS_KEPT = timedelta(days=7)


def periods() -> list[Retention]:
    """Every period of this house."""
    return [*OF_THE_CORE, *(one for feature in registry().features for one in feature.retention)]


@periodic(minutes=60)
def let_go() -> None:
    """Whatever is older than its period goes, step by step, each in a transaction of its own."""
    demo = current_app.config["PORTAL"].demo
    for period in periods():
        if demo and not period.in_demo:
            continue
        try:
            _let_go(period, clock.now() - period.kept)
        except Exception:  # one kind of thing that will not go must not keep the others
            log.exception("could not let go of %s", period.what)


def _let_go(period: Retention, before: datetime) -> None:
    for _step in range(STEPS):
        with transaction():
            gone = period.discard(before, MOST)
        if gone < MOST:
            return


def _wipe_letters(before: datetime, most: int) -> int:
    """What letters said: names, words and spent codes. That they were sent is kept longer, bounces name them."""
    said = sa.select(Letter.id).where(
        Letter.state != LetterState.DUE, Letter.created_at < before, Letter.text_body != ""
    )
    wiped = sa.update(Letter).where(Letter.id.in_(said.limit(most)))
    nothing = {"attachment_name": None, "attachment_type": None, "attachment_body": None}
    gone = changed_rows(wiped.values(subject="", text_body="", html_body="", **nothing))
    db.session.expire_all()
    return gone


OF_THE_CORE = (
    Retention(_l("What a letter to you said"), WORDS_KEPT, _wipe_letters, in_demo=False),
    Retention(
        _l("That we sent you a letter"),
        mail.KEPT_FOR,
        lambda before, most: mail.discard_old(before, limit=most),
        in_demo=False,
    ),
    Retention(
        _l("Text messages we sent you"),
        sms.KEPT_FOR,
        lambda before, most: sms.discard_old(before, limit=most),
        in_demo=False,
    ),
    # the files go with core/media/sweeping; here only so that members read it
    Retention(_l("Photos you sent that never became part of anything"), PATIENCE, lambda before, most: 0),
)
