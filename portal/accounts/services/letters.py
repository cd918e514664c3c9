"""The letters of accounts: every text in the reader's language."""

from __future__ import annotations

from portal.accounts.models import Member
from portal.brand import queries as brand
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
