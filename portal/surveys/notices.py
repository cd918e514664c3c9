"""The one thing that surveys say."""

from __future__ import annotations

from typing import Any

from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.words import spoken


def _invited(facts: dict[str, Any], count: int) -> str:
    return _("How was %(what)s? Two questions, one minute.", what=spoken(facts["name_zh"], facts["name_en"]))


INVITED = NotificationKind(
    "surveys.invited",
    "message-circle-question-mark",
    _invited,
    _l("because you signed up for it"),
    label=_l("Two questions after something we shared"),
    mail=True,
    initiative=Initiative.BRAND,
)
