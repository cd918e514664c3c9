"""What accounts says by text message: a code, or in a few words what happened. Every word costs money."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts.models import Member
from portal.brand import queries as brand
from portal.core.i18n import _, in_language
from portal.core.sms.services import CODE, NOTICE, queue_text

CODE_HOLDS = timedelta(minutes=10)
#: after this a notice is worth nothing
NOTICE_HOLDS = timedelta(hours=12)


def send_code(
    phone: str, code: str, member: Member | None, *, language: str | None, withheld: bool = False
) -> None:
    """A code to a number. ``withheld``: nobody has this number, so nothing is sent."""
    minutes = CODE_HOLDS // timedelta(minutes=1)
    with in_language(member.language if member is not None else language):
        said = _(
            "[%(brand)s] %(code)s is your code. It works for %(minutes)s minutes; tell it to nobody.",
            brand=brand.current().name,
            code=code,
            minutes=minutes,
        )
    queue_text(
        to=phone,
        kind="accounts.code",
        template=CODE,
        words=[code, str(minutes)],
        shown=said,
        holds=CODE_HOLDS,
        member_id=member.id if member is not None else None,
        withheld="nobody has this number" if withheld else "",
    )


def send_notice(phone: str, what: str, member: Member, *, kind: str = "accounts.notice") -> None:
    """What happened, in a few words of the member's language, to a number that is or was theirs.

    The registered text goes on with one sentence for all of these: who did not do it finds on the sign-in page how to
    take a change of contacts back, or signs in and keeps the account.
    """
    with in_language(member.language):
        said = _(
            "[%(brand)s] %(what)s. If that was not you, our sign-in page tells you what to do.",
            brand=brand.current().name,
            what=what,
        )
    queue_text(
        to=phone,
        kind=kind,
        template=NOTICE,
        words=[what],
        shown=said,
        holds=NOTICE_HOLDS,
        member_id=member.id,
    )
