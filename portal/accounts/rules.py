"""Rules about people: what an address, a name and a password must be, how long to wait, who may see whom."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email

from portal.accounts.models import Member, MemberState
from portal.core import clock
from portal.core.access import Permission, Viewer
from portal.core.characters import says_something, seen
from portal.core.elsewhere import has_link
from portal.core.errors import Invalid
from portal.core.i18n import _

#: how often the time of a signed-in browser is noted
NOTED_EVERY = timedelta(minutes=10)
LONGEST_NAME = 32
#: digits and what stands between them when people write numbers; the library would also find one among words
_PHONE = re.compile(r"\+?[\d\s().\-\u2010-\u2015]{5,40}")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
#: passwords that every guesser tries first
_WORN_OUT = frozenset(
    [
        "12345678",
        "123456789",
        "1234567890",
        "password",
        "password1",
        "qwertyui",
        "qwerty123",
        "qwertyuiop",
        "87654321",
        "abcd1234",
        "abc12345",
        "iloveyou",
        "1qaz2wsx",
        "a1234567",
        "a12345678",
        "aa123456",
        "woaini1314",
        "5201314520",
        "1314520520",
    ]
)


def normalised_email(text: str) -> str:
    """The address in the one form we store. Raises Invalid with a sentence for the field."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Invalid(
            _("This does not look like an email address. It needs an @ and a domain, like name@example.com."),
            field="email",
        ) from None
    return (found.ascii_email or found.normalized).lower()


def normalised_phone(text: str, countries: Sequence[str] = ("CN",)) -> str:
    """The number of a mobile phone as E.164, such as +8613800000000. Raises Invalid with a sentence for the field.

    Full-width digits, blanks, hyphens, 0086 and +86 are understood; without a country it is one of the first of
    ``countries``, and none of another country is taken.
    """
    import phonenumbers  # 3 MB, and a house without text messages never needs it
    from phonenumbers import PhoneNumberType

    typed, home = unicodedata.normalize("NFKC", text).strip(), countries[0]
    try:
        number = phonenumbers.parse(typed, home) if _PHONE.fullmatch(typed) else None
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Invalid(_("This does not look like a mobile number. Please check the digits."), field="email")
    kind = phonenumbers.number_type(number)
    if kind not in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
        raise Invalid(
            _("This number cannot receive text messages. Please use a mobile number."), field="email"
        )
    if phonenumbers.region_code_for_number(number) not in countries:
        raise Invalid(
            _("We cannot send text messages to that country. Please use your email address."), field="email"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalised_contact(text: str, *, countries: Sequence[str]) -> str:
    """A mail address or a mobile number, whichever was typed, in the form we store. Raises Invalid.

    Without any ``countries`` only addresses are taken.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if "@" in typed or not countries:
        return normalised_email(typed)
    if not _PHONE.fullmatch(typed):
        raise Invalid(_("Please type an email address or a mobile number."), field="email")
    return normalised_phone(typed, countries)


def is_phone(contact: str) -> bool:
    """Whether a contact in its normal form is a number; else it is a mail address."""
    return contact.startswith("+")


def readable(contact: str) -> str:
    """A contact as people read it, to find a slip of the finger: ``138 0000 0000``; all else as it is."""
    national = contact.removeprefix("+86")
    if national == contact:
        return contact
    return f"{national[:3]} {national[3:7]} {national[7:]}"


def masked(contact: str) -> str:
    """A contact that its owner recognises and nobody else can use: ``138****0000``, ``l**@example.com``."""
    if is_phone(contact):
        national = contact.removeprefix("+86")
        return f"{national[:3]}****{national[-4:]}"
    name, _at, domain = contact.partition("@")
    return f"{name[:1]}**@{domain}"


def clean_name(text: str) -> str:
    """A display name in any script, without what cannot be seen and doubled blanks. Raises Invalid."""
    name = seen(text)
    if not says_something(name):
        raise Invalid(_("Please tell us what to call you."), field="display_name")
    if has_link(name):  # it would stand in our letters, which anyone can have sent to any address
        raise Invalid(_("A name cannot hold the address of a website."), field="display_name")
    if len(name) > LONGEST_NAME:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST_NAME), field="display_name")
    return name


def check_password(password: str, *, email: str, name: str = "", field: str = "password") -> None:
    """Long enough and not the first thing somebody would try; no other demands. Raises Invalid.

    ``email`` is the contact one signs in with: an address or a number.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(_("Please use at least %(least)s characters.", least=SHORTEST_PASSWORD), field=field)
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST_PASSWORD), field=field)
    folded = password.casefold()
    if folded in _WORN_OUT or len(set(folded)) < 3:
        raise Invalid(
            _("This password is among the first that anyone would guess. Please choose another."), field=field
        )
    own_number = is_phone(email) and email.endswith(folded.lstrip("+"))
    if own_number or folded in (email, email.partition("@")[0], name.casefold()):
        raise Invalid(_("Please choose a password that is not your name, address or number."), field=field)


def only_digits(typed: str) -> str:
    """A typed code: full-width digits count, blanks and dashes do not matter."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", typed))


# ------------------------------------------------------------------ waits


def wait_after(failures: int, *, free: int, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after so many failures: nothing for the first few, then doubling up to ``longest``."""
    beyond = failures - free
    return min(first * 2 ** min(beyond, 30), longest) if beyond >= 0 else timedelta()


# ------------------------------------------------------------------ seeing


def may_see_profile(viewer: Viewer | None, member: Member) -> bool:
    """A hidden page is open to its owner and to those who decide about it; who was erased has none."""
    if member.state is MemberState.ERASED:
        return False
    if not member.profile_hidden:
        return True
    return viewer is not None and (viewer.id == member.id or viewer.can(Permission.MODERATE))


def shown_number(number: int) -> str:
    """A member's number wherever people see it: ``No. 000123``."""
    return f"No. {number:06d}"


def greeting(name: str, moment: datetime, zone: str) -> str:
    """A greeting by name and by the shop's hour."""
    hour = clock.in_zone(moment, zone).hour
    if 5 <= hour < 12:
        return _("Good morning, %(name)s", name=name)
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s", name=name)
    if 18 <= hour < 23:
        return _("Good evening, %(name)s", name=name)
    return _("Still up, %(name)s?", name=name)


_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_label(user_agent: str) -> str:
    """A browser in two words that its owner recognises; empty when we cannot tell."""
    system = next((label for sign, label in _SYSTEMS if sign in user_agent), "")
    browser = next((label for sign, label in _BROWSERS if sign in user_agent), "")
    return " · ".join(filter(None, (system, browser)))
