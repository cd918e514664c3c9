"""Letters about mail addresses and numbers: a code to a new one, and what the old ones must know."""

from __future__ import annotations

from portal.accounts.models import Member
from portal.accounts.services.letters import confirm_path
from portal.brand import queries as brand
from portal.brand.showing import exactly
from portal.core import clock
from portal.core.i18n import _, in_language
from portal.core.links import path_to
from portal.core.mail.services import Action, queue_letter


def send_code(email: str, member: Member, code: str) -> None:
    """To an address that a member wants to be reached at: the code to type where they are signed in."""
    with in_language(member.language):
        queue_letter(
            to=email,
            kind="accounts.contact",
            language=member.language,
            member_id=member.id,
            subject=_("%(code)s is your code for %(brand)s", code=code, brand=brand.current().name),
            paragraphs=[
                _("Hello %(name)s,", name=member.display_name),
                _("Type this code on the page you came from. Then your account is reached at this address."),
                _("The code works for 30 minutes. We will never ask you for it."),
            ],
            code=code,
            reason=_("Somebody wants to use this address. If that was not you, ignore this mail."),
        )


def tell_somebody_wanted_it(owner: Member) -> None:
    """To the owner of an address: another account asked for it, and got nothing."""
    if owner.email is None:
        return
    with in_language(owner.language):
        queue_letter(
            to=owner.email,
            kind="accounts.contact_wanted",
            language=owner.language,
            member_id=owner.id,
            subject=_("Somebody wanted to use your address"),
            paragraphs=[
                _("Hello %(name)s,", name=owner.display_name),
                _("Somebody wanted to add this address to another account. It is yours, so nothing changed."),
                _("If that was you: sign in with this address instead. If not, you need not do anything."),
            ],
            action=Action(_("Sign in"), path_to("accounts.sign_in")),
            reason=_("We tell you whenever somebody wants to use your address."),
        )


def tell_of_change(email: str, member: Member, what: str, link: str) -> None:
    """To an address from before a change: what is new, when, and the link that takes it back for a week."""
    with in_language(member.language):
        queue_letter(
            to=email,
            kind="accounts.contact_changed",
            language=member.language,
            member_id=member.id,
            subject=_("%(what)s at %(brand)s", what=what, brand=brand.current().name),
            paragraphs=[
                _("Hello %(name)s,", name=member.display_name),
                _("%(what)s: %(moment)s.", what=what, moment=exactly(clock.now())),
                _("If that was you, all is well."),
                _(
                    "If that was not you, take it back: everything is as before, all devices are signed out and the password no longer works. You have seven days for it."
                ),
            ],
            action=Action(_("That was not me"), confirm_path(link)),
            reason=_("We tell you whenever the way to reach you changes."),
        )
