"""Stopping mail by the link in it: no sign-in, no question, at once; and starting it again.

The token names the member and the kind, sealed. It holds for ever: a letter may be found years later. It can do nothing
but stop and start this mail.
"""

from __future__ import annotations

from portal.accounts.models import Member, MemberState
from portal.accounts.services import consents
from portal.core.crypto import signed, unsigned
from portal.core.db import db, lock_row
from portal.core.installation import registry
from portal.core.links import path_to
from portal.core.mail.services import drop_letters
from portal.notifications.models import ALL, Channel
from portal.notifications.rules import Because
from portal.notifications.services.choices import forget_choice, keep_choice
from portal.notifications.speech import DIGEST

_PURPOSE = "stop mail"
_BETWEEN = "~"
#: where consents are noted to have been taken back
HOW = "link in a letter"


def stop_path(member_id: str, kind: str) -> str:
    """The path that stops mail of this kind (:data:`ALL`: everything but what the member must know)."""
    return path_to("notifications.stop", token=signed(_PURPOSE, f"{member_id}{_BETWEEN}{kind}"))


def read_stop_token(token: str) -> tuple[str, str] | None:
    """(member id, kind) of a token that we made; None for everything else."""
    text = unsigned(_PURPOSE, token)
    if text is None:
        return None
    member_id, _between, kind = text.partition(_BETWEEN)
    return member_id, kind


def stop_mail(member_id: str, kind: str) -> None:
    """No more mail of this kind from now on, nor what waits to be sent. Twice is once; for nobody it is nothing.

    Stopping everything takes the consent to news by mail back as well.
    """
    if not _is_there(member_id):
        return
    keep_choice(member_id, kind, Channel.MAIL, wanted=False)
    if kind == ALL:
        consents.take_back(member_id, consents.NEWS_MAIL, how=HOW)
    drop_letters(member_id, None if kind == ALL else [kind, DIGEST.name], because=Because.UNWANTED)


def start_mail(member_id: str, kind: str) -> None:
    """Mail of this kind may come again, as far as the other choices let it. Consent is not given by a link."""
    if not _is_there(member_id):
        return
    if kind == ALL:
        forget_choice(member_id, ALL, Channel.MAIL)
    elif kind in registry().kinds:
        keep_choice(member_id, kind, Channel.MAIL, wanted=True)


def _is_there(member_id: str) -> bool:
    lock_row(Member, member_id, whole=False)
    member = db.session.get(Member, member_id, populate_existing=True)
    return member is not None and member.state is not MemberState.ERASED
