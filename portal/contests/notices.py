"""The sentences of contests' messages, in the language in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.words import spoken

_Text = Callable[[dict[str, Any], int], str]


def _contest(facts: dict[str, Any]) -> str:
    return spoken(facts["name_zh"], facts["name_en"])


def _approved(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your name “%(name)s” will be on the ballot of %(contest)s.",
        name=facts["words"],
        contest=_contest(facts),
    )


def _refused(facts: dict[str, Any], count: int) -> str:
    """Without a reason nobody read it: then the mistake is ours."""
    return _(
        "Your name “%(name)s” will not be on the ballot of %(contest)s: %(reason)s",
        name=facts["words"],
        contest=_contest(facts),
        reason=facts["reason"] or _("We did not get to read it in time. That is our mistake, not yours."),
    )


def _won(facts: dict[str, Any], count: int) -> str:
    return _(
        "Your name “%(name)s” won %(contest)s. The product’s page will always say that it came from you.",
        name=facts["words"],
        contest=_contest(facts),
    )


def _decided(facts: dict[str, Any], count: int) -> str:
    return _(
        "%(contest)s is decided: it will be called “%(name)s”. Thank you for your names.",
        name=facts["words"],
        contest=_contest(facts),
    )


def _cancelled(facts: dict[str, Any], count: int) -> str:
    return _("%(contest)s was called off. Thank you for your names.", contest=_contest(facts))


def _kind(name: str, icon: str, text: _Text, label: Any) -> NotificationKind:
    return NotificationKind(
        f"contests.{name}",
        icon,
        text,
        reason=_l("because you handed a name in"),
        label=label,
        mail=True,
        initiative=Initiative.TRANSACTIONAL,
    )


KINDS = (
    _kind("approved", "check", _approved, _l("A name of yours that stands on the ballot")),
    _kind("refused", "x", _refused, _l("A name of yours that does not stand on the ballot")),
    _kind("won", "party-popper", _won, _l("A name of yours that won")),
    _kind("decided", "tag", _decided, _l("A naming contest that is decided")),
    _kind("cancelled", "calendar-x", _cancelled, _l("A naming contest that does not take place")),
)
