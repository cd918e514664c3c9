"""The letters of accounts: every text in the reader's language."""

from __future__ import annotations

from portal.accounts.models import Member, Role
from portal.accounts.roles import ROLE_LABELS
from portal.accounts.services import texts
from portal.brand import queries as brand
from portal.brand import showing
from portal.core import sms
from portal.core.i18n import _, in_language
from portal.core.links import path_to
from portal.core.mail.services import Action, queue_letter


def confirm_path(link: str) -> str:
    return path_to("accounts.confirm", token=link)


def send_welcome(email: str, name: str, code: str, link: str, language: str | None) -> None:
    """To a new address: prove it, and the account is made."""
    with in_language(language):
        queue_letter(
            to=email,
            kind="accounts.verify",
            language=language,
            subject=_code_for_the_house(code),
            paragraphs=[
                _("Hello %(name)s,", name=name),
                _("Good to have you here. Type this code on the page you came from, or press the button."),
                _("The code works for 30 minutes."),
            ],
            code=code,
            action=Action(_("Confirm my address"), confirm_path(link)),
            reason=_somebody_signed_up(),
        )


def send_account_exists(member: Member, code: str, link: str) -> None:
    """To an address that signed up again: there is an account, here is the way in."""
    with in_language(member.language):
        _write(
            member,
            "accounts.sign_in",
            subject=_code_for_the_house(code),
            paragraphs=[
                _("You already have an account with this address. The code or the button signs you in."),
                _("The code works for 30 minutes."),
            ],
            code=code,
            action=Action(_("Sign me in"), confirm_path(link)),
            reason=_somebody_signed_up(),
        )


def send_sign_in(member: Member, code: str, link: str) -> None:
    with in_language(member.language):
        _write(
            member,
            "accounts.sign_in",
            subject=_code_for_the_house(code),
            paragraphs=[
                _("Type this code on the page you came from, or press the button."),
                _("The code works for 30 minutes. We will never ask you for it."),
            ],
            code=code,
            action=Action(_("Sign me in"), confirm_path(link)),
            reason=_somebody_asked_for_a_code(),
        )


def send_reset(member: Member, code: str, link: str) -> None:
    with in_language(member.language):
        _write(
            member,
            "accounts.reset",
            subject=_("%(code)s lets you choose a new password", code=code),
            paragraphs=[
                _(
                    "Type this code on the page you came from, or press the button. Then choose a new password."
                ),
                _("The code works for 30 minutes. We will never ask you for it."),
            ],
            code=code,
            action=Action(_("Choose a new password"), confirm_path(link)),
            reason=_(
                "Somebody asked for a new password for this address. If that was not you, ignore this mail."
            ),
        )


def send_no_account(email: str, language: str | None) -> None:
    """To an address without an account: the page said the same as to everyone, the mail says how it is."""
    with in_language(language):
        queue_letter(
            to=email,
            kind="accounts.no_account",
            language=language,
            subject=_("No account with this address at %(brand)s", brand=brand.current().name),
            paragraphs=[
                _("Hello,"),
                _(
                    "You wanted to sign in, but there is no account with this address. Perhaps you used another one?"
                ),
                _("If you are new here, making an account takes a minute."),
            ],
            action=Action(_("Make an account"), path_to("accounts.sign_up")),
            reason=_somebody_asked_for_a_code(),
        )


def tell_password_changed(member: Member) -> None:
    with in_language(member.language):
        _write(
            member,
            "accounts.password_changed",
            subject=_("Your password was changed"),
            paragraphs=[
                _("Your password was changed just now, and your other devices were signed out."),
                _("If that was not you, choose a new password at once."),
            ],
            action=Action(_("Choose a new password"), path_to("accounts.reset")),
            reason=_("We tell you whenever your password changes."),
        )


def send_staff_invitation(email: str, role: Role, inviter: str, token: str, language: str | None) -> None:
    """To an address that may have no account yet: who asks them to work here, as what, and the link."""
    with in_language(language):
        house = brand.current().name
        queue_letter(
            to=email,
            kind="accounts.staff_invitation",
            language=language,
            subject=_("%(name)s invites you to work with %(brand)s", name=inviter, brand=house),
            paragraphs=[
                _("Hello,"),
                _(
                    "%(name)s would like you to help in the studio of %(brand)s, as %(role)s.",
                    name=inviter,
                    brand=house,
                    role=str(ROLE_LABELS[role]),
                ),
                _(
                    "The button leads to a page where you accept. It works once, for 7 days, for this address only."
                ),
            ],
            action=Action(_("See the invitation"), path_to("accounts.invitation", token=token)),
            reason=_("%(name)s typed this address. If you do not know them, ignore this mail.", name=inviter),
        )


def tell_leaving(member: Member, keep_path: str) -> None:
    """The account is to be erased: when, and the way back. By text message too, where there is a number."""
    assert member.erase_after is not None
    with in_language(member.language):
        day = showing.day(member.erase_after)
        _write(
            member,
            "accounts.leaving",
            subject=_("Your account will be erased on %(day)s", day=day),
            paragraphs=[
                _(
                    "You asked us to erase your account. We do so on %(day)s; until then all stays as it is.",
                    day=day,
                ),
                _(
                    "If you change your mind, or if that was not you, press the button and nothing will be erased."
                ),
            ],
            action=Action(_("Keep my account"), keep_path),
            reason=_("We tell you because this cannot be undone once it is done."),
        )
        if member.phone and sms.available():
            what = _("Your account will be erased on %(day)s; sign in to keep it", day=day)
            texts.send_notice(member.phone, what, member, kind="accounts.leaving")


# ------------------------------------------------------------------ inside


def _write(
    member: Member,
    kind: str,
    *,
    subject: str,
    paragraphs: list[str],
    action: Action,
    reason: str,
    code: str = "",
) -> None:
    """To somebody with an account and an address, by name. The texts are in the member's language already."""
    if member.email is None:
        return
    queue_letter(
        to=member.email,
        kind=kind,
        language=member.language,
        member_id=member.id,
        subject=subject,
        paragraphs=[_("Hello %(name)s,", name=member.display_name), *paragraphs],
        code=code,
        action=action,
        reason=reason,
    )


def _code_for_the_house(code: str) -> str:
    return _("%(code)s is your code for %(brand)s", code=code, brand=brand.current().name)


def _somebody_signed_up() -> str:
    return _("Somebody signed up with this address. If that was not you, ignore this mail: nothing happens.")


def _somebody_asked_for_a_code() -> str:
    return _("Somebody asked for a code to sign in with this address. If that was not you, ignore this mail.")
