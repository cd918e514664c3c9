"""The shape of a sentence about a day that somebody missed."""

from __future__ import annotations

from portal.core.forms import Form, paragraphs
from portal.core.i18n import lazy as _l
from portal.events.services.no_shows import LONGEST


class AppealForm(Form):
    words = paragraphs(_l("What came between?"), most=LONGEST)
