"""Lines of the ledger of consents in plain words, for members and for staff."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import Consent
from portal.core.i18n import _
from portal.core.i18n import lazy as _l

WHAT: dict[str, Any] = {
    "terms": _l("Terms of use"),
    "privacy": _l("Privacy notice"),
    "rules": _l("House rules"),
    "age": _l("Age"),
    "news_mail": _l("News by mail"),
    "news_sms": _l("News by text message"),
}

#: the words of the ledger, from whichever room they come
HOW: dict[str, Any] = {
    "sign_up": _l("when joining"),
    "bar": _l("in the bar on a page"),
    "notification settings": _l("in the notification settings"),
    "link in a letter": _l("by the link in a letter"),
    "privacy": _l("on the privacy page"),
}


def what_of(line: Consent) -> str:
    """What a line is about: "Terms, version 2", "Age: 14 or older", "News by mail"."""
    label = str(WHAT.get(line.what, line.what))
    if line.what == "age":
        return _("%(age)s or older", age=line.version)
    return _("%(text)s, version %(number)s", text=label, number=line.version) if line.version else label


def how_of(line: Consent) -> str:
    """Where it was said."""
    return str(HOW.get(line.how, line.how))
