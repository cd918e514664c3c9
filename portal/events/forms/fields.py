"""What the forms of the studio share: they know what their writer saw."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Self

from wtforms import StringField
from wtforms.widgets import HiddenInput

from portal.core.forms import Form
from portal.events.rules.words import Words


class SeenForm(Form):
    """``seen`` is the fingerprint of what its writer saw."""

    seen = StringField(widget=HiddenInput())

    @classmethod
    def showing(cls, words: Words, **shown: Any) -> Self:
        """The form with what stands there; ``shown`` is what reads otherwise than it is stored."""
        form = cls(formdata=None, data=asdict(words) | shown)
        form.remember(words)
        return form

    def remember(self, words: Words) -> None:
        """The next try knows what it replaces."""
        self.seen.raw_data, self.seen.data = None, words.fingerprint()

    def text(self, *names: str) -> dict[str, str]:
        """What was typed into these fields; nothing is the empty text."""
        return {name: self[name].data or "" for name in names}
