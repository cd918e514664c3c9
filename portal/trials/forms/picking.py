"""What staff type while they choose."""

from __future__ import annotations

from portal.brand.fields import MomentField
from portal.core.forms import Form, line
from portal.core.i18n import lazy as _l


class DecideForm(Form):
    """A note on a decision; nobody has to give one."""

    note = line(_l("Why (not public)"), most=255, required=False)


class NominateForm(Form):
    reason = line(_l("Why, in a sentence"), most=255)


class SourceForm(Form):
    """The public value that will order the list."""

    source_zh = line(_l("Source, in Chinese"), most=255, required=False)
    source_en = line(_l("Source, in English"), most=255, required=False)
    known_at = MomentField(_l("Published at"))
