"""What staff write down about a tester."""

from __future__ import annotations

from portal.core.forms import Form, paragraphs
from portal.core.i18n import lazy as _l
from portal.trials.services.testing import LONGEST_EXCUSE


class ExcuseForm(Form):
    words = paragraphs(_l("What happened?"), most=LONGEST_EXCUSE)
